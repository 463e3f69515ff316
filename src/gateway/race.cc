#include "gateway/race.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace gateway {
namespace {

using base::Result;

/// What an attempt's thread tells the one that waits.
struct Said {
  std::size_t who = 0;
  std::string text;
  std::optional<Result<ChatUsage>> end;
};

class Track {
 public:
  explicit Track(const net::Until& until)
      : until_(until), caller_(until.stop, [this] { stop_others(kNobody); }) {}

  static constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

  void start(Attempt attempt) {
    const std::lock_guard lock(mutex_);
    const std::size_t who = stops_.size();
    stops_.emplace_back();
    if (until_.stop.stop_requested()) stops_.back().request_stop();
    ++running_;
    threads_.emplace_back(
        [this, who, attempt = std::move(attempt), stop = stops_.back().get_token()] {
          auto end = attempt(
              [&](std::string_view text) {
                post({who, std::string(text), std::nullopt});
                return !stop.stop_requested();
              },
              {until_.deadline, stop});
          post({who, "", std::move(end)});
        });
  }

  /// nullopt when nothing was said for so long.
  std::optional<Said> next(std::optional<std::chrono::milliseconds> most) {
    std::unique_lock lock(mutex_);
    const auto any = [&] { return !said_.empty(); };
    if (!most) {
      changed_.wait(lock, any);
    } else if (!changed_.wait_for(lock, *most, any)) {
      return std::nullopt;
    }
    Said said = std::move(said_.front());
    said_.pop_front();
    if (said.end) --running_;
    return said;
  }

  void stop_others(std::size_t winner) {
    std::vector<std::stop_source> stops;
    {
      const std::lock_guard lock(mutex_);
      stops = stops_;
    }
    for (std::size_t i = 0; i < stops.size(); ++i) {
      if (i != winner) stops[i].request_stop();
    }
  }

  std::size_t running() const {
    const std::lock_guard lock(mutex_);
    return running_;
  }

 private:
  void post(Said said) {
    const std::lock_guard lock(mutex_);
    said_.push_back(std::move(said));
    changed_.notify_one();
  }

  net::Until until_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Said> said_;
  std::vector<std::stop_source> stops_;
  std::size_t running_ = 0;
  std::stop_callback<std::function<void()>> caller_;
  std::vector<std::jthread> threads_;  // Last: joined before the rest goes.
};

}  // namespace

Result<ChatUsage> race(const Attempt& first, std::chrono::milliseconds patience,
                       const std::function<std::optional<Attempt>()>& second, const OnText& on_text,
                       const net::Until& until) {
  Track track(until);
  track.start(first);
  std::size_t winner = Track::kNobody;
  bool waiting = true;  // For the first alone.
  bool enough = false;
  for (;;) {
    auto said = track.next(waiting ? std::optional(patience) : std::nullopt);
    if (std::exchange(waiting, false) && !said) {
      if (auto other = second()) track.start(std::move(*other));
      continue;
    }
    if (winner != Track::kNobody && said->who != winner) continue;  // Too late.
    const bool wins = !said->end || *said->end;
    if (winner == Track::kNobody && wins) {
      winner = said->who;
      track.stop_others(winner);
    }
    if (!said->end) {
      if (!enough && !on_text(said->text)) {
        enough = true;
        track.stop_others(Track::kNobody);
      }
    } else if (wins || winner != Track::kNobody || track.running() == 0) {
      track.stop_others(Track::kNobody);
      return enough && !*said->end ? ChatUsage{} : *said->end;
    }
  }
}

}  // namespace gateway
