#include "vllmsim/engine.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>
#include <vector>

#include "base/strings.h"
#include "vllmsim/pseudo.h"

extern char** environ;

namespace vllmsim {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

/// Where the packages of Debian put a pair's definition.
constexpr const char* kModesDir = "/usr/share/apertium/modes";

class PseudoEngine final : public Engine {
 public:
  Result<std::string> answer(std::string_view, std::string_view user) override {
    return translate_marked(user, pseudo);
  }
};

/// Runs a program with `input` on its stdin; its stdout, or what it said on failing.
Result<std::string> run(std::vector<std::string> arguments, std::string_view input) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
    return Error{ErrorCode::unavailable, std::string("pipe: ") + std::strerror(errno)};
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t pid = 0;
  const int failed = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  if (failed != 0) {
    close(in[1]);
    close(out[0]);
    return Error{ErrorCode::unavailable, arguments[0] + ": " + std::strerror(failed)};
  }
  // A thread writes, so that neither side waits for the other with a full pipe.
  std::jthread writer([fd = in[1], input] {
    std::string_view rest = input;
    while (!rest.empty()) {
      const ssize_t count = write(fd, rest.data(), rest.size());
      if (count <= 0) break;
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
    close(fd);
  });
  std::string output;
  std::array<char, 16384> buffer{};
  for (ssize_t count = 0; (count = read(out[0], buffer.data(), buffer.size())) > 0;) {
    output.append(buffer.data(), static_cast<std::size_t>(count));
  }
  close(out[0]);
  int status = 0;
  waitpid(pid, &status, 0);
  if (status != 0) return Error{ErrorCode::unavailable, arguments[0] + " failed"};
  return output;
}

class ApertiumEngine final : public Engine {
 public:
  explicit ApertiumEngine(std::string pair) : pair_(std::move(pair)) {}

  Result<std::string> answer(std::string_view, std::string_view user) override {
    // Each line is a paragraph of its own, so that no word wanders from one into another.
    std::string input;
    for_each_line(user, [&](std::string_view line) { input += std::string(line) + "\n\n"; });
    if (input.empty()) return translate_marked(user, [](std::string_view) { return ""; });
    const std::string output = TRY(run({"apertium", "-u", pair_}, input));
    std::vector<std::string> lines;
    for (std::string_view rest = output; !rest.empty();) {
      const auto end = rest.find("\n\n");
      lines.emplace_back(base::trim(rest.substr(0, end)));
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 2);
    }
    std::size_t next = 0;
    return translate_marked(user, [&](std::string_view line) {
      return next < lines.size() ? lines[next++] : std::string(line);
    });
  }

 private:
  std::string pair_;
};

}  // namespace

Result<std::unique_ptr<Engine>> make_engine(std::string_view name) {
  if (name == "pseudo") return std::unique_ptr<Engine>(new PseudoEngine);
  constexpr std::string_view kApertium = "apertium:";
  if (!name.starts_with(kApertium)) {
    return Error{ErrorCode::invalid_argument, "--engine: no engine '" + std::string(name) + "'",
                 "the engines are pseudo and apertium:PAIR"};
  }
  const std::string pair(name.substr(kApertium.size()));
  if (!std::filesystem::exists(std::filesystem::path(kModesDir) / (pair + ".mode"))) {
    return Error{ErrorCode::not_found, "--engine: Apertium has no pair '" + pair + "' here",
                 "apt-get install apertium apertium-" + pair};
  }
  return std::unique_ptr<Engine>(new ApertiumEngine(pair));
}

}  // namespace vllmsim
