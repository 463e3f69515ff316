#pragma once

#include <chrono>
#include <optional>
#include <vector>

namespace net {

/// Waits for sockets, for libcurl's multi interface: epoll, and an eventfd to end the wait from
/// another thread. Level-triggered: what was not read is ready again.
///
/// Threading: wake() from any thread, the rest on one. Sockets are borrowed; remove() before they
/// are closed.
class Poller {
 public:
  using Clock = std::chrono::steady_clock;
  struct Ready {
    int socket;
    int events;  ///< CURL_CSELECT_IN and _OUT; 0: an error, which libcurl finds out itself.
  };

  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  /// From now on, what is wanted of the socket is this.
  void watch(int socket, bool in, bool out);
  void remove(int socket);

  /// Waits until a socket is ready, `due` has come (none: for ever) or somebody wakes it, and fills
  /// `ready`. Once a socket is ready, waits `gather` longer for others; not when woken.
  void wait(std::optional<Clock::time_point> due, std::chrono::microseconds gather,
            std::vector<Ready>& ready);
  void wake();

 private:
  /// Fills `ready` after at most so many milliseconds (-1: for ever). True when it was woken.
  bool look(int milliseconds, std::vector<Ready>& ready);
  const int epoll_;
  const int wake_;
};

}  // namespace net
