#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace nanabush_test {

/// A program of ours under way, its output in a file. Killed with the object.
class Process {
 public:
  Process(const std::string& program, std::vector<std::string> arguments, std::string output_file);
  ~Process();
  void signal(int number) const;
  /// Waits for its end: the exit code, or 128 and the signal that killed it.
  int wait();
  std::string output() const;

 private:
  pid_t id_ = -1;
  std::string output_file_;
};

/// Runs a program to its end.
struct Ran {
  int code = 0;
  std::string output;  ///< Both of its outputs.
};
Ran run(const std::vector<std::string>& arguments, const std::string& output_file);

}  // namespace nanabush_test
