#include "nanabush/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "gateway/files.h"

extern char** environ;

namespace nanabush_test {

Process::Process(const std::string& program, std::vector<std::string> arguments,
                 std::string output_file)
    : output_file_(std::move(output_file)) {
  arguments.insert(arguments.begin(), program);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output_file_.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  CHECK(posix_spawn(&id_, program.c_str(), &actions, nullptr, argv.data(), environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
}

Process::~Process() {
  if (id_ < 0) return;
  kill(id_, SIGKILL);
  wait();
}

void Process::signal(int number) const { kill(id_, number); }

int Process::wait() {
  int status = 0;
  waitpid(id_, &status, 0);
  id_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string Process::output() const { return gateway::read_file(output_file_).value_or(""); }

Ran run(const std::vector<std::string>& arguments, const std::string& output_file) {
  Process process(NANABUSH_PROGRAM, arguments, output_file);
  Ran ran;
  ran.code = process.wait();
  ran.output = process.output();
  return ran;
}

}  // namespace nanabush_test
