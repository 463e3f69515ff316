#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fake_clock.h"
#include "base/random.h"
#include "cluster/client.h"
#include "net/fake_sleeper.h"
#include "net/scripted_transport.h"
#include "net/scripted_websocket.h"

namespace cluster {

/// A client of the made-up cluster https://c, whose server plays a scenario. For tests: the clock
/// is moved by waiting, and the test fails if the scenario did not finish.
class Scenario {
 public:
  explicit Scenario(std::string name, ClientOptions options = {}, kube::ClusterAccess access = {})
      : server_(std::move(name), &clock_), sleeper_(clock_), random_(1) {
    access.server = "https://c";
    if (access.user.empty()) access.user = "dev";
    access.context = "lab";
    client_ = std::make_unique<Client>(std::move(access),
                                       Means{server_, clock_, random_, sleeper_, &websocket_},
                                       std::move(options));
  }
  ~Scenario() { EXPECT_EQ(server_.unfinished(), ""); }

  Client& client() { return *client_; }
  base::FakeClock& clock() { return clock_; }
  net::ScriptedWebSocket& websocket() { return websocket_; }
  std::vector<std::chrono::milliseconds> waits() const { return sleeper_.waits(); }
  std::vector<net::Request> requests() const { return server_.requests(); }
  Until in(std::chrono::seconds time) const { return net::within(clock_, time); }

  /// "GET /api/v1/pods": the server's name is put in.
  net::ScriptedTransport::Step& expect(std::string_view request) {
    const std::size_t space = request.find(' ');
    return server_.expect(std::string(request.substr(0, space + 1)) + "https://c" +
                          std::string(request.substr(space + 1)));
  }
  /// The first request of any client: pods and nodes of v1, widgets of x.example.com/v1.
  void expect_discovery() {
    expect("GET /api").reply(200, R"({"kind":"APIGroupDiscoveryList","items":[
      {"metadata":{"name":""},"versions":[{"version":"v1","resources":[
        {"resource":"pods","responseKind":{"kind":"Pod"},"scope":"Namespaced","verbs":["get"]},
        {"resource":"nodes","responseKind":{"kind":"Node"},"scope":"Cluster",
         "verbs":["get"]}]}]}]})");
    expect("GET /apis").reply(200, R"({"kind":"APIGroupDiscoveryList","items":[
      {"metadata":{"name":"x.example.com"},"versions":[{"version":"v1","resources":[
        {"resource":"widgets","responseKind":{"kind":"Widget"},"scope":"Namespaced",
         "verbs":[]}]}]}]})");
  }

 private:
  base::FakeClock clock_;
  net::ScriptedTransport server_;
  net::FakeSleeper sleeper_;
  base::SeededRandom random_;
  net::ScriptedWebSocket websocket_;
  std::unique_ptr<Client> client_;
};

inline const kube::GroupVersionKind kPod{"", "v1", "Pod"};
inline const kube::GroupVersionKind kNode{"", "v1", "Node"};
inline const kube::GroupVersionKind kWidget{"x.example.com", "v1", "Widget"};

/// A Status as the API server sends it.
inline std::string status(int code, std::string_view reason, std::string_view message) {
  return R"({"kind":"Status","status":"Failure","code":)" + std::to_string(code) +
         R"(,"reason":")" + std::string(reason) + R"(","message":")" + std::string(message) +
         R"("})";
}

}  // namespace cluster
