#include "gateway/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

}  // namespace

Result<std::string> read_file(const std::string& path) {
  const auto fault = [&] {
    return Error{ErrorCode::invalid_argument, "cannot read " + path + ": " + std::strerror(errno)};
  };
  const int file = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return fault();
  std::string bytes;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = read(file, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const Error error = fault();
      close(file);
      return error;
    }
    if (count == 0) break;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
  close(file);
  return bytes;
}

Result<void> write_file(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string neighbour = path + ".new";
  const auto fault = [&] {
    Error error{ErrorCode::unavailable, "cannot write " + path + ": " + std::strerror(errno)};
    unlink(neighbour.c_str());
    return error;
  };
  const int file = open(neighbour.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file < 0) return fault();
  while (!bytes.empty()) {
    const ssize_t count = write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const Error error = fault();
      close(file);
      return error;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  if (fsync(file) != 0 || close(file) != 0) return fault();
  if (rename(neighbour.c_str(), path.c_str()) != 0) return fault();
  return {};
}

}  // namespace gateway
