// The gateway's relay without what makes it a gateway: an event stream of the model's server in,
// its text out as gRPC messages, tokens metered; no page, no checks, no diode, no audit entry. For
// sse_relay_vs_nginx alone: nanabush has no switch that turns the diode off.
//
//   sse_relay URL     serves TranslateStream in front of the model's server at URL and says on
//   which port
//
// The call's two chunks are a request's system and user prompt, its answers the pieces of the
// model's text; the trailer `tokens` is what was metered.
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/system_clock.h"
#include "gateway/grpc.h"
#include "gateway/server.h"
#include "gateway/upstream.h"
#include "gateway/upstream_transport.h"
#include "nanabush/v1/translation.pb.h"
#include "until_sigterm.h"

namespace {

using nanabush::v1::TranslateChunk;

/// Asks the model on a thread of its own, as nanabush does for each request of a page.
class Relay final : public gateway::GrpcListener {
 public:
  Relay(gateway::Upstream& upstream, std::shared_ptr<gateway::GrpcCall> call)
      : upstream_(&upstream), call_(std::move(call)) {}

  void on_message(std::string message) override { prompts_.push_back(std::move(message)); }
  void on_end() override {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  void on_cancelled() override { thread_.request_stop(); }

 private:
  void run(const std::stop_token& stop) {
    std::vector<TranslateChunk> prompts(prompts_.size());
    for (std::size_t i = 0; i < prompts_.size(); ++i) {
      if (!prompts[i].ParseFromString(prompts_[i])) prompts.clear();
    }
    if (prompts.size() != 2) {
      return call_->finish(base::ErrorCode::invalid_argument, "two prompts are wanted");
    }
    int index = 0;
    const auto on_text = [&](std::string_view text) {
      TranslateChunk chunk;
      chunk.set_chunk_index(index++);
      chunk.set_content(std::string(text));
      call_->send(chunk.SerializeAsString());
      return true;
    };
    const auto usage =
        upstream_->complete({prompts[0].content(), prompts[1].content(), 1 << 20, ""}, on_text,
                            net::within(base::system_clock(), std::chrono::minutes(5), stop));
    if (!usage) return call_->finish(usage.error().code, usage.error().message);
    call_->finish(base::ErrorCode::ok, "", {{"tokens", std::to_string(usage->completion_tokens)}});
  }

  gateway::Upstream* upstream_;
  std::shared_ptr<gateway::GrpcCall> call_;  // Shared with the connection.
  std::vector<std::string> prompts_;
  std::jthread thread_;  // Last: joined before the rest goes.
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const UntilSigterm end;
  const auto transport = gateway::make_upstream_transport(base::system_clock());
  gateway::Upstream upstream(*transport, base::system_clock(), net::system_sleeper(),
                             {.urls = {argv[1]}});
  gateway::GrpcHandler handler(base::system_clock());
  handler.add("/nanabush.v1.TranslationService/TranslateStream",
              [&](const gateway::GrpcRequest&, std::shared_ptr<gateway::GrpcCall> call) {
                return std::make_unique<Relay>(upstream, std::move(call));
              });
  const auto server = gateway::Server::start(handler, base::system_clock(), {{}});
  if (!server) return 2;
  std::printf("sse_relay: serving on 127.0.0.1:%d\n", (*server)->ports()[0]);
  std::fflush(stdout);
  end.wait();
  return 0;
}
