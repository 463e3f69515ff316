#include "net/scripted_websocket.h"

namespace net {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

class Played final : public WebSocket {
 public:
  explicit Played(ScriptedWebSocket& script) : script_(script) {}
  const std::string& subprotocol() const override { return script_.subprotocol; }
  Result<void> send(const WebSocketMessage& message, const Until&) override {
    script_.sent.push_back(message);
    return {};
  }
  Result<std::optional<WebSocketMessage>> receive(const Until&) override {
    if (next_ < script_.messages.size()) {
      return std::optional<WebSocketMessage>(script_.messages[next_++]);
    }
    if (script_.failure) return *script_.failure;
    return std::optional<WebSocketMessage>();
  }

 private:
  ScriptedWebSocket& script_;
  std::size_t next_ = 0;
};

}  // namespace

Result<std::unique_ptr<WebSocket>> ScriptedWebSocket::connect(const WebSocketRequest& request,
                                                              const Until&,
                                                              WebSocketRefusal* refusal) {
  requests.push_back(request);
  if (request.url != expected_url) {
    return Error{ErrorCode::failed_precondition,
                 "expected a WebSocket to " + expected_url + "\n  but got " + request.url};
  }
  if (refused && refusals_max-- > 0) {
    if (refusal != nullptr) refusal->response = *refused;
    return Error{base::code_of_http_status(refused->status),
                 "the server answered " + std::to_string(refused->status) + ", not 101"};
  }
  return std::unique_ptr<WebSocket>(std::make_unique<Played>(*this));
}

}  // namespace net
