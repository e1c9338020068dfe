#include "receiver/recorder.h"

#include <new>
#include <string>
#include <utility>

namespace alohook {
namespace {

constexpr std::size_t max_waiting = 64 << 20;  // bytes of bodies that a slow disk may hold up

}  // namespace

Recorder::Recorder(std::unique_ptr<JournalFile> file) : file_(std::move(file)), thread_([this] { run(); }) {}

void Recorder::record(std::shared_ptr<const ReceivedEvent> event, Done done) {
  bool was_empty = false;
  {
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, [this] { return weight_ <= max_waiting; });
    weight_ += event->request.body.size();
    was_empty = jobs_.empty();
    jobs_.push_back({std::move(event), std::move(done)});
  }
  if (was_empty) has_work_.notify_one();
}

void Recorder::finish() {
  end();
  thread_.join();
}

void Recorder::end() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  has_work_.notify_one();
}

void Recorder::run() {
  FirstFailure failures;
  std::vector<Job> jobs;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      has_work_.wait(lock, [this] { return is_ending_ || !jobs_.empty(); });
      if (jobs_.empty()) break;
      jobs.swap(jobs_);
      weight_ = 0;
    }
    has_room_.notify_all();
    write(jobs, failures);
    jobs.clear();
  }
  failures.rethrow();
}

void Recorder::write(std::vector<Job>& jobs, FirstFailure& failures) {
  JournalFile::Appended appended;
  std::error_code unsettled;
  try {
    std::vector<std::string> lines;
    for (const Job& job : jobs) lines.push_back(to_json_line(*job.event));
    appended = file_->append(lines);
    unsettled = file_->settle();
  } catch (const std::bad_alloc&) {
    appended.error = unsettled = std::make_error_code(std::errc::not_enough_memory);
  }
  for (std::size_t i = 0; i < jobs.size(); ++i)
    failures.run([&] { jobs[i].done(i < appended.count ? unsettled : appended.error); });
}

}  // namespace alohook
