#include "cli/test_hooks.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <fstream>
#include <memory>
#include <mutex>

namespace cli {
namespace {

struct Hooks {
  cluster::WritePhase phase = cluster::WritePhase::before;
  int number = 0;  ///< 0: kills nothing.
  std::string count_file;

  /// Held from before a write until after it where something is to be killed: no other write may
  /// be under way then, or the state at the kill point would be one of many.
  std::mutex one_write;
  std::mutex mutex;  ///< Held while a write is counted, so that the N-th is one.
  int before = 0;
  int after = 0;

  void see(cluster::WritePhase now, const kube::Request& request) {
    if (number != 0 && now == cluster::WritePhase::before) one_write.lock();
    count(now, request);
    if (number != 0 && now == cluster::WritePhase::after) one_write.unlock();
  }

 private:
  void count(cluster::WritePhase now, const kube::Request& request) {
    const std::scoped_lock lock(mutex);
    int& seen = now == cluster::WritePhase::before ? before : after;
    ++seen;
    if (now == cluster::WritePhase::before && !count_file.empty()) {
      std::ofstream(count_file, std::ios::app)
          << kube::method_name(request.method) << " " << request.path << "\n";
    }
    if (now == phase && seen == number) ::kill(::getpid(), SIGKILL);
  }
};

base::Result<void> read_kill_at(const std::string& text, Hooks& hooks) {
  if (text.empty()) return {};
  const std::size_t colon = text.find(':');
  const std::string phase = text.substr(0, colon);
  if (colon != std::string::npos && (phase == "before" || phase == "after")) {
    hooks.phase = phase == "before" ? cluster::WritePhase::before : cluster::WritePhase::after;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, hooks.number);
    if (error == std::errc() && stopped == end && hooks.number > 0) return {};
  }
  return base::Error{base::ErrorCode::invalid_argument, "SLIPWAY_KILL_AT cannot be '" + text + "'",
                     "write it as before:N or after:N; it is a hook for tests/kill"};
}

}  // namespace

base::Result<cluster::WriteObserver> write_observer(
    const std::function<std::string(const std::string&)>& variable) {
  auto hooks = std::make_shared<Hooks>();
  auto read = read_kill_at(variable("SLIPWAY_KILL_AT"), *hooks);
  if (!read) return std::move(read).error();
  hooks->count_file = variable("SLIPWAY_COUNT_WRITES");
  if (hooks->number == 0 && hooks->count_file.empty()) return cluster::WriteObserver();
  return cluster::WriteObserver([hooks](cluster::WritePhase phase, const kube::Request& request) {
    hooks->see(phase, request);
  });
}

}  // namespace cli
