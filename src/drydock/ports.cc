#include "drydock/ports.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"

namespace drydock {
namespace {

bool is_free(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free = ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(socket);
  return free;
}

}  // namespace

Ports::Ports(std::filesystem::path lock_dir, base::Random& random)
    : lock_dir_(std::move(lock_dir)), random_(&random) {
  std::error_code ignored;  // take() fails where it matters.
  std::filesystem::create_directories(lock_dir_, ignored);
}

Ports::~Ports() {
  for (const int lock : locks_) close(lock);
}

base::Result<std::uint16_t> Ports::take() {
  constexpr int kCount = base::limits::kPortLast - base::limits::kPortFirst + 1;
  const int start = static_cast<int>(random_->below(kCount));
  for (int i = 0; i < kCount; ++i) {
    const int port = base::limits::kPortFirst + (start + i) % kCount;
    const std::string file = (lock_dir_ / std::to_string(port)).string();
    const int lock = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (lock < 0) {
      return base::Error{base::ErrorCode::unavailable, "cannot write " + file};
    }
    if (flock(lock, LOCK_EX | LOCK_NB) == 0 && is_free(static_cast<std::uint16_t>(port))) {
      locks_.push_back(lock);
      return static_cast<std::uint16_t>(port);
    }
    close(lock);
  }
  return base::Error{base::ErrorCode::resource_exhausted, "no free loopback port"};
}

}  // namespace drydock
