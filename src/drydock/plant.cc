#include "drydock/plant.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/limits.h"
#include "cluster/client.h"
#include "cluster/connect.h"
#include "doc/json.h"
#include "doc/yaml.h"
#include "drydock/api_proxy.h"
#include "drydock/control.h"
#include "drydock/control_plane.h"
#include "drydock/manifest_apply.h"
#include "drydock/ports.h"
#include "drydock/reaper.h"
#include "drydock/supervisor.h"
#include "net/wait.h"

namespace drydock {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

/// The name's lock: held for as long as the process lives. Whoever holds it removes the file at the
/// end, so one that was locked may be gone already: then it is made anew.
class NameLock {
 public:
  explicit NameLock(const std::filesystem::path& file) {
    do {
      if (lock_ >= 0) close(lock_);
      lock_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
      held_ = lock_ >= 0 && flock(lock_, LOCK_EX | LOCK_NB) == 0;
    } while (held_ && !is_at(file));
  }
  ~NameLock() {
    if (lock_ >= 0) close(lock_);
  }
  NameLock(const NameLock&) = delete;
  NameLock& operator=(const NameLock&) = delete;
  bool held() const { return held_; }

 private:
  bool is_at(const std::filesystem::path& file) const {
    struct stat locked = {}, there = {};
    return fstat(lock_, &locked) == 0 && stat(file.c_str(), &there) == 0 &&
           locked.st_ino == there.st_ino;
  }

  int lock_ = -1;
  bool held_ = false;
};

Result<Value> read_yaml(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return Error{ErrorCode::not_found, "cannot read " + path.string()};
  return doc::parse_yaml(text.str(), path.filename().string());
}

Value named(const char* api_version, const char* kind, const std::string& name) {
  return Value::map(
      {{"apiVersion", api_version}, {"kind", kind}, {"metadata", Value::map({{"name", name}})}});
}

/// Everything of one stand-in that runs; brought up on a thread of its own while the main thread
/// supervises.
class StandIn final : public Plant {
 public:
  StandIn(PlantInfo info, const base::Clock& clock, base::Random& random, Supervisor& supervisor,
          const ServeReport& report)
      : info_(std::move(info)),
        clock_(&clock),
        random_(&random),
        supervisor_(&supervisor),
        report_(&report),
        ports_(info_.state_dir.parent_path() / "ports", random),
        world_(make_world(*this)) {}

  void bring_up(std::stop_token stop) {
    const auto done = try_bring_up(stop);
    if (done) {
      report_->ready();
      world_->run(stop);
      return;
    }
    report_->failed(done.error());
    supervisor_->end();
  }

  Result<void> restart(const std::string& process) override {
    return supervisor_->restart(process);
  }

 private:
  net::Until soon(std::stop_token stop) const {
    return net::within(*clock_, base::limits::kApiServerReadyTimeout, std::move(stop));
  }

  Result<void> try_bring_up(const std::stop_token& stop) {
    plane_ = TRY(lay_out(info_, ports_, *clock_, *random_));
    info_.kwok_port = plane_.kwok_port;
    auto catalogs = TRY(world_->prepare(info_));
    for (CatalogServer& catalog : catalogs) catalog.port = TRY(ports_.take());

    report_->progress("starting etcd and the API server (usually 4 seconds)");
    TRY(supervisor_->start(etcd(info_, plane_)));
    TRY(supervisor_->start(api_server(info_, plane_)));
    connection_ = cluster::connect_to(
        plane_.root, {.field_manager = "drydock", .user_agent = "drydock"}, *clock_, *random_);
    TRY(wait_until_ready(stop));
    if (info_.api_faults) proxy_ = TRY(start_proxy());
    TRY(supervisor_->start(controller_manager(info_, plane_)));
    TRY(supervisor_->start(scheduler(info_, plane_)));

    report_->progress("installing OLM and KWOK");
    for (const CatalogServer& catalog : catalogs) TRY(supervisor_->start(opm(info_, catalog)));
    TRY(install_control_plane_objects(stop));
    TRY(supervisor_->start(kwok(info_, plane_)));
    TRY(supervisor_->start(olm(info_, plane_)));
    TRY(supervisor_->start(olm_catalog(info_, plane_)));
    TRY(supervisor_->start(package_server(info_, plane_)));

    report_->progress("laying out the cluster: " + info_.scenario);
    TRY(world_->populate(connection_->client(), catalogs));
    report_->progress("waiting until OLM has read the catalogs (usually 5 seconds)");
    TRY(wait_until_read(catalogs, stop));
    auto handle = [this](const Value& request) { return answer(request); };
    control_ = TRY(ControlServer::start(info_.state_dir / kControlSocket, handle));
    return {};
  }

  Result<std::unique_ptr<ApiProxy>> start_proxy() const {
    return ApiProxy::start({.port = plane_.proxy_port,
                            .upstream_port = plane_.api_port,
                            .certificate_pem = plane_.api_server_pair.certificate,
                            .key_pem = plane_.api_server_pair.key,
                            .ca_pem = plane_.ca_pem});
  }

