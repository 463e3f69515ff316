#include "gateway/health.h"

#include "grpc/health/v1/health.pb.h"

namespace gateway {
namespace {

namespace v1 = grpc::health::v1;

std::string response_of(v1::HealthCheckResponse::ServingStatus status) {
  v1::HealthCheckResponse response;
  response.set_status(status);
  return response.SerializeAsString();
}

v1::HealthCheckResponse::ServingStatus status_of(bool serving) {
  return serving ? v1::HealthCheckResponse::SERVING : v1::HealthCheckResponse::NOT_SERVING;
}

bool parse(const std::string& bytes, v1::HealthCheckRequest& request, GrpcCall& call) {
  if (request.ParseFromString(bytes)) return true;
  call.finish(base::ErrorCode::invalid_argument, "the message is no HealthCheckRequest");
  return false;
}

}  // namespace

/// A Watch stays open until its caller goes. Holding the call here keeps it alive for as long as
/// the connection has the stream.
class Health::WatchCall final : public GrpcListener {
 public:
  WatchCall(Health& health, std::shared_ptr<GrpcCall> call)
      : health_(&health), call_(std::move(call)) {}
  void on_message(std::string bytes) override {
    v1::HealthCheckRequest request;
    if (parse(bytes, request, *call_)) health_->watch(request.service(), call_);
  }
  void on_end() override {}
  void on_cancelled() override {}

 private:
  Health* health_;
  std::shared_ptr<GrpcCall> call_;
};

void Health::serve(GrpcHandler& handler) {
  handler.add("/grpc.health.v1.Health/Check",
              unary({[this](const GrpcRequest&, const std::string& bytes,
                            const std::shared_ptr<GrpcCall>& call) {
                       v1::HealthCheckRequest request;
                       if (!parse(bytes, request, *call)) return;
                       if (!is_known(request.service())) {
                         return call->finish(base::ErrorCode::not_found, "unknown service");
                       }
                       call->send(response_of(status_of(serving())));
                       call->finish(base::ErrorCode::ok, "");
                     },
                     {}}));
  handler.add("/grpc.health.v1.Health/Watch",
              [this](const GrpcRequest&, std::shared_ptr<GrpcCall> call) {
                return std::make_unique<WatchCall>(*this, std::move(call));
              });
}

void Health::watch(const std::string& service, const std::shared_ptr<GrpcCall>& call) {
  const std::lock_guard lock(mutex_);
  const bool known = is_known(service);
  // The protocol has an unknown service reported, and watched, not refused.
  call->send(response_of(known ? status_of(serving_) : v1::HealthCheckResponse::SERVICE_UNKNOWN));
  watchers_.remove_if([](const Watcher& watcher) { return watcher.call.expired(); });
  watchers_.push_back({call, known});
}

void Health::set_serving(bool serving) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(serving_, serving) == serving) return;
  for (auto at = watchers_.begin(); at != watchers_.end();) {
    const auto call = at->call.lock();
    if (!call || call->over()) {
      at = watchers_.erase(at);
      continue;
    }
    if (at->known) call->send(response_of(status_of(serving)));
    ++at;
  }
}

bool Health::serving() const {
  const std::lock_guard lock(mutex_);
  return serving_;
}

}  // namespace gateway
