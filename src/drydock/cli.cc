#include "drydock/cli.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <thread>

#include "base/limits.h"
#include "base/strings.h"
#include "base/system_clock.h"
#include "base/system_random.h"
#include "doc/json.h"
#include "drydock/api_fault.h"
#include "drydock/control.h"
#include "drydock/launch.h"
#include "drydock/plant.h"
#include "drydock/world.h"
#include "net/wait.h"

namespace drydock {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

struct Options {
  std::string name = "default";
  std::string scenario = "aws-h100";
  std::string crds;
  std::string data;  // Another folder of scenarios, packages, behaviours, shapes, faults.
  std::vector<std::string> without;
  bool with_api_faults = false;
  std::string output = "table";
  std::string fault;
  int report_fd = -1;  // Of `serve`: where it says how far it is.
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::filesystem::path state_dir(const Options& options) {
  return stand_ins_dir(environment("XDG_CACHE_HOME"), environment("HOME")) / options.name;
}

Result<Value> ask(const Options& options, const Value& request) {
  auto answer = ask_control(state_dir(options) / kControlSocket, request);
  if (!answer && answer.error().code == ErrorCode::not_found) {
    return Error{ErrorCode::not_found, "no stand-in named '" + options.name + "' is running",
                 "start one with `drydock up --name " + options.name + "`"};
  }
  return answer;
}

Result<PlantInfo> plant_info(const Options& options) {
  PlantInfo info;
  info.name = options.name;
  info.state_dir = state_dir(options);
  info.drydock_program = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::filesystem::path project = TRY(project_dir(info.drydock_program));
  info.data = options.data.empty() ? project / "drydock" : std::filesystem::path(options.data);
  info.programs = TRY(control_plane_programs(environment("SLIPWAY_CONTROLPLANE"), project));
  info.control_plane_crds = info.programs.parent_path() / "crds";
  info.crds = options.crds;
  info.scenario = options.scenario;
  info.without = options.without;
  info.api_faults = options.with_api_faults;
  if (!options.crds.empty() && !std::filesystem::is_directory(options.crds)) {
    return Error{ErrorCode::not_found, "--crds: no folder " + options.crds};
  }
  if (!std::filesystem::is_directory(info.data / "scenarios")) {
    return Error{ErrorCode::not_found, "--data: no scenarios in " + info.data.string()};
  }
  return info;
}

void say(int fd, const std::string& line) {
  const std::string text = line + "\n";
  if (write(fd, text.data(), text.size()) < 0) return;  // Nobody listens any more.
}

/// The serving process. What it says on the report pipe: "progress TEXT", "failed JSON", "ready".
Result<int> run_serve(const Options& options) {
  signal(SIGPIPE, SIG_IGN);
  PlantInfo info = TRY(plant_info(options));
  std::atomic<int> fd = options.report_fd >= 0 ? options.report_fd : dup(STDERR_FILENO);
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  const auto fail = [&](const Error& error) {
    say(fd, "failed " + doc::to_json(Value::map({{"code", static_cast<int>(error.code)},
                                                 {"message", error.message},
                                                 {"hint", error.hint}})));
  };
  const ServeReport report{[&](const std::string& text) { say(fd, "progress " + text); }, fail,
                           [&] {
                             say(fd, "ready");
                             close(fd.exchange(-1));
                           }};
  const auto served = serve(std::move(info), base::system_clock(), base::system_random(), report);
  if (!served) {
    fail(served.error());
    return base::facts(served.error().code).exit_code;
  }
  return base::kExitDone;
}

/// Starts `drydock serve` in a session of its own; the read end of its report pipe.
Result<int> start_serving(const Options& options) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) {
    return Error{ErrorCode::unavailable, std::string("pipe: ") + std::strerror(errno)};
  }
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  std::vector<std::string> arguments = {
      "drydock",    "serve",          "--name",      options.name,
      "--scenario", options.scenario, "--report-fd", std::to_string(ends[1])};
  if (!options.crds.empty()) {
    arguments.insert(arguments.end(), {"--crds", std::filesystem::absolute(options.crds).string()});
  }
  if (!options.data.empty()) {
    arguments.insert(arguments.end(), {"--data", std::filesystem::absolute(options.data).string()});
  }
  for (const std::string& behaviour : options.without) {
    arguments.insert(arguments.end(), {"--without", behaviour});
  }
  if (options.with_api_faults) arguments.push_back("--with-api-faults");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    setsid();
    const int null = open("/dev/null", O_RDWR);
    for (const int fd : {0, 1, 2}) dup2(null, fd);
    execv("/proc/self/exe", argv.data());
    _exit(127);
  }
  close(ends[1]);
  if (pid < 0) return Error{ErrorCode::unavailable, std::string("fork: ") + std::strerror(errno)};
  return ends[0];
}