  /// The log itself goes with the stand-in.
  std::string end_of_log(const std::string& process) const {
    constexpr std::streamoff kBytes = 2000;
    std::ifstream log(info_.state_dir / "logs" / (process + ".log"),
                      std::ios::binary | std::ios::ate);
    const std::streamoff size = std::max<std::streamoff>(log.tellg(), 0);
    log.seekg(std::max<std::streamoff>(size - kBytes, 0));
    std::stringstream text;
    text << log.rdbuf();
    return text.str();
  }

  Result<void> wait_until_ready(const std::stop_token& stop) {
    const net::Until until = soon(stop);
    for (;;) {
      const auto answer = connection_->client().raw_get("/readyz", until);
      if (answer && *answer == "ok") return {};
      if (clock_->steady() >= until.deadline || stop.stop_requested()) {
        return Error{ErrorCode::deadline_exceeded,
                     "the API server did not become ready; the end of its log:\n" +
                         end_of_log("kube-apiserver")};
      }
      net::system_sleeper().sleep(std::chrono::milliseconds(100), stop);
    }
  }

  /// OLM reads catalogs some seconds after they are there; until then there is no package to
  /// install, which on a cluster that has been up for a while nobody meets.
  Result<void> wait_until_read(const std::vector<CatalogServer>& catalogs,
                               const std::stop_token& stop) {
    const net::Until until = soon(stop);
    for (const CatalogServer& catalog : catalogs) {
      while (!is_read(catalog, until)) {
        if (clock_->steady() >= until.deadline || stop.stop_requested()) {
          return Error{ErrorCode::deadline_exceeded, "OLM did not read the catalog " +
                                                         catalog.name + "; the end of its log:\n" +
                                                         end_of_log("catalog")};
        }
        net::system_sleeper().sleep(std::chrono::milliseconds(200), stop);
      }
    }
    return {};
  }

  /// The CatalogSource is READY, and its packages, where it has some, are served.
  bool is_read(const CatalogServer& catalog, const net::Until& until) {
    const std::string space = "/namespaces/" + std::string(kMarketplace);
    const auto source = connection_->client().raw_get_json(
        "/apis/operators.coreos.com/v1alpha1" + space + "/catalogsources/" + catalog.name, until);
    if (!source || source->string_at("status.connectionState.lastObservedState") != "READY") {
      return false;
    }
    if (std::filesystem::is_empty(catalog.folder)) return true;
    const auto packages = connection_->client().raw_get_json(
        "/apis/packages.operators.coreos.com/v1" + space +
            "/packagemanifests?labelSelector=catalog%3D" + catalog.name,
        until);
    const Value* items = packages ? packages->find("items") : nullptr;
    return items != nullptr && items->size() > 0;
  }

  /// OLM's own word on its connection to the catalog, which it writes later than it reads.
  bool is_ready(const CatalogServer& catalog, const net::Until& until) {
    const auto source = connection_->client().get(
        {{"operators.coreos.com", "v1alpha1", "CatalogSource"}, kMarketplace, catalog.name}, until);
    return source && source->string_at("status.connectionState.lastObservedState") == "READY";
  }

  Result<void> apply(const Value& object, const std::stop_token& stop) {
    TRY(connection_->client().apply(object, {.force = true}, soon(stop)));
    return {};
  }

  /// CRDs of OLM and KWOK, their namespaces, the person's rights, the PackageManifest API.
  Result<void> install_control_plane_objects(const std::stop_token& stop) {
    std::vector<Value> crds;
    for (const char* part : {"olm", "kwok"}) {
      for (const auto& file :
           std::filesystem::directory_iterator(info_.control_plane_crds / part)) {
        crds.push_back(TRY(read_yaml(file.path())));
      }
    }
    TRY(apply_crds(connection_->client(), crds, soon(stop)));
    for (const char* name : {kMarketplace, kOlmNamespace}) {
      TRY(apply(named("v1", "Namespace", name), stop));
    }
    const Value role = Value::map({{"apiGroup", "rbac.authorization.k8s.io"},
                                   {"kind", "ClusterRole"},
                                   {"name", "cluster-admin"}});
    const Value admin = Value::map(
        {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "User"}, {"name", "kube:admin"}});
    TRY(apply(named("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "kube-admin")
                  .with("roleRef", role)
                  .with("subjects", Value::list({admin})),
              stop));
    return register_package_server(stop);
  }

  /// The aggregator reaches the package server through a Service that is only a name.
  Result<void> register_package_server(const std::stop_token& stop) {
    const int port = plane_.packages_port;
    Value service = named("v1", "Service", "packageserver-service");
    service =
        service
            .with("metadata",
                  Value::map({{"name", "packageserver-service"}, {"namespace", kOlmNamespace}}))
            .with("spec",
                  Value::map({{"type", "ExternalName"},
                              {"externalName", "localhost"},
                              {"ports",
                               Value::list({Value::map({{"port", port}, {"protocol", "TCP"}})})}}));
    TRY(apply(service, stop));
    return apply(
        named("apiregistration.k8s.io/v1", "APIService", "v1.packages.operators.coreos.com")
            .with("spec", Value::map({{"group", "packages.operators.coreos.com"},
                                      {"version", "v1"},
                                      {"groupPriorityMinimum", 2000},
                                      {"versionPriority", 15},
                                      {"insecureSkipTLSVerify", true},
                                      {"service", Value::map({{"name", "packageserver-service"},
                                                              {"namespace", kOlmNamespace},
                                                              {"port", port}})}})),
        stop);
  }

