#include "drydock/world.h"

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "base/strings.h"
#include "cluster/client.h"
#include "drydock/behaviour_runner.h"
#include "drydock/catalog_package.h"
#include "drydock/gpu_tools.h"
#include "drydock/manifest_apply.h"
#include "drydock/record_reader.h"
#include "drydock/scenario.h"

namespace drydock {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

namespace {

/// For everything that stands in a bare cluster: 300 writes of a few milliseconds; real CRDs take
/// longer, and so does a busy machine.
constexpr std::chrono::seconds kPopulateTimeout{180};
/// For a fault's healing rules to have nothing left to do.
constexpr std::chrono::seconds kHealTimeout{30};
constexpr const char* kMarketplace = "openshift-marketplace";
constexpr const char* kApiRestart = "api-restart";
constexpr const char* kApiServer = "kube-apiserver";

Result<void> write_file(const std::filesystem::path& path, const std::string& text) {
  std::error_code failed;
  std::filesystem::create_directories(path.parent_path(), failed);
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) return Error{ErrorCode::unavailable, "cannot write " + path.string()};
  return {};
}

Value namespace_object(const std::string& name) {
  return Value::map(
      {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", Value::map({{"name", name}})}});
}

Value catalog_source(const Scenario::Catalog& catalog, std::uint16_t port) {
  return Value::map(
      {{"apiVersion", "operators.coreos.com/v1alpha1"},
       {"kind", "CatalogSource"},
       {"metadata", Value::map({{"name", catalog.name}, {"namespace", kMarketplace}})},
       {"spec", Value::map({{"sourceType", "grpc"},
                            {"address", "127.0.0.1:" + std::to_string(port)},
                            {"displayName", catalog.display_name},
                            {"publisher", catalog.publisher}})}});
}

/// What exec and logs of every pod reach.
std::vector<Value> kubelet_objects(const PlantInfo& info) {
  const Value metadata = Value::map({{"name", "drydock"}});
  const Value exec = Value::map({{"local", Value::map({{"workDir", info.state_dir.string()}})}});
  const Value log = Value::map({{"logsFile", (info.state_dir / "pods.log").string()}});
  return {Value::map({{"apiVersion", "kwok.x-k8s.io/v1alpha1"},
                      {"kind", "ClusterExec"},
                      {"metadata", metadata},
                      {"spec", Value::map({{"execs", Value::list({exec})}})}}),
          Value::map({{"apiVersion", "kwok.x-k8s.io/v1alpha1"},
                      {"kind", "ClusterLogs"},
                      {"metadata", metadata},
                      {"spec", Value::map({{"logs", Value::list({log})}})}})};
}

class StandInWorld final : public World {
 public:
  explicit StandInWorld(Plant& plant) : plant_(plant) {}

  Result<std::vector<CatalogServer>> prepare(const PlantInfo& info) override {
    info_ = info;
    const bool is_path = info.scenario.find('/') != std::string::npos;
    scenario_ = TRY(read_scenario(is_path ? std::filesystem::path(info.scenario)
                                          : info.data / "scenarios" / (info.scenario + ".yaml")));
    TRY(read_behaviours());
    for (const auto& file : data_files(info.data / "faults")) {
      Fault fault = TRY(read_fault(file));
      faults_.emplace(fault.name, std::move(fault));
    }
    TRY(write_tools());
    return write_catalogs();
  }

  Result<void> populate(cluster::Client& client,
                        const std::vector<CatalogServer>& catalogs) override {
    client_ = &client;
    const net::Until until = net::within(client.means().clock, kPopulateTimeout);
    const CrdStore store(info_.data / "shapes", info_.crds);
    std::vector<Value> crds;
    for (const std::string& kind : scenario_.kinds) crds.push_back(TRY(store.find(kind)));
    TRY(apply_crds(client, crds, until));
    TRY(apply_manifest(client, namespace_object("drydock"), until));
    for (const Value& object : kubelet_objects(info_)) {
      TRY(apply_manifest(client, object, until));
    }
    TRY(make_nodes(client, scenario_.nodes, until));
    for (const Value& object : scenario_.objects) TRY(apply_manifest(client, object, until));
    for (const Scenario::Catalog& catalog : scenario_.catalogs) {
      for (const CatalogServer& server : catalogs) {
        if (server.name != catalog.name) continue;
        TRY(apply_manifest(client, catalog_source(catalog, server.port), until));
      }
    }
    return {};
  }

  void run(std::stop_token stop) override {
    std::vector<std::jthread> threads;
    for (auto& runner : runners_started()) {
      threads.emplace_back([runner](std::stop_token own) { runner->run(std::move(own)); });
    }
    std::mutex mutex;
    std::condition_variable_any woken;
    std::unique_lock lock(mutex);
    woken.wait(lock, stop, [] { return false; });
    const std::lock_guard faults_lock(mutex_);
    injected_.clear();  // Their threads end with the behaviours'.
  }

  Result<void> inject(std::string_view name) override {
    if (name == kApiRestart) return plant_.restart(kApiServer);
    const Fault& fault = *TRY(find_fault(name));
    const std::lock_guard lock(mutex_);
    if (injected_.count(fault.name) != 0) return {};
    auto runner = std::make_shared<BehaviourRunner>(*client_, fault.injected);
    injected_[fault.name] = {
        runner, std::jthread([runner](std::stop_token stop) { runner->run(std::move(stop)); })};
    return {};
  }

  Result<void> heal(std::string_view name) override {
    if (name == kApiRestart) return {};  // It is over by itself.
    const Fault& fault = *TRY(find_fault(name));
    {
      const std::lock_guard lock(mutex_);
      injected_.erase(fault.name);
    }
    BehaviourRunner healing(*client_, fault.healed);
    const net::Until until = net::within(client_->means().clock, kHealTimeout);
    TRY(healing.run_until_settled(until));
    return restore_nodes(until);
  }

  Value status() override {
    std::vector<Value> faults, behaviours;
    const std::lock_guard lock(mutex_);
    for (const auto& [name, injected] : injected_) faults.emplace_back(name);
    for (const auto& runner : runners_) behaviours.push_back(runner->status());
    return Value::map({{"scenario", scenario_.name},
                       {"faults", Value::list(std::move(faults))},
                       {"behaviours", Value::list(std::move(behaviours))}});
  }

 private:
  struct Injected {
    std::shared_ptr<BehaviourRunner> runner;  // Shared with its thread.
    std::jthread thread;
  };

  Result<void> read_behaviours() {
    std::vector<std::string> names;
    for (const auto& file : data_files(info_.data / "behaviours")) {
      Behaviour behaviour = TRY(read_behaviour(file));
      names.push_back(behaviour.name);
      const auto& without = info_.without;
      if (std::find(without.begin(), without.end(), behaviour.name) != without.end()) continue;
      behaviours_.push_back(std::move(behaviour));
    }
    for (const std::string& name : info_.without) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      return Error{ErrorCode::invalid_argument, "--without: no behaviour '" + name + "'"}.with_hint(
          "behaviours: " + base::join(names, ", "));
    }
    return {};
  }

  /// Programs that exec finds on the kubelets' PATH, and the log of every pod.
  Result<void> write_tools() {
    const auto bin = info_.state_dir / "bin";
    if (!scenario_.gpus.empty()) {
      const auto path = bin / "nvidia-smi";
      TRY(write_file(path, nvidia_smi_script(scenario_.gpus.front())));
      std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    }
    return write_file(info_.state_dir / "pods.log",
                      "2026-11-25T00:00:00.000000000Z stdout F drydock: no container runs here\n");
  }

  Result<std::vector<CatalogServer>> write_catalogs() {
    const CrdStore store(info_.data / "shapes", info_.crds);
    std::vector<CatalogServer> servers;
    for (const Scenario::Catalog& catalog : scenario_.catalogs) {
      const auto folder = info_.state_dir / "catalogs" / catalog.name;
      std::error_code failed;
      std::filesystem::create_directories(folder, failed);
      for (const std::string& name : catalog.packages) {
        const Package package = TRY(read_package(info_.data / "packages" / (name + ".yaml")));
        TRY(write_file(folder / name / "catalog.json", TRY(file_based_catalog(package, store))));
      }
      servers.push_back({catalog.name, folder, 0});
    }
    return servers;
  }

  std::vector<std::shared_ptr<BehaviourRunner>> runners_started() {
    const std::lock_guard lock(mutex_);
    for (const Behaviour& behaviour : behaviours_) {
      runners_.push_back(std::make_shared<BehaviourRunner>(*client_, behaviour));
    }
    return runners_;
  }

  Result<const Fault*> find_fault(std::string_view name) const {
    const auto found = faults_.find(std::string(name));
    if (found != faults_.end()) return &found->second;
    std::vector<std::string> names{kApiRestart};
    for (const auto& [known, fault] : faults_) names.push_back(known);
    std::sort(names.begin(), names.end());
    return Error{ErrorCode::invalid_argument, "no fault '" + std::string(name) + "'"}.with_hint(
        "faults: " + base::join(names, ", "));
  }

  /// The scenario's nodes that are gone, as they were.
  Result<void> restore_nodes(const net::Until& until) {
    for (const Value& node : scenario_.nodes) {
      const auto live = client_->get(TRY(kube::ref_of(node)), until);
      if (live) continue;
      if (live.error().code != ErrorCode::not_found) return live.error();
      TRY(make_nodes(*client_, std::span(&node, 1), until));
    }
    return {};
  }

  Plant& plant_;
  cluster::Client* client_ = nullptr;  // From populate() on.
  // Immutable after prepare().
  PlantInfo info_;
  Scenario scenario_;
  std::vector<Behaviour> behaviours_;
  std::map<std::string, Fault> faults_;

  std::mutex mutex_;                                       // Guards what is below.
  std::vector<std::shared_ptr<BehaviourRunner>> runners_;  // Shared with their threads.
  std::map<std::string, Injected> injected_;
};

}  // namespace

std::unique_ptr<World> make_world(Plant& plant) { return std::make_unique<StandInWorld>(plant); }

std::vector<std::pair<std::string, std::string>> fault_names(const std::filesystem::path& data) {
  std::vector<std::pair<std::string, std::string>> names{
      {kApiRestart, "the API server is killed and started anew"}};
  for (const auto& file : data_files(data / "faults")) {
    if (const auto fault = read_fault(file)) names.emplace_back(fault->name, fault->says);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace drydock
