#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <thread>

#include "base/result.h"
#include "doc/value.h"

namespace drydock {

/// How commands talk to a running stand-in: a Unix socket in its state folder, one JSON line there,
/// one JSON line back: {"ok": VALUE} or {"error": {"code", "message", "hint"}}.
class ControlServer {
 public:
  using Handler = std::function<base::Result<doc::Value>(const doc::Value& request)>;
  /// Listens at `socket` and answers on a thread of its own, one request after the other.
  /// Errors: invalid_argument when the path is too long for a socket (107 bytes); unavailable.
  static base::Result<std::unique_ptr<ControlServer>> start(const std::filesystem::path& socket,
                                                            Handler handler);
  ~ControlServer();

 private:
  ControlServer(int socket, Handler handler);
  void serve(std::stop_token stop);
  void answer(int client);
  int socket_;
  Handler handler_;
  std::jthread thread_;
};

/// Sends one request and waits for its answer. not_found when nobody listens there.
base::Result<doc::Value> ask_control(const std::filesystem::path& socket,
                                     const doc::Value& request);

}  // namespace drydock
