#include "net/transport.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace net {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

/// Holds a response whole, for send().
class Collector final : public Receiver {
 public:
  explicit Collector(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void on_head(ResponseHead head) override {
    response_.status = head.status;
    response_.headers = std::move(head.headers);
  }
  bool on_chunk(std::string_view bytes) override {
    if (response_.body.size() + bytes.size() > bytes_max_) {
      too_large_ = true;
      return false;
    }
    response_.body += bytes;
    return true;
  }
  void on_end(Result<void> outcome) override {
    const std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
    ended_.notify_all();
  }

  Result<Response> wait() {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [&] { return outcome_.has_value(); });
    if (too_large_) {
      return Error{ErrorCode::resource_exhausted,
                   "the response is larger than " + std::to_string(bytes_max_) + " bytes"};
    }
    if (!outcome_->has_value()) return std::move(*outcome_).error();
    return std::move(response_);
  }

 private:
  const std::size_t bytes_max_;
  Response response_;  // Written by the event thread only until outcome_ is set.
  bool too_large_ = false;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::optional<Result<void>> outcome_;
};

/// Hands a response from the event thread to the thread that waits in stream().
class Pipe final : public Receiver {
 public:
  void on_head(ResponseHead head) override {
    const std::lock_guard lock(mutex_);
    head_ = std::move(head);
    changed_.notify_all();
  }
  bool on_chunk(std::string_view bytes) override {
    const std::lock_guard lock(mutex_);
    if (pending_.size() + bytes.size() > base::limits::kStreamBacklogBytesMax) {
      overflow_ = true;
      return false;
    }
    pending_ += bytes;
    changed_.notify_all();
    return true;
  }
  void on_end(Result<void> outcome) override {
    const std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
    changed_.notify_all();
  }

  /// Feeds `handler` until the end. nullopt: the handler wants no more.
  std::optional<Result<void>> run(const StreamHandler& handler) {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return head_ || !pending_.empty() || outcome_; });
      if (head_) {
        const ResponseHead head = std::move(*head_);
        head_.reset();
        lock.unlock();
        if (handler.on_head && !handler.on_head(head)) return std::nullopt;
        lock.lock();
        continue;
      }
      if (!pending_.empty()) {
        std::string bytes;
        bytes.swap(pending_);
        lock.unlock();
        if (!handler.on_chunk(bytes)) return std::nullopt;
        lock.lock();
        continue;
      }
      if (overflow_) {
        return Error{ErrorCode::resource_exhausted, "the reader of the stream fell too far behind"};
      }
      return std::move(*outcome_);
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<ResponseHead> head_;
  std::string pending_;
  bool overflow_ = false;
  std::optional<Result<void>> outcome_;
};

}  // namespace

std::string_view header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (same_name(key, name)) return value;
  }
  return {};
}

Result<Response> send(Transport& transport, Request request, const CallOptions& options) {
  Collector collector(options.body_bytes_max);
  const std::unique_ptr<Call> call = transport.start(std::move(request), options, collector);
  const std::stop_callback on_stop(options.until.stop, [&] { call->cancel(); });
  return collector.wait();
}

Result<void> stream(Transport& transport, Request request, const CallOptions& options,
                    const StreamHandler& handler) {
  Pipe pipe;
  const std::unique_ptr<Call> call = transport.start(std::move(request), options, pipe);
  const std::stop_callback on_stop(options.until.stop, [&] { call->cancel(); });
  std::optional<Result<void>> outcome = pipe.run(handler);
  return outcome ? std::move(*outcome) : Result<void>{};
}

}  // namespace net
