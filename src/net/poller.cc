#include "net/poller.h"

#include <curl/curl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <thread>

#include "base/check.h"

namespace net {
namespace {

constexpr std::size_t kEventsAtATime = 256;  // What is left over is ready again at once.
constexpr long kWaitMaxMs = 60'000;          // For epoll_wait's int; the caller waits again.

}  // namespace

Poller::Poller()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  CHECK(epoll_ >= 0 && wake_ >= 0);
  watch(wake_, true, false);
}

Poller::~Poller() {
  close(epoll_);
  close(wake_);
}

void Poller::watch(int socket, bool in, bool out) {
  epoll_event event{};
  if (in) event.events |= EPOLLIN;
  if (out) event.events |= EPOLLOUT;
  event.data.fd = socket;
  if (epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event) == 0) return;
  CHECK(errno == ENOENT);  // It is new.
  CHECK(epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) == 0);
}

void Poller::remove(int socket) { epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr); }

bool Poller::look(int milliseconds, std::vector<Ready>& ready) {
  std::array<epoll_event, kEventsAtATime> events;
  const int count =
      epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), milliseconds);
  CHECK(count >= 0 || errno == EINTR);
  bool woken = false;
  ready.clear();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.fd == wake_) {
      std::uint64_t times = 0;
      [[maybe_unused]] const auto size = read(wake_, &times, sizeof times);
      woken = true;
      continue;
    }
    int what = 0;
    if ((event.events & EPOLLIN) != 0) what |= CURL_CSELECT_IN;
    if ((event.events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
    ready.push_back({event.data.fd, what});
  }
  return woken;
}

void Poller::wait(std::optional<Clock::time_point> due, std::chrono::microseconds gather,
                  std::vector<Ready>& ready) {
  int milliseconds = -1;
  if (due) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - Clock::now()).count();
    milliseconds = static_cast<int>(std::clamp<long>(left, 0, kWaitMaxMs));
  }
  const bool woken = look(milliseconds, ready);
  if (woken || ready.empty() || gather.count() == 0) return;
  std::this_thread::sleep_for(gather);
  look(0, ready);
}

void Poller::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto size = write(wake_, &one, sizeof one);
}

}  // namespace net
