#include <signal.h>

#include <future>
#include <iostream>

#include "base/system_clock.h"
#include "base/system_random.h"
#include "gateway/cli_commands.h"
#include "gateway/files.h"
#include "gateway/gateway.h"

namespace gateway {
namespace {

using base::Result;

Result<Config> config_of(const ServeFlags& flags) {
  Config config;
  if (!flags.config_file.empty()) {
    config = TRY(parse_config(TRY(read_file(flags.config_file)), flags.config_file));
  }
  const auto take = [](const std::optional<std::string>& flag, std::string& field) {
    if (flag) field = *flag;
  };
  take(flags.listen, config.listen);
  take(flags.model, config.model);
  take(flags.audit_dir, config.audit_dir);
  take(flags.audit_key, config.audit_key_file);
  take(flags.metrics_listen, config.metrics_listen);
  take(flags.otlp_endpoint, config.otlp_endpoint);
  take(flags.log_level, config.log_level);
  if (!flags.upstreams.empty()) config.upstreams = flags.upstreams;
  TRY(check_config(config));
  return config;
}

/// Drains, unless a signal comes first.
bool drain_or_signal(Gateway& gateway, std::chrono::seconds deadline, const sigset_t& signals) {
  auto drained = std::async(std::launch::async, [&] { return gateway.drain(deadline); });
  while (drained.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    const timespec look{0, 100'000'000};
    if (sigtimedwait(&signals, nullptr, &look) > 0) _exit(base::kExitDone);
  }
  return drained.get();
}

}  // namespace

Result<void> serve_command(const ServeFlags& flags) {
  // Before any thread, so that the signals come to this one alone.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  const Config config = TRY(config_of(flags));
  Log log(base::system_clock(), *log_level_named(config.log_level),
          [](std::string_view line) { std::cerr << line << std::flush; });
  const auto gateway = TRY(start_gateway(config, base::system_clock(), base::system_random(), log));
  const Address address = TRY(parse_address(config.listen));
  std::cout << "nanabush: serving on " << address.host << ":" << gateway->port();
  if (gateway->mtls_port() != 0) std::cout << ", mTLS on port " << gateway->mtls_port();
  if (gateway->metrics_port() != 0) std::cout << ", metrics on port " << gateway->metrics_port();
  std::cout << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  log.say(LogLevel::info, "draining");
  const bool done = drain_or_signal(*gateway, std::chrono::seconds(flags.drain_seconds), signals);
  log.say(done ? LogLevel::info : LogLevel::warning, done ? "drained" : "drain_deadline_passed");
  return {};
}

}  // namespace gateway
