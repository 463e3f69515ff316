// A check that nobody can make fail is a defect: for every check and every proof of the catalog,
// data that is absent turns it red, each time, and a planted change of one value does at least
// once.
//
//     slipway_mutation                  the cluster in memory (engine/fake_operators.h), taken from
//                                       bare to ready by the engine itself
//     slipway_mutation SITE OBSERVED    a recording (tests/mutation/record): a site file and an
//                                       Observed as JSON
//     slipway_mutation --kinds          what a recording has to hold, a kind a line

#include <cstdio>
#include <fstream>
#include <sstream>

#include "engine/judge.h"
#include "engine/mutation.h"
#include "engine/test_bench.h"

namespace {

std::string read_file(const char* path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

int report(const base::Result<std::vector<engine::MutationResult>>& results) {
  if (!results) {
    std::fprintf(stderr, "%s\n", base::to_string(results.error()).c_str());
    return 1;
  }
  std::size_t killed = 0;
  int mutants = 0;
  int mutants_killed = 0;
  int conditions = 0;
  int conditions_killed = 0;
  for (const engine::MutationResult& result : *results) {
    killed += result.killed() ? 1 : 0;
    mutants += result.absent + result.planted;
    mutants_killed += result.absent_killed + result.planted_killed;
    conditions += result.conditions;
    conditions_killed += result.conditions_killed;
    std::printf("%s  %s: %s (absent %d of %d, changed %d of %d)\n",
                result.killed() ? "killed  " : "SURVIVED", result.task.c_str(), result.says.c_str(),
                result.absent_killed, result.absent, result.planted_killed, result.planted);
    for (const std::string& survivor : result.survivors) {
      std::printf("          %s\n", survivor.c_str());
    }
  }
  std::printf("%d mutants, %d red\n%d conditions joined by &&, %d killed\n", mutants,
              mutants_killed, conditions, conditions_killed);
  std::printf("%zu checks, %zu killed\n", results->size(), killed);
  return killed == results->size() ? 0 : 1;
}

/// A recording holds no answers of pods: each is taken to answer as a healthy one does.
engine::Run answered(const engine::Plan& plan, const engine::Observed& observed) {
  engine::Run run;
  const engine::Look look(plan, observed);
  for (const engine::PlannedTask& task : look.tasks) {
    for (const catalog::Proof& proof : task.task->proofs) {
      const engine::ProofSubject subject = engine::subject_of(proof, task, look, look.view(task));
      engine::ProofAnswer& answer = run.proofs[{task.task->id, proof.id}];
      answer.subject = subject.fingerprint;
      for (const kube::ObjectKey& pod : subject.pods) {
        answer.pods.push_back({pod, "index\n0\n1\n2\n3\n4\n5\n6\n7\n", 0, std::nullopt});
      }
    }
  }
  return run;
}

int from_recording(char** arguments) {
  const base::Result<site::Site> site = site::parse(read_file(arguments[1]), arguments[1]);
  const base::Result<doc::Value> document = doc::parse_json(read_file(arguments[2]), arguments[2]);
  if (!site || !document) {
    std::fprintf(stderr, "%s\n", base::to_string(site ? document.error() : site.error()).c_str());
    return 2;
  }
  const base::Result<engine::Observed> observed = engine::observed_from(*document);
  if (!observed) {
    std::fprintf(stderr, "%s\n", base::to_string(observed.error()).c_str());
    return 2;
  }
  const base::Result<engine::Plan> plan =
      engine::make_plan(*site, engine::real_catalog(SLIPWAY_SOURCE_DIR), *observed);
  if (!plan) {
    std::fprintf(stderr, "%s\n", base::to_string(plan.error()).c_str());
    return 2;
  }
  return report(engine::mutations(*plan, *observed, answered(*plan, *observed)));
}

int print_kinds() {
  for (const kube::GroupVersionKind& gvk : engine::real_catalog(SLIPWAY_SOURCE_DIR)->kinds()) {
    std::printf("%s %s\n", gvk.api_version().c_str(), gvk.kind.c_str());
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::string(arguments[1]) == "--kinds") return print_kinds();
  if (count == 3) return from_recording(arguments);
  engine::Bench bench(SLIPWAY_SOURCE_DIR);
  const engine::Decision decision = bench.up();
  if (decision.outcome != engine::Outcome::done) {
    std::fprintf(stderr, "the cluster does not become ready: %s\n",
                 decision.error ? base::to_string(*decision.error).c_str() : "still running");
    return 1;
  }
  return report(engine::mutations(bench.plan(), bench.observed(), bench.run));
}
