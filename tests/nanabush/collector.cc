#include "nanabush/collector.h"

#include <sys/socket.h>
#include <unistd.h>

#include "nanabush/tls_peer.h"

namespace nanabush_test {

Collector::Collector() {
  const auto [listener, port] = listen_on_loopback();
  listener_ = listener;
  url_ = "http://127.0.0.1:" + std::to_string(port);
  thread_ = std::jthread([this] {
    for (int peer; (peer = accept(listener_, nullptr, nullptr)) >= 0;) take(peer);
  });
}

Collector::~Collector() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

std::string Collector::received() {
  const std::lock_guard lock(mutex_);
  return received_;
}

void Collector::take(int peer) {
  std::string text;
  char bytes[4096];
  const auto complete = [&] {
    const auto head = text.find("\r\n\r\n");
    const auto length = text.find("Content-Length: ");
    return head != std::string::npos && length != std::string::npos &&
           text.size() >= head + 4 + std::stoul(text.substr(length + 16));
  };
  while (!complete()) {
    const ssize_t size = recv(peer, bytes, sizeof bytes, 0);
    if (size <= 0) break;
    text.append(bytes, static_cast<std::size_t>(size));
  }
  {
    // Before the answer: who has it may look.
    const std::lock_guard lock(mutex_);
    received_ += text;
  }
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
  send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
  close(peer);
}

}  // namespace nanabush_test
