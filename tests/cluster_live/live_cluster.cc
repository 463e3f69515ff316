#include "live_cluster.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "net/curl_transport.h"

namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using std::chrono::milliseconds;
using std::chrono::seconds;

LiveCluster* the_cluster = nullptr;

}  // namespace

LiveCluster& LiveCluster::get() {
  CHECK(the_cluster != nullptr);
  return *the_cluster;
}

int LiveCluster::main(const std::function<int()>& tests) {
  const char* programs = std::getenv("SLIPWAY_CONTROLPLANE");
  if (programs == nullptr) {
    std::fprintf(stderr,
                 "SLIPWAY_CONTROLPLANE is not set: SLIPWAY_CONTROLPLANE=$(controlplane/build)\n");
    return 1;
  }
  const auto live = create(programs);
  if (!live) {
    std::fprintf(stderr, "%s\n", base::to_string(live.error()).c_str());
    return 1;
  }
  return (*live)->run_with(tests);
}

Result<std::unique_ptr<LiveCluster>> LiveCluster::create(std::filesystem::path programs) {
  std::string folder = (std::filesystem::temp_directory_path() / "slipway-live-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    return Error{ErrorCode::unavailable, "cannot create " + folder};
  }
  std::unique_ptr<LiveCluster> live(new LiveCluster);
  live->info_.name = "live";
  live->info_.state_dir = folder;
  live->info_.programs = std::move(programs);
  live->ports_ =
      std::make_unique<drydock::Ports>(live->info_.state_dir / "ports", base::system_random());
  live->plane_ = TRY(
      drydock::lay_out(live->info_, *live->ports_, base::system_clock(), base::system_random()));
  live->supervisor_ =
      std::make_unique<drydock::Supervisor>(live->info_.state_dir / "logs", base::system_clock());
  the_cluster = live.get();
  return live;
}

LiveCluster::~LiveCluster() {
  the_cluster = nullptr;
  std::error_code ignored;
  std::filesystem::remove_all(info_.state_dir, ignored);
}

Result<void> LiveCluster::start() {
  TRY(supervisor_->start(drydock::etcd(info_, plane_)));
  TRY(supervisor_->start(drydock::api_server(info_, plane_)));
  const auto connection = connect();
  const cluster::Until until = in(seconds(60));
  while (base::system_clock().steady() < until.deadline) {
    // Not served yet is 500 or refused: the client's own retries do the waiting.
    const Result<std::string> ready = connection->client().raw_get("/readyz", until);
    if (ready) return {};
    std::fprintf(stderr, "live: %s\n", ready.error().message.c_str());
  }
  return Error{ErrorCode::deadline_exceeded, "the API server did not become ready in a minute"};
}

int LiveCluster::run_with(const std::function<int()>& tests) {
  int result = 1;
  std::thread thread([&] {
    const Result<void> started = start();
    if (started) {
      result = tests();
    } else {
      std::fprintf(stderr, "%s\n", base::to_string(started.error()).c_str());
    }
    supervisor_->end();
  });
  supervisor_->run([] {});
  thread.join();
  return result;
}

std::unique_ptr<cluster::Connection> LiveCluster::connect(const std::string& manager) const {
  return cluster::connect_to(plane_.root, {.field_manager = manager}, base::system_clock(),
                             base::system_random());
}

std::unique_ptr<cluster::Connection> LiveCluster::connect_without_permissions() const {
  return cluster::connect_to(plane_.admin, {}, base::system_clock(), base::system_random());
}

Result<void> LiveCluster::restart_api_server() { return supervisor_->restart("kube-apiserver"); }

Result<void> LiveCluster::start_kwok() { return supervisor_->start(drydock::kwok(info_, plane_)); }

Result<void> LiveCluster::compact(cluster::Client& client) {
  const cluster::ObjectList nodes = TRY(client.list({"", "v1", "Namespace"}, {}, in(seconds(10))));
  const auto transport = net::make_curl_transport({}, base::system_clock());
  const net::Response answer =
      TRY(net::send(*transport,
                    {"POST",
                     "http://127.0.0.1:" + std::to_string(plane_.etcd_port) + "/v3/kv/compaction",
                     {{"Content-Type", "application/json"}},
                     R"({"physical":true,"revision":)" + nodes.resource_version + "}"},
                    {.until = in(seconds(10))}));
  if (answer.status == 200) return {};
  return Error{ErrorCode::unknown, "etcd: " + answer.body};
}
