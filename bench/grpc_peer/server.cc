// The peer of grpc_vs_libgrpc: the same service on Debian's libgrpc++ 1.51, with its callback API,
// the one that its makers recommend for servers. A benchmark's peer and nothing else: CVE-2023-1428
// is open in it. Built by the bench.
//
// It reads, checks and answers as bench/grpc_server.cc does: heartbeats are noted in a table behind
// a mutex; a streamed page is read to its end, then given back a line at a time.
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include <unordered_map>

#include "../until_sigterm.h"
#include "nanabush/v1/translation.grpc.pb.h"

namespace {

namespace v1 = nanabush::v1;

class Stream final : public grpc::ServerBidiReactor<v1::TranslateChunk, v1::TranslateChunk> {
 public:
  Stream() { StartRead(&chunk_); }

  void OnReadDone(bool ok) override {
    if (!ok) return write();
    if (job_.empty()) job_ = chunk_.job_id();
    page_ += chunk_.content();
    StartRead(&chunk_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    write();
  }
  void OnDone() override { delete this; }

 private:
  void write() {
    if (chunk_.is_final() && index_ > 0) return Finish(grpc::Status::OK);
    chunk_.Clear();
    chunk_.set_job_id(job_);
    chunk_.set_chunk_index(index_++);
    const std::size_t end = page_.find('\n', at_);
    chunk_.set_content(page_.substr(at_, end == page_.npos ? end : end + 1 - at_));
    at_ = end == page_.npos ? page_.size() : end + 1;
    // The piece behind the last line ends the page, and has nothing in it.
    chunk_.set_is_final(chunk_.content().empty());
    StartWrite(&chunk_);  // Not with set_buffer_hint(): calls then stall under load in 1.51.
  }

  v1::TranslateChunk chunk_;
  std::string job_, page_;
  std::size_t at_ = 0;
  int index_ = 0;
};

class Service final : public v1::TranslationService::CallbackService {
  grpc::ServerUnaryReactor* Heartbeat(grpc::CallbackServerContext* context,
                                      const v1::HeartbeatRequest* request,
                                      v1::HeartbeatResponse* response) override {
    auto* reactor = context->DefaultReactor();
    if (request->client_id().empty() || request->client_name().empty()) {
      reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT, "client_id is required"});
      return reactor;
    }
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    {
      const std::lock_guard lock(mutex_);
      heard_[request->client_id()] = now;
    }
    response->set_success(true);
    response->set_message("ok");
    response->mutable_received_at()->set_seconds(now / 1'000'000'000);
    response->mutable_received_at()->set_nanos(static_cast<int>(now % 1'000'000'000));
    response->set_heartbeat_interval_seconds(10);
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerBidiReactor<v1::TranslateChunk, v1::TranslateChunk>* TranslateStream(
      grpc::CallbackServerContext*) override {
    return new Stream;  // Deletes itself in OnDone, as the API wants it.
  }

  std::mutex mutex_;
  std::unordered_map<std::string, long> heard_;
};

}  // namespace

int main() {
  const UntilSigterm end;
  Service service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (!server) return 2;
  std::printf("libgrpc: serving on 127.0.0.1:%d\n", port);
  std::fflush(stdout);
  end.wait();
  server->Shutdown(std::chrono::system_clock::now());
  return 0;
}
