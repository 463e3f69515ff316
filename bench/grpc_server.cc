// nanabush's gRPC with nothing behind it, for grpc_vs_libgrpc: heartbeats as TranslationService
// answers them, and a streamed page that is given back a line at a time as soon as it has come. Its
// peer is grpc_peer/server.cc.
//
//   grpc_server       serves and says on which port
#include <cstdio>

#include "base/system_clock.h"
#include "base/system_random.h"
#include "gateway/server.h"
#include "gateway/service.h"
#include "nanabush/v1/translation.pb.h"
#include "until_sigterm.h"

namespace {

using nanabush::v1::TranslateChunk;

/// For a service that is asked for heartbeats alone.
class NoTranslator final : public gateway::Translator {
 public:
  gateway::Outcome translate(const gateway::Order&, const net::Until&,
                             const gateway::OnReleased&) override {
    return {kNone, ""};
  }
  gateway::Outcome give_up(const gateway::Order&, base::Error why) override { return {why, ""}; }
  base::Result<void> ready() const override { return kNone; }
  base::Result<void> promising() const override { return kNone; }

 private:
  const base::Error kNone{base::ErrorCode::unimplemented, "nothing is translated here"};
};

class GiveBack final : public gateway::GrpcListener {
 public:
  explicit GiveBack(std::shared_ptr<gateway::GrpcCall> call) : call_(std::move(call)) {}

  void on_message(std::string message) override {
    TranslateChunk chunk;
    if (!chunk.ParseFromString(message)) {
      return call_->finish(base::ErrorCode::invalid_argument, "no TranslateChunk");
    }
    if (job_.empty()) job_ = chunk.job_id();
    page_ += chunk.content();
  }
  void on_end() override {
    for (std::size_t at = 0; at < page_.size();) {
      const std::size_t end = std::min(page_.find('\n', at), page_.size() - 1) + 1;
      send(page_.substr(at, end - at), false);
      at = end;
    }
    send("", true);
    call_->finish(base::ErrorCode::ok, "");
  }
  void on_cancelled() override {}

 private:
  void send(std::string content, bool last) {
    TranslateChunk chunk;
    chunk.set_job_id(job_);
    chunk.set_chunk_index(index_++);
    chunk.set_content(std::move(content));
    chunk.set_is_final(last);
    call_->send(chunk.SerializeAsString());
  }

  std::shared_ptr<gateway::GrpcCall> call_;  // Shared with the connection.
  std::string job_, page_;
  int index_ = 0;
};

}  // namespace

int main() {
  const UntilSigterm end;
  NoTranslator none;
  gateway::Clients clients(base::system_clock(), base::system_random(), 1024);
  gateway::Jobs jobs(none, base::system_clock(), {.workers = 1});
  gateway::GrpcHandler handler(base::system_clock());
  gateway::TranslationService service(clients, jobs, none, base::system_clock(),
                                      base::system_random(), {});
  service.serve(handler);
  handler.add("/nanabush.v1.TranslationService/TranslateStream",
              [](const gateway::GrpcRequest&, std::shared_ptr<gateway::GrpcCall> call) {
                return std::make_unique<GiveBack>(std::move(call));
              });
  const auto server = gateway::Server::start(handler, base::system_clock(), {{}});
  if (!server) return 2;
  std::printf("grpc_server: serving on 127.0.0.1:%d\n", (*server)->ports()[0]);
  std::fflush(stdout);
  end.wait();
  return 0;
}
