#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "cluster/connect.h"

namespace cli {

/// What the program is run in: everything that a command touches outside of itself, so that a test
/// can stand in for all of it. All borrowed; must outlive the run.
struct Shell {
  std::ostream& out;  ///< The result, and nothing else.
  std::ostream& err;  ///< Progress, questions, errors.
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  int width = 80;  ///< Of the terminal, in columns.

  const base::Clock& clock;
  std::stop_token stop;  ///< Asked to stop when the person presses ctrl-C.

  /// An environment variable; "" where it is not set.
  std::function<std::string(const std::string& name)> variable;
  std::filesystem::path executable;  ///< This program's own file; "" when not known.
  /// A line that the person types; nullopt at the end of input.
  std::function<std::optional<std::string>()> read_line;
  /// Standard input, to its end. Errors: as read_file's.
  std::function<base::Result<std::string>()> read_all = nullptr;
  std::function<base::Result<std::unique_ptr<cluster::Connection>>(const cluster::ConnectOptions&)>
      connect;
};

/// Runs one command line (without the program's name) and returns the exit code. Errors are printed
/// to `shell.err`.
int run(std::span<const std::string> arguments, Shell& shell);

/// The program: run() in the real shell, with signals, terminals and the network.
int main(int argc, char** argv);

}  // namespace cli