Error error_of(const std::string& json) {
  const auto value = doc::parse_json(json);
  if (!value) return {ErrorCode::internal, "the stand-in failed: " + json};
  const Value* code = value->find("code");
  return {code != nullptr && code->is_int() ? static_cast<ErrorCode>(code->as_int())
                                            : ErrorCode::internal,
          std::string(value->string_at("message")), std::string(value->string_at("hint"))};
}

/// Reads the report until "ready", passing the progress on.
Result<void> wait_until_ready(int report) {
  std::FILE* lines = fdopen(report, "r");
  Result<void> result = Error{ErrorCode::internal, "the stand-in ended without a word"};
  std::array<char, 8192> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), lines) != nullptr) {
    const std::string line(base::trim(buffer.data()));
    if (line.starts_with("progress ")) {
      std::fprintf(stderr, "drydock: %s\n", line.c_str() + 9);
    } else if (line.starts_with("failed ")) {
      result = error_of(line.substr(7));
      break;
    } else if (line == "ready") {
      result = {};
      break;
    }
  }
  std::fclose(lines);
  return result;
}

Result<int> run_up(const Options& options) {
  TRY(plant_info(options));  // What is wrong with the arguments is said here, and builds are shown.
  const base::SteadyTime start = base::system_clock().steady();
  TRY(wait_until_ready(TRY(start_serving(options))));
  const double seconds =
      std::chrono::duration<double>(base::system_clock().steady() - start).count();
  std::fprintf(stderr, "drydock: '%s' is up after %.1f seconds\n", options.name.c_str(), seconds);
  std::cout << "export KUBECONFIG=" << (state_dir(options) / kKubeconfig).string() << "\n";
  return base::kExitDone;
}

Result<int> run_status(const Options& options) {
  const Value status = TRY(ask(options, Value::map({{"command", "status"}})));
  if (options.output == "json") {
    std::cout << doc::to_json_pretty(status);
    return base::kExitDone;
  }
  std::cout << "name        " << status.string_at("name") << "\n"
            << "server      " << status.string_at("server") << "\n"
            << "kubeconfig  " << status.string_at("kubeconfig") << "\n"
            << "logs        " << status.string_at("logs") << "\n";
  for (const Value& process : status.find("processes")->items()) {
    std::cout << "process     " << process.string_at("name") << " "
              << doc::to_json(*process.find("pid"));
    const std::int64_t restarts = process.find("restarts")->as_int();
    if (restarts > 0) std::cout << ", restarted " << restarts << " times";
    std::cout << "\n";
  }
  std::cout << "world       " << doc::to_json(*status.find("world")) << "\n";
  return base::kExitDone;
}

Result<int> run_fault(const char* command, const Options& options) {
  TRY(ask(options, Value::map({{"command", command}, {"fault", options.fault}})));
  return base::kExitDone;
}

/// Asks it to end and waits until its lock is free: then nothing of it is left.
Result<int> run_down(const Options& options) {
  const Value pid = TRY(ask(options, Value::map({{"command", "down"}})));
  const net::Until until = net::within(base::system_clock(), base::limits::kStandInDownTimeout);
  while (kill(static_cast<pid_t>(pid.as_int()), 0) == 0) {
    if (base::system_clock().steady() > until.deadline) {
      return Error{ErrorCode::deadline_exceeded,
                   "the stand-in has not ended yet: process " + doc::to_json(pid)};
    }
    net::system_sleeper().sleep(std::chrono::milliseconds(20), {});
  }
  return base::kExitDone;
}

