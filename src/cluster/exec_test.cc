#include "cluster/exec.h"

#include <gtest/gtest.h>

#include "cluster/scenario.h"

namespace cluster {
namespace {

using base::ErrorCode;
using std::chrono::seconds;

std::string on(char channel, std::string_view text) { return channel + std::string(text); }

/// nvidia-smi in the driver's pod; the server sends `messages`.
base::Result<ExecResult> run(Scenario& s, const std::vector<std::string>& messages) {
  s.websocket().expected_url =
      "https://c/api/v1/namespaces/gpu/pods/driver/exec?command=nvidia-smi&command=-L"
      "&container=main&stdout=true&stderr=true";
  for (const std::string& bytes : messages) s.websocket().messages.push_back({true, bytes});
  return exec(s.client(), {"gpu", "driver"}, {"main", {"nvidia-smi", "-L"}}, s.in(seconds(10)));
}

TEST(ExecTest, OutputAndSuccess) {
  Scenario s("exit 0", {}, {.token = "t"});
  const ExecResult result = run(s, {on(1, ""), on(1, "GPU 0\n"), on(2, "warn"), on(1, "GPU 1\n"),
                                    on(3, ""), on(3, R"({"status":"Success"})")})
                                .value();
  EXPECT_EQ(result.out, "GPU 0\nGPU 1\n");
  EXPECT_EQ(result.err, "warn");
  EXPECT_EQ(result.exit_code, 0);
  const net::WebSocketRequest& request = s.websocket().requests.at(0);
  EXPECT_EQ(request.subprotocols,
            (std::vector<std::string>{"v5.channel.k8s.io", "v4.channel.k8s.io"}));
  EXPECT_EQ(net::header(request.headers, "Authorization"), "Bearer t");
}

TEST(ExecTest, ACommandThatFailsIsAResult) {
  Scenario s("exit 9");
  EXPECT_EQ(run(s, {on(3, R"({"status":"Failure","reason":"NonZeroExitCode","message":
      "command terminated with non-zero exit code","details":{"causes":[
      {"reason":"ExitCode","message":"9"}]}})")})
                .value()
                .exit_code,
            9);
}

TEST(ExecTest, ACommandThatIsNotThereIsAnError) {
  Scenario s("no such program");
  const base::Error error =
      run(s, {on(3, R"({"status":"Failure","reason":"InternalError","code":500,
      "message":"exec: \"nvidia-smi\": executable file not found in $PATH"})")})
          .error();
  EXPECT_EQ(error.code, ErrorCode::failed_precondition);
  EXPECT_EQ(error.message,
            "exec in Pod gpu/driver: exec: \"nvidia-smi\": executable file not found in $PATH");
}

// INV-3
TEST(ExecTest, AnEndWithoutAnOutcomeIsNoSuccess) {
  Scenario s("closed early");
  const base::Error error = run(s, {on(1, "GPU 0\n")}).error();
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  EXPECT_EQ(error.message,
            "exec in Pod gpu/driver: the connection ended before the command's outcome");
}

TEST(ExecTest, AnOutcomeThatCannotBeReadIsNoSuccess) {
  Scenario a("garbage");
  EXPECT_EQ(run(a, {on(3, "?")}).error().code, ErrorCode::data_loss);
  Scenario b("no exit code");
  EXPECT_EQ(run(b, {on(3, R"({"status":"Failure","reason":"NonZeroExitCode","message":"m"})")})
                .error()
                .message,
            "exec in Pod gpu/driver: the outcome tells no exit code: m");
}

TEST(ExecTest, ARefusedHandshakeIsToldAsTheServerSaysIt) {
  Scenario s("no such pod");
  s.websocket().refused =
      net::Response{404, {}, status(404, "NotFound", R"(pods \"driver\" not found)")};
  const base::Error error = run(s, {}).error();
  EXPECT_EQ(error.code, ErrorCode::not_found);
  EXPECT_EQ(error.message, "exec in Pod gpu/driver: pods \"driver\" not found");
}

// Two pods asked in turn by a server that refuses every second request: one was always refused.
TEST(ExecTest, ABusyServerIsAskedAgain) {
  Scenario s("429, then it runs");
  s.websocket().refused =
      net::Response{429, {{"Retry-After", "1"}}, status(429, "TooManyRequests", "try again later")};
  s.websocket().refusals_max = 2;
  EXPECT_EQ(run(s, {on(1, "GPU 0\n"), on(3, R"({"status":"Success"})")}).value().out, "GPU 0\n");
  EXPECT_EQ(s.websocket().requests.size(), 3U);
  EXPECT_EQ(s.waits().size(), 2U);
}

TEST(ExecTest, AServerThatForbidsItIsAskedAgainOnceWhenItIsReady) {
  const auto forbidden =
      status(403, "Forbidden", R"(pods \"driver\" is forbidden: User \"dev\" cannot create)");
  for (const int refusals : {1, 2}) {
    Scenario s("403 of a server that has just started");
    s.websocket().refused = net::Response{403, {}, forbidden};
    s.websocket().refusals_max = refusals;
    s.expect("GET /readyz").reply(500, "[-]informer-sync failed");
    s.expect("GET /readyz").reply(200, "ok");
    const auto result = run(s, {on(1, "GPU 0\n"), on(3, R"({"status":"Success"})")});
    EXPECT_EQ(bool(result), refusals == 1);
    EXPECT_EQ(s.websocket().requests.size(), 2U);
  }
}

TEST(ExecTest, AServerThatStaysBusyIsAnErrorWithinTheDeadline) {
  Scenario s("429 for ever");
  s.websocket().refused =
      net::Response{429, {{"Retry-After", "4"}}, status(429, "TooManyRequests", "try again later")};
  EXPECT_EQ(run(s, {}).error().code, ErrorCode::resource_exhausted);
  EXPECT_EQ(s.websocket().requests.size(), 3U);
}

TEST(ExecTest, ALostConnectionIsUnavailable) {
  Scenario s("reset");
  s.websocket().failure = base::Error{ErrorCode::unavailable, "connection reset"};
  EXPECT_EQ(run(s, {}).error().message,
            "exec in Pod gpu/driver: cluster https://c is unreachable: connection reset");
}

}  // namespace
}  // namespace cluster
