#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "engine/fake_operators.h"
#include "engine/verdict.h"
#include "site/site.h"

namespace engine {

/// The files of a catalog folder, for tests (the shells read files; the engine does not).
inline std::vector<catalog::File> catalog_files(const std::filesystem::path& root) {
  std::vector<catalog::File> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path());
    std::ostringstream text;
    text << in.rdbuf();
    files.push_back({std::filesystem::relative(entry.path(), root).generic_string(), text.str()});
  }
  return files;
}

inline std::shared_ptr<const catalog::Catalog> real_catalog(const char* source_dir) {
  const base::Result<catalog::Catalog> loaded =
      catalog::load(catalog_files(std::filesystem::path(source_dir) / "infra" / "openshift"));
  if (!loaded) throw std::runtime_error(base::to_string(loaded.error()));
  return std::make_shared<const catalog::Catalog>(*loaded);
}

inline site::Site test_site(const std::string& more = "") {
  const base::Result<site::Site> site = site::parse(
      "apiVersion: slipway.dev/v1alpha1\nkind: Site\ngpu: {nodes: 2, perNode: 8}\n" + more,
      "site.yaml");
  if (!site) throw std::runtime_error(base::to_string(site.error()));
  return *site;
}

/// A cluster, the real catalog and a site on one bench: plan, decide and carry out, step by step.
class Bench {
 public:
  explicit Bench(const char* source_dir, const std::string& site = "")
      : site(test_site(site)), catalog(real_catalog(source_dir)), cluster(bare_cluster()) {}

  Observed observed() const { return cluster.observe(catalog->kinds()); }

  Plan plan() const {
    base::Result<Plan> plan = make_plan(site, catalog, observed());
    if (!plan) throw std::runtime_error(base::to_string(plan.error()));
    return *std::move(plan);
  }

  /// One look: decides, and carries out what was decided. The operators do not act.
  Decision step(const Plan& plan) {
    Decision decision = decide(plan, observed(), run, now);
    run = decision.run;
    for (const Action& action : decision.actions) {
      if (const auto* prove = std::get_if<Prove>(&action)) {
        answer(*prove);
      } else {
        cluster.perform(action);
      }
    }
    now += std::chrono::seconds(1);
    return decision;
  }

  /// Steps, with the operators acting in between, until done or failed (200 looks at most).
  Decision up() {
    const Plan plan = this->plan();
    Decision decision;
    for (int i = 0; i < 200; ++i) {
      decision = step(plan);
      if (decision.outcome != Outcome::running) break;
      everybody_acts(cluster);
    }
    return decision;
  }

  Verdict verdict(std::string_view task) const {
    for (Verdict& verdict : judge_all(plan(), observed(), run)) {
      if (verdict.task == task) return verdict;
    }
    throw std::runtime_error("no such task");
  }

  void answer(const Prove& prove) {
    ProofAnswer given{prove.subject, {}, cluster.time};
    for (const kube::ObjectKey& pod : prove.pods) {
      given.pods.push_back({pod, smi_output, smi_exit_code, std::nullopt});
    }
    run.proofs[{prove.task, prove.proof}] = given;
  }

  site::Site site;
  std::shared_ptr<const catalog::Catalog> catalog;
  FakeCluster cluster;
  Run run;
  base::SteadyTime now{};
  std::string smi_output = "index\n0\n1\n2\n3\n4\n5\n6\n7\n";
  int smi_exit_code = 0;
};

}  // namespace engine