/// For the help of `inject` and `heal`; of the project's own data folder.
std::string list_of_faults() {
  const auto project = project_dir(std::filesystem::read_symlink("/proc/self/exe"));
  if (!project) return "";
  std::string list = "Faults:\n";
  const auto add = [&](std::string_view name, std::string_view says) {
    constexpr std::size_t kNameWidth = 24;
    list += "  " + std::string(name);
    list += std::string(kNameWidth - std::min(name.size(), kNameWidth - 1), ' ');
    list += std::string(says) + "\n";
  };
  for (const auto& [name, says] : fault_names(*project / "drydock")) add(name, says);
  list += "Of a stand-in brought up --with-api-faults, too:\n";
  for (std::size_t i = 0; i < kApiFaultCount; ++i) {
    const auto fault = static_cast<ApiFault>(i);
    add(api_fault_name(fault), api_fault_says(fault));
  }
  return list;
}

int print_error(const Error& error) {
  std::cerr << "drydock: " << base::to_string(error) << "\n";
  return base::facts(error.code).exit_code;
}

void add_commands(CLI::App& app, Options& options, std::function<Result<int>()>& chosen) {
  const auto named = [&](const char* name, const char* about) {
    CLI::App* command = app.add_subcommand(name, about);
    command->add_option("--name", options.name, "which stand-in")->capture_default_str();
    return command;
  };
  const auto world = [&](CLI::App* command) {
    command->add_option("--scenario", options.scenario, "a scenario's name, or its file")
        ->capture_default_str();
    command->add_option("--crds", options.crds, "a folder of real CRDs instead of our shapes");
    command->add_option("--data", options.data,
                        "a folder of scenarios, packages, behaviours and shapes of your own");
    command->add_option("--without", options.without,
                        "leave an operator's behaviour out, to run the real operator in its place");
    command->add_flag("--with-api-faults", options.with_api_faults,
                      "put a proxy in front of the API server, for the faults api-429, api-500, "
                      "api-lost-answer, watch-dropped and watch-expired");
  };
  CLI::App* up = named("up", "bring up a local OpenShift stand-in and leave it running");
  world(up);
  up->footer("Example: drydock up --name demo --scenario aws-h100");
  up->callback([&] { chosen = [&] { return run_up(options); }; });

  CLI::App* status = named("status", "what runs, where its kubeconfig is, which faults are on");
  status->add_option("-o,--output", options.output, "table or json")
      ->check(CLI::IsMember({"table", "json"}));
  status->callback([&] { chosen = [&] { return run_status(options); }; });

  for (const char* which : {"inject", "heal"}) {
    CLI::App* command =
        named(which, which == std::string_view("inject") ? "break something on purpose"
                                                         : "undo a fault that was injected");
    command->add_option("FAULT", options.fault, "the fault's name, as listed below")->required();
    command->footer(list_of_faults);
    command->callback([&, which] { chosen = [&, which] { return run_fault(which, options); }; });
  }
  CLI::App* down = named("down", "end it; nothing is left behind");
  down->callback([&] { chosen = [&] { return run_down(options); }; });

  CLI::App* serve = named("serve", "run a stand-in in the foreground (what `up` starts)");
  world(serve);
  serve->add_option("--report-fd", options.report_fd, "where to say how far it is")->group("");
  serve->callback([&] { chosen = [&] { return run_serve(options); }; });
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  std::function<Result<int>()> chosen;
  CLI::App app{"drydock: a local OpenShift stand-in with a real API server and the real OLM",
               "drydock"};
  app.require_subcommand(1);
  app.footer(
      "Example: drydock up && kubectl --kubeconfig $(drydock status -o json | jq -r "
      ".kubeconfig) get nodes");
  add_commands(app, options, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? base::kExitDone : base::facts(ErrorCode::invalid_argument).exit_code;
  }
  if (options.name.empty() || options.name.find('/') != std::string::npos ||
      options.name.front() == '.') {
    return print_error(
        {ErrorCode::invalid_argument, "--name: '" + options.name + "' is no name for a stand-in"});
  }
  const auto code = chosen();
  return code ? *code : print_error(code.error());
}

}  // namespace drydock
