#include "receiver/recorder.h"

#include <fmt/format.h>

#include <new>
#include <utility>

#include "base/visible.h"

namespace alohook {
namespace {

constexpr std::size_t max_unwritten = 64 << 20;  // bytes of bodies to buffer for a slow disk
constexpr std::size_t bytes_per_write = 4 << 20;

}  // namespace

Recorder::Recorder(std::unique_ptr<JournalFile> file, Note note, std::uint64_t large)
    : file_(std::move(file)), note_(std::move(note)), large_(large), jobs_(max_unwritten), thread_([this] {
        run();
      }) {}

void Recorder::record(std::shared_ptr<const ReceivedEvent> event, Done done) {
  const std::size_t weight = event->request.body.size();
  jobs_.push(weight, {std::move(event), std::move(done)});
}

void Recorder::finish() {
  jobs_.close();
  thread_.join();
}

void Recorder::run() {
  for (std::vector<Job> jobs = jobs_.take_all(); !jobs.empty(); jobs = jobs_.take_all()) {
    auto first = jobs.begin();
    std::size_t bytes = 0;
    for (auto next = jobs.begin(); next != jobs.end();) {
      bytes += next->event->request.body.size();
      ++next;
      if (bytes < bytes_per_write && next != jobs.end()) continue;
      write_or_fail(std::exchange(first, next), next);
      bytes = 0;
    }
  }
  failures_.rethrow();
}

void Recorder::write_or_fail(std::vector<Job>::iterator begin, std::vector<Job>::iterator end) {
  try {
    write(begin, end);
  } catch (const std::bad_alloc&) {
    std::string().swap(lines_);
    for (auto job = begin; job != end; ++job) report(*job, {"not enough memory", {}});
  }
}

/// Reports a job's outcome, unless it was already reported.
void Recorder::report(Job& job, const Outcome& outcome) {
  if (const Done done = std::exchange(job, {}).done) failures_.run([&] { done(outcome); });
}

void Recorder::note_growth(std::size_t bytes) {
  written_ += bytes;
  if (written_ < large_) return;
  note_(fmt::format("the journal '{}' has grown by {} MB since the start", visible(file_->path()),
                    written_ / 1'000'000));
  while (large_ <= written_) large_ *= 2;
}

/// Appends a few events with one write, and reports the outcome of each.
void Recorder::write(std::vector<Job>::iterator begin, std::vector<Job>::iterator end) {
  lines_.clear();
  ends_.clear();
  for (auto job = begin; job != end; ++job) {
    append_json_line(lines_, *job->event);
    lines_ += '\n';
    ends_.push_back(lines_.size());
  }
  const JournalFile::Appended appended = file_->append(lines_);
  if (appended.is_reopened)
    note_(fmt::format("the journal '{}' was moved or removed: alohook created it again",
                      visible(file_->path())));
  note_growth(appended.bytes);
  const std::error_code unsettled = file_->settle();
  const std::string reason = unsettled ? unsettled.message() : std::string();
  std::size_t start = 0;
  for (const std::size_t line_end : ends_) {
    const std::string_view line = std::string_view(lines_).substr(start, line_end - start - 1);
    report(*begin++, {line_end <= appended.bytes ? reason : appended.error, line});
    start = line_end;
  }
  if (lines_.capacity() > 2 * bytes_per_write) std::string().swap(lines_);
}

}  // namespace alohook