  Result<Value> answer(const Value& request) {
    const std::string_view command = request.string_at("command");
    if (command == "status") return status();
    if (command == "inject" || command == "heal") {
      const std::string_view fault = request.string_at("fault");
      if (const auto of_api = api_fault_named(fault)) {
        TRY(set_api_fault(*of_api, command == "heal" ? 0 : usual_one_in(*of_api)));
      } else {
        TRY(command == "inject" ? world_->inject(fault) : world_->heal(fault));
      }
      return Value(true);
    }
    if (command == "down") {
      supervisor_->end();
      return Value(static_cast<std::int64_t>(getpid()));
    }
    return Error{ErrorCode::invalid_argument, "no command '" + std::string(command) + "'"};
  }

  Result<void> set_api_fault(ApiFault fault, unsigned one_in) {
    if (!proxy_) {
      return Error{ErrorCode::failed_precondition,
                   "'" + std::string(api_fault_name(fault)) +
                       "' needs the proxy in front of the API server, which is not there"}
          .with_hint("start the stand-in with `drydock up --with-api-faults`");
    }
    proxy_->set(fault, one_in);
    return {};
  }

  Value api_faults() const {
    std::vector<Value> names;
    for (std::size_t i = 0; proxy_ && i < kApiFaultCount; ++i) {
      const auto fault = static_cast<ApiFault>(i);
      if (proxy_->one_in(fault) != 0) names.emplace_back(api_fault_name(fault));
    }
    return Value::list(std::move(names));
  }

  Value status() const {
    std::vector<Value> processes;
    for (const auto& process : supervisor_->status()) {
      processes.push_back(Value::map(
          {{"name", process.name}, {"pid", process.pid}, {"restarts", process.restarts}}));
    }
    return Value::map({{"name", info_.name},
                       {"pid", static_cast<std::int64_t>(getpid())},
                       {"server", plane_.admin.server},
                       {"kubeconfig", (info_.state_dir / kKubeconfig).string()},
                       {"auditLog", (info_.state_dir / kAuditLog).string()},
                       {"logs", (info_.state_dir / "logs").string()},
                       {"processes", Value::list(std::move(processes))},
                       {"apiFaults", api_faults()},
                       {"world", world_->status()}});
  }

  PlantInfo info_;
  const base::Clock* clock_;
  base::Random* random_;
  Supervisor* supervisor_;
  const ServeReport* report_;
  Ports ports_;
  ControlPlane plane_;
  std::unique_ptr<ApiProxy> proxy_;  // None without --with-api-faults.
  std::unique_ptr<cluster::Connection> connection_;
  std::unique_ptr<World> world_;            // Uses the connection: gone before it.
  std::unique_ptr<ControlServer> control_;  // Asks the world: gone before it.
};

}  // namespace

std::filesystem::path stand_ins_dir(const std::string& xdg_cache_home, const std::string& home) {
  const std::filesystem::path cache =
      std::filesystem::path(xdg_cache_home.empty() ? home + "/.cache" : xdg_cache_home);
  return cache / "slipway" / "drydock";
}

Result<void> serve(PlantInfo info, const base::Clock& clock, base::Random& random,
                   const ServeReport& report) {
  std::error_code failed;
  std::filesystem::create_directories(info.state_dir.parent_path(), failed);
  const std::filesystem::path lock_file = info.state_dir.string() + ".lock";
  const NameLock lock(lock_file);
  if (!lock.held()) {
    return Error{ErrorCode::already_exists, "a stand-in named '" + info.name + "' is running"}
        .with_hint("look at it with `drydock status --name " + info.name +
                   "`, end it with `drydock down --name " + info.name + "`");
  }
  std::filesystem::remove_all(info.state_dir, failed);
  std::filesystem::create_directories(info.state_dir / "logs", failed);
  if (failed) {
    return Error{ErrorCode::unavailable,
                 "cannot create " + info.state_dir.string() + ": " + failed.message()};
  }
  std::filesystem::permissions(info.state_dir, std::filesystem::perms::owner_all, failed);

  Reaper reaper({info.state_dir, lock_file});
  Supervisor supervisor(info.state_dir / "logs", clock);
  const std::filesystem::path state_dir = info.state_dir;
  {
    StandIn stand_in(std::move(info), clock, random, supervisor, report);
    std::jthread bringing_up([&](std::stop_token stop) { stand_in.bring_up(stop); });
    supervisor.run([&] { supervisor.end(); });
    bringing_up.request_stop();
  }
  std::filesystem::remove_all(state_dir, failed);
  std::filesystem::remove(lock_file, failed);
  reaper.dismiss();
  return {};
}

}  // namespace drydock
