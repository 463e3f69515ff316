#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

#include "base/limits.h"
#include "base/system_clock.h"
#include "base/system_random.h"
#include "cli/interrupt.h"
#include "cli/print.h"
#include "cli/shell.h"
#include "cli/test_hooks.h"

namespace cli {
namespace {

constexpr int kWidthUnknown = 100;

int width_of_terminal() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kWidthUnknown;
  return size.ws_col;
}

std::string variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

/// Ctrl-C at a question is an answer too: waiting for a line must not outlast it.
bool wait_for_input(const std::stop_token& stop) {
  constexpr int kLookMs = 100;
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  while (!stop.stop_requested()) {
    if (poll(&input, 1, kLookMs) > 0) return true;
  }
  return false;
}

std::optional<std::string> read_line(const std::stop_token& stop) {
  std::string line;
  if (!wait_for_input(stop)) return std::nullopt;
  if (!std::getline(std::cin, line)) return std::nullopt;
  return line;
}

base::Result<std::string> read_all() {
  std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  if (text.size() <= base::limits::kDocumentBytesMax) return text;
  return base::Error{base::ErrorCode::invalid_argument, "standard input is too large"};
}

}  // namespace

int main(int argc, char** argv) {
  const Interrupt interrupt;
  auto observer = write_observer(variable);
  if (!observer) {
    std::cerr << error_text(observer.error());
    return base::facts(observer.error().code).exit_code;
  }
  std::error_code ignored;  // Without its own path only the default catalog is not found.
  Shell shell{
      .out = std::cout,
      .err = std::cerr,
      .in_is_terminal = isatty(STDIN_FILENO) == 1,
      .out_is_terminal = isatty(STDOUT_FILENO) == 1,
      .err_is_terminal = isatty(STDERR_FILENO) == 1,
      .width = width_of_terminal(),
      .clock = base::system_clock(),
      .stop = interrupt.token(),
      .variable = variable,
      .executable = std::filesystem::read_symlink("/proc/self/exe", ignored),
      .read_line = [&] { return read_line(interrupt.token()); },
      .read_all = read_all,
      .connect =
          [&](cluster::ConnectOptions options) {
            options.client.on_write = *observer;
            return cluster::connect(options, base::system_clock(), base::system_random());
          },
  };
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  return run(arguments, shell);
}

}  // namespace cli
