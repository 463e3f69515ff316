#include "drydock/reaper.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

namespace drydock {
namespace {

/// In the reaper. Ends when the pipe does; a byte before that says that there is nothing to do.
[[noreturn]] void watch(int pipe, pid_t group,
                        const std::vector<std::filesystem::path>& leftovers) {
  setsid();  // Out of the group that it may have to kill.
  char byte = 0;
  if (read(pipe, &byte, 1) == 1) _exit(0);
  kill(-group, SIGKILL);
  // The programs are dying; until they are gone they may still write into the folder.
  for (int i = 0; i < 100 && kill(-group, 0) == 0; ++i) poll(nullptr, 0, 50);
  std::error_code ignored;
  for (const std::filesystem::path& path : leftovers) {
    for (int i = 0; i < 20; ++i) {
      std::filesystem::remove_all(path, ignored);
      if (!std::filesystem::exists(path, ignored)) break;
      poll(nullptr, 0, 50);
    }
  }
  _exit(0);
}

}  // namespace

Reaper::Reaper(const std::vector<std::filesystem::path>& leftovers) {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) return;
  const pid_t group = getpgrp();
  const pid_t pid = fork();
  if (pid == 0) {
    close(ends[1]);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::signal(signal, SIG_IGN);
    // The terminal's or the pipe's other end must not wait for the reaper.
    const int null = open("/dev/null", O_RDWR);
    for (const int fd : {0, 1, 2}) dup2(null, fd);
    watch(ends[0], group, leftovers);
  }
  close(ends[0]);
  pipe_ = ends[1];
}

Reaper::~Reaper() {
  if (pipe_ >= 0) close(pipe_);
}

void Reaper::dismiss() {
  if (pipe_ < 0 || write(pipe_, "d", 1) != 1) return;
  close(pipe_);
  pipe_ = -1;
}

}  // namespace drydock
