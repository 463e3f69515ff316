#include "gateway/dataset_writer.h"

#include <algorithm>
#include <cstdio>

#include "audit/merkle.h"
#include "base/limits.h"
#include "net/retry.h"

namespace gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

/// Eight MiB over a slow line.
constexpr std::chrono::seconds kPutTimeout{60};
/// How often the age of what waits is looked at.
constexpr std::chrono::seconds kLook{1};

/// Whether the same PUT may do better next time: the bucket was busy or in trouble,
bool may_pass(int http_status) {
  return http_status == 429 || http_status == 500 || http_status == 502 || http_status == 503 ||
         http_status == 504;
}
/// or nothing was sent, the connection was lost, the time ran out.
bool may_pass(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::deadline_exceeded;
}

}  // namespace

DatasetWriter::DatasetWriter(net::Transport& transport, const base::Clock& clock,
                             net::Sleeper& sleeper, base::Random& random, Log& log,
                             DatasetOptions options)
    : transport_(&transport),
      clock_(&clock),
      sleeper_(&sleeper),
      random_(&random),
      log_(&log),
      options_(std::move(options)) {
  begin_dataset();
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

DatasetWriter::~DatasetWriter() {
  thread_.request_stop();
  thread_.join();
  if (!waiting_.empty()) drop(waiting_.size(), "the gateway ended");
}

void DatasetWriter::begin_dataset() {
  name_ = aws_date(clock_->now()) + "-" + random_->name_suffix(8);
  objects_.clear();
  number_ = 0;
}

void DatasetWriter::add(const PairBatch& batch) {
  std::size_t dropped = 0;
  {
    const std::lock_guard lock(mutex_);
    for (std::string& text : lines_of(batch)) {
      if (waiting_bytes_ + text.size() > options_.waiting_bytes_max) {
        ++dropped;
        continue;
      }
      waiting_bytes_ += text.size();
      waiting_.push_back({std::move(text), batch.model, batch.time, clock_->steady()});
    }
    if (dropped == 0) full_ = false;
    counts_.pairs_dropped += dropped;
    if (dropped == 0 || std::exchange(full_, true)) dropped = 0;
    changed_.notify_all();
  }
  if (dropped > 0) {
    log_->say(LogLevel::warning, "dataset_full",
              {{"why", "the bucket does not take pairs as fast as they come; they are dropped"}});
  }
}

bool DatasetWriter::flush(std::chrono::milliseconds deadline) {
  std::unique_lock lock(mutex_);
  flushing_ = true;
  changed_.notify_all();
  return changed_.wait_for(lock, deadline, [&] { return waiting_.empty() && !writing_; });
}

DatasetCounts DatasetWriter::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

/// Under the lock.
bool DatasetWriter::due() const {
  if (waiting_.empty()) return false;
  return flushing_ || waiting_bytes_ >= options_.object_bytes_max ||
         clock_->steady() - waiting_.front().since >= options_.flush_after;
}

/// Under the lock: one object's lines, at least one.
std::vector<DatasetWriter::Line> DatasetWriter::take() {
  std::vector<Line> lines;
  std::size_t bytes = 0;
  while (!waiting_.empty() &&
         (lines.empty() || bytes + waiting_.front().text.size() <= options_.object_bytes_max)) {
    bytes += waiting_.front().text.size();
    lines.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  waiting_bytes_ -= bytes;
  return lines;
}

void DatasetWriter::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  for (;;) {
    while (!due() && !stop.stop_requested()) {
      if (waiting_.empty()) flushing_ = false;
      changed_.wait_for(lock, stop, kLook, [&] { return due(); });
    }
    if (stop.stop_requested()) return;
    const std::vector<Line> lines = take();
    writing_ = true;
    lock.unlock();
    write(lines, stop);
    lock.lock();
    writing_ = false;
    changed_.notify_all();
  }
}

void DatasetWriter::write(const std::vector<Line>& lines, const std::stop_token& stop) {
  if (objects_.size() >= options_.objects_max) begin_dataset();
  char key[40];
  std::snprintf(key, sizeof key, "pairs-%06zu.jsonl", ++number_);
  DatasetObject object{key, "", 0, lines.size(), lines.front().time, lines.front().time, {}};
  std::string body;
  for (const Line& line : lines) {
    body += line.text;
    object.models.insert(line.model);
    object.from = std::min(object.from, line.time);
    object.to = std::max(object.to, line.time);
  }
  object.bytes = body.size();
  object.sha256 = audit::sha256_hex(body);
  if (const auto done = put(object.key, body, "application/jsonl", stop); !done) {
    return drop(lines.size(), done.error().message);
  }
  objects_.push_back(std::move(object));
  {
    const std::lock_guard lock(mutex_);
    counts_.pairs_written += lines.size();
  }
  const auto done =
      put("manifest.json", manifest_of(name_, options_.kinds, objects_), "application/json", stop);
  if (!done) {
    log_->say(LogLevel::warning, "dataset_manifest_missed",
              {{"dataset", name_}, {"why", done.error().message}});
  }
}

Result<void> DatasetWriter::put(const std::string& key, const std::string& body,
                                std::string_view type, const std::stop_token& stop) {
  const std::string url = options_.endpoint + "/" + options_.bucket + "/" +
                          (options_.prefix.empty() ? "" : options_.prefix + "/") + name_ + "/" +
                          key;
  for (int attempt = 1;; ++attempt) {
    net::Request request{"PUT", url, {{"content-type", std::string(type)}}, body};
    sign_for_s3(request, options_.key, clock_->now());
    const auto answer =
        net::send(*transport_, std::move(request), {net::within(*clock_, kPutTimeout, stop)});
    if (answer && answer->status / 100 == 2) return {};
    // What a bucket says may quote the key; its number is enough.
    const Error error = answer ? Error{base::code_of_http_status(answer->status),
                                       "the bucket answered " + std::to_string(answer->status)}
                               : answer.error();
    const bool again = answer ? may_pass(answer->status) : may_pass(error);
    if (!again || attempt >= base::limits::kRequestAttemptsMax) return error;
    const auto asked = answer ? net::retry_after(answer->headers) : std::nullopt;
    if (asked && *asked > base::limits::kRetryAfterMax) return error;
    if (!sleeper_->sleep(net::pause_before(attempt + 1, asked, *random_), stop)) return error;
  }
}

void DatasetWriter::drop(std::uint64_t pairs, std::string_view why) {
  {
    const std::lock_guard lock(mutex_);
    counts_.pairs_dropped += pairs;
  }
  log_->say(LogLevel::warning, "dataset_dropped",
            {{"dataset", name_}, {"pairs", static_cast<std::int64_t>(pairs)}, {"why", why}});
}

}  // namespace gateway
