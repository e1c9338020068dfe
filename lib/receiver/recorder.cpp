#include "receiver/recorder.h"

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
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  has_work_.notify_one();
  thread_.join();
}

void Recorder::run() {
  std::vector<Job> jobs;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      has_work_.wait(lock, [this] { return is_ending_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      jobs.swap(jobs_);
      weight_ = 0;
    }
    has_room_.notify_all();
    write(jobs);
    jobs.clear();
  }
}

void Recorder::write(std::vector<Job>& jobs) {
  std::vector<std::string> lines;
  for (const Job& job : jobs) lines.push_back(to_json_line(*job.event));
  const JournalFile::Appended appended = file_->append(lines);
  const std::error_code unsettled = file_->settle();
  for (std::size_t i = 0; i < jobs.size(); ++i) jobs[i].done(i < appended.count ? unsettled : appended.error);
}

}  // namespace alohook
