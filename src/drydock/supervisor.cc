#include "drydock/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>

#include "base/limits.h"

extern char** environ;

namespace drydock {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
namespace limits = base::limits;

struct Running {
  ProcessSpec spec;
  pid_t pid = 0;
  int restarts = 0;
  base::SteadyTime started{};
  base::SteadyTime again{};  // When to start it anew, while pid is 0.
};

bool is_proxy_setting(std::string_view variable) {
  for (const std::string_view name :
       {"HTTP_PROXY=", "HTTPS_PROXY=", "http_proxy=", "https_proxy=", "ALL_PROXY=", "all_proxy="}) {
    if (variable.starts_with(name)) return true;
  }
  return false;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

/// Forks and executes. In the child only calls that are safe after a fork of a process with
/// threads.
Result<pid_t> spawn(const ProcessSpec& spec, const std::filesystem::path& log_file) {
  std::vector<std::string> arguments{spec.program.string()};
  arguments.insert(arguments.end(), spec.arguments.begin(), spec.arguments.end());
  std::vector<std::string> environment = spec.environment;  // Of two values the first counts.
  for (char** at = environ; *at != nullptr; ++at) {
    if (!is_proxy_setting(*at)) environment.emplace_back(*at);
  }
  const auto argv = pointers(arguments), envp = pointers(environment);
  const std::string log = log_file.string();
  const pid_t parent = getpid();

  const pid_t pid = fork();
  if (pid < 0) {
    return Error{ErrorCode::unavailable, "start " + spec.name + ": " + std::strerror(errno)};
  }
  if (pid > 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // It died before the line above took effect.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0640);
  const int in = open("/dev/null", O_RDONLY);
  if (out < 0 || in < 0) _exit(127);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  execve(argv[0], argv.data(), envp.data());
  _exit(127);
}

}  // namespace

struct Supervisor::State {
  std::filesystem::path log_dir;
  const base::Clock* clock;
  int signals = -1;
  int wake = -1;

  mutable std::mutex mutex;
  std::condition_variable answered;
  bool ending = false;
  bool running_loop = true;
  std::vector<Running> processes;
  struct Order {
    ProcessSpec spec;
    bool done = false;
    Result<void> result;
  };
  std::vector<Order*> orders;  // Waiting for the main thread; owned by the callers.

  void poke() const {
    const std::uint64_t one = 1;
    if (write(wake, &one, sizeof one) < 0) return;  // Full: it wakes anyway.
  }

  void start_now(Running& process) {
    process.started = clock->steady();
    auto pid = spawn(process.spec, log_dir / (process.spec.name + ".log"));
    if (pid) {
      process.pid = *pid;
    } else {
      process.pid = 0;
      process.again = process.started + limits::kProcessRestartPauseMax;
    }
  }

  void obey_orders() {
    for (Order* order : orders) {
      Running process{order->spec};
      auto pid = spawn(order->spec, log_dir / (order->spec.name + ".log"));
      if (pid) {
        process.pid = *pid;
        process.started = clock->steady();
        processes.push_back(std::move(process));
      } else {
        order->result = pid.error();
      }
      order->done = true;
    }
    orders.clear();
    answered.notify_all();
  }

  void reap() {
    int how = 0;
    for (pid_t pid = 0; (pid = waitpid(-1, &how, WNOHANG)) > 0;) {
      for (Running& process : processes) {
        if (process.pid != pid) continue;
        process.pid = 0;
        const base::SteadyTime now = clock->steady();
        // One that ran a while is started at once; one that ends again and again waits longer.
        const bool quick = now - process.started < limits::kProcessRestartPauseMax;
        ++process.restarts;
        const auto pause = std::min<std::chrono::milliseconds>(
            limits::kProcessRestartPauseMax,
            limits::kProcessRestartPauseFirst * (quick ? process.restarts : 1));
        process.again = now + pause;
      }
    }
  }

  /// Starts what is due; how long until the next is, in milliseconds; -1 when none waits.
  int start_due() {
    int next = -1;
    const base::SteadyTime now = clock->steady();
    for (Running& process : processes) {
      if (process.pid != 0) continue;
      if (process.again <= now) {
        start_now(process);
        continue;
      }
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(process.again - now).count() + 1;
      next = next < 0 ? static_cast<int>(left) : std::min(next, static_cast<int>(left));
    }
    return next;
  }

  /// True when a signal asked for the end.
  bool read_signals() const {
    bool asked = false;
    signalfd_siginfo info;
    while (read(signals, &info, sizeof info) == sizeof info) {
      if (info.ssi_signo != SIGCHLD) asked = true;
    }
    return asked;
  }

  void end_all() {
    for (auto process = processes.rbegin(); process != processes.rend(); ++process) {
      if (process->pid == 0) continue;
      kill(process->pid, SIGTERM);
      const base::SteadyTime deadline = clock->steady() + limits::kProcessEndTimeout;
      while (waitpid(process->pid, nullptr, WNOHANG) == 0) {
        if (clock->steady() > deadline) kill(process->pid, SIGKILL);
        pollfd ready{signals, POLLIN, 0};
        poll(&ready, 1, 20);
        read_signals();
      }
      process->pid = 0;
    }
  }
};

Supervisor::Supervisor(std::filesystem::path log_dir, const base::Clock& clock)
    : state_(std::make_unique<State>()) {
  state_->log_dir = std::move(log_dir);
  state_->clock = &clock;
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT}) sigaddset(&set, signal);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  state_->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  state_->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

Supervisor::~Supervisor() {
  close(state_->signals);
  close(state_->wake);
}

void Supervisor::run(const std::function<void()>& on_signal) {
  bool told = false;
  for (;;) {
    int timeout = -1;
    {
      const std::lock_guard lock(state_->mutex);
      state_->reap();
      state_->obey_orders();
      if (state_->ending) break;
      timeout = state_->start_due();
    }
    pollfd ready[] = {{state_->signals, POLLIN, 0}, {state_->wake, POLLIN, 0}};
    poll(ready, 2, timeout);
    std::uint64_t count = 0;
    if (read(state_->wake, &count, sizeof count) < 0) count = 0;  // Nothing was posted.
    if (state_->read_signals() && !std::exchange(told, true)) on_signal();
  }
  const std::lock_guard lock(state_->mutex);
  state_->end_all();
  state_->running_loop = false;
  for (State::Order* order : state_->orders) {
    order->result = Error{ErrorCode::cancelled, "drydock is ending"};
    order->done = true;
  }
  state_->orders.clear();
  state_->answered.notify_all();
}

Result<void> Supervisor::start(ProcessSpec spec) {
  State::Order order{std::move(spec)};
  std::unique_lock lock(state_->mutex);
  if (state_->ending || !state_->running_loop) {
    return Error{ErrorCode::cancelled, "drydock is ending"};
  }
  state_->orders.push_back(&order);
  state_->poke();
  state_->answered.wait(lock, [&] { return order.done; });
  return order.result;
}

Result<void> Supervisor::restart(const std::string& name) {
  const std::lock_guard lock(state_->mutex);
  for (Running& process : state_->processes) {
    if (process.spec.name != name) continue;
    if (process.pid != 0) kill(process.pid, SIGKILL);
    return {};  // run() starts it anew, as after any other end.
  }
  return Error{ErrorCode::not_found, "no process '" + name + "'"};
}

void Supervisor::end() {
  const std::lock_guard lock(state_->mutex);
  state_->ending = true;
  state_->poke();
}

std::vector<Supervisor::Status> Supervisor::status() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<Status> list;
  for (const Running& process : state_->processes) {
    list.push_back({process.spec.name, process.pid, process.restarts});
  }
  return list;
}

}  // namespace drydock
