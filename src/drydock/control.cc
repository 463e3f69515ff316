#include "drydock/control.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/limits.h"
#include "doc/json.h"

namespace drydock {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

Result<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path) {
    return Error{ErrorCode::invalid_argument, "the path of the control socket is too long: " + text}
        .with_hint("set XDG_CACHE_HOME to a folder with a shorter path");
  }
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  return address;
}

/// One line, without its end. "" when the other side sent none.
std::string read_line(int socket) {
  std::string line;
  char buffer[4096];
  while (line.size() < base::limits::kControlLineBytesMax) {
    const ssize_t count = read(socket, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {};
    line.append(buffer, static_cast<std::size_t>(count));
    if (line.back() == '\n') {
      line.pop_back();
      return line;
    }
  }
  return {};
}

void write_line(int socket, std::string line) {
  line += '\n';
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t count = send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;  // The asker has gone.
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
}

doc::Value to_value(const Error& error) {
  return doc::Value::map(
      {{"code", static_cast<int>(error.code)}, {"message", error.message}, {"hint", error.hint}});
}

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::filesystem::path& socket,
                                                            Handler handler) {
  const sockaddr_un address = TRY(address_of(socket));
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 ||
      bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener, 16) != 0) {
    const Error error{ErrorCode::unavailable,
                      "listen at " + socket.string() + ": " + std::strerror(errno)};
    close(listener);
    return error;
  }
  return std::unique_ptr<ControlServer>(new ControlServer(listener, std::move(handler)));
}

ControlServer::ControlServer(int socket, Handler handler)
    : socket_(socket),
      handler_(std::move(handler)),
      thread_([this](std::stop_token stop) { serve(stop); }) {}

ControlServer::~ControlServer() {
  thread_.request_stop();
  shutdown(socket_, SHUT_RDWR);  // Wakes accept().
  thread_.join();
  close(socket_);
}

void ControlServer::serve(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const int client = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) {
      if (errno == EINTR) continue;
      return;
    }
    // An asker that says nothing must not keep the others waiting.
    const timeval limit{5, 0};
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    answer(client);
    close(client);
  }
}

void ControlServer::answer(int client) {
  const std::string line = read_line(client);
  if (line.empty()) return;
  const auto request = doc::parse_json(line, "request");
  const auto answer = request ? handler_(*request) : Result<doc::Value>(request.error());
  write_line(client, doc::to_json(answer ? doc::Value::map({{"ok", *answer}})
                                         : doc::Value::map({{"error", to_value(answer.error())}})));
}

Result<doc::Value> ask_control(const std::filesystem::path& socket, const doc::Value& request) {
  const sockaddr_un address = TRY(address_of(socket));
  const int connection = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection < 0 ||
      connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(connection);
    return Error{ErrorCode::not_found, "no stand-in answers at " + socket.string()};
  }
  write_line(connection, doc::to_json(request));
  const std::string line = read_line(connection);
  close(connection);
  if (line.empty()) return Error{ErrorCode::unavailable, "the stand-in ended while it was asked"};
  const doc::Value answer = TRY(doc::parse_json(line, "answer"));
  if (const doc::Value* ok = answer.find("ok")) return *ok;
  const doc::Value* code = answer.find_path("error.code");
  if (code == nullptr || !code->is_int()) {
    return Error{ErrorCode::internal, "the stand-in's answer is none: " + line};
  }
  return Error{static_cast<ErrorCode>(code->as_int()),
               std::string(answer.string_at("error.message")),
               std::string(answer.string_at("error.hint"))};
}

}  // namespace drydock
