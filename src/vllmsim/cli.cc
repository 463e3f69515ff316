#include "vllmsim/cli.h"

#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "base/system_clock.h"
#include "vllmsim/server.h"

namespace vllmsim {
namespace {

std::string fault_list() {
  std::string text;
  for (const FaultRow& row : fault_rows()) {
    text += "\n  " + std::string(row.name) + std::string(18 - row.name.size(), ' ') +
            std::string(row.says);
  }
  return text;
}

int print_error(const base::Error& error) {
  std::cerr << "vllm-sim: " << base::to_string(error) << "\n";
  return base::facts(error.code).exit_code;
}

int serve(const ServerOptions& options, const std::string& engine_name, Fault fault) {
  // Before any thread, so that the signals come to this one alone.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  const auto engine = make_engine(engine_name);
  if (!engine) return print_error(engine.error());
  const auto server = Server::start(**engine, base::system_clock(), net::system_sleeper(), options);
  if (!server) return print_error(server.error());
  (*server)->set_fault(fault);
  std::cout << "vllm-sim: serving '" << options.model << "' on http://" << options.address << ":"
            << (*server)->port() << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  return base::kExitDone;
}

}  // namespace

int main(int argc, char** argv) {
  ServerOptions options;
  std::string engine = "pseudo", fault = "none";
  CLI::App app{"vllm-sim: vLLM's OpenAI API without a GPU", "vllm-sim"};
  app.add_option("--address", options.address, "IP address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "port to listen on; 0 takes a free one and prints it");
  app.add_option("--model", options.model, "the model's served name")->capture_default_str();
  app.add_option("--engine", engine, "pseudo, or apertium:PAIR such as apertium:eng-spa")
      ->capture_default_str();
  app.add_option("--fault", fault, "what goes wrong on purpose")->capture_default_str();
  app.add_option("--speed", options.latency.speed,
                 "how many times faster than the model; 0: at once")
      ->capture_default_str();
  app.add_option("--max-num-seqs", options.latency.sequences_max, "sequences in the batch")
      ->capture_default_str();
  app.add_option("--api-key", options.api_key, "the bearer token that /v1 wants");
  app.footer("Faults:" + fault_list() +
             "\n\nExample: vllm-sim --port 8000 --engine apertium:eng-spa");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? base::kExitDone : base::facts(base::ErrorCode::invalid_argument).exit_code;
  }
  const auto chosen = fault_named(fault);
  if (!chosen) {
    return print_error({base::ErrorCode::invalid_argument, "--fault: no fault '" + fault + "'",
                        "the faults are:" + fault_list()});
  }
  return serve(options, engine, *chosen);
}

}  // namespace vllmsim
