#include <openssl/sha.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/encoding.h"
#include "doc/json.h"
#include "engine/cluster_facts.h"
#include "engine/judge.h"

namespace engine {
namespace {

const kube::GroupVersionKind kPod{"", "v1", "Pod"};

std::string sha256_hex(const std::string& text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return base::to_hex({reinterpret_cast<const char*>(digest), sizeof(digest)});
}

bool has_labels(const doc::Value& pod, const doc::Value& wanted) {
  const doc::Value* labels = pod.find_path("metadata.labels");
  return std::all_of(wanted.entries().begin(), wanted.entries().end(), [&](const doc::Entry& want) {
    const doc::Value* have = labels == nullptr ? nullptr : labels->find(want.name());
    return have != nullptr && *have == want.value;
  });
}

bool can_answer(const doc::Value& pod) {
  return pod.string_at("status.phase") == "Running" &&
         pod.find_path("metadata.deletionTimestamp") == nullptr;
}

/// Of one pod; "" when the answer is as expected.
std::string why_not(const catalog::Proof& proof, const PodAnswer& answer, const TaskView& view) {
  const std::string where = "pod " + answer.pod.name;
  if (answer.error) return where + ": " + answer.error->message;
  const catalog::Scope scope =
      view.scope.with("stdout", doc::Value(answer.out))
          .with("exitCode", doc::Value(std::int64_t{answer.exit_code}))
          .with("pod", doc::Value::map(
                           {{"namespace", answer.pod.namespace_name}, {"name", answer.pod.name}}));
  const base::Result<doc::Value> value = proof.expect.evaluate(scope);
  if (!value) return where + ": " + value.error().message;
  if (value->is_bool() && value->as_bool()) return "";
  return where + " answered with exit code " + std::to_string(answer.exit_code) + ": " +
         one_line(answer.out);
}

void judge_answer(const catalog::Proof& proof, const ProofAnswer& answer, const TaskView& view,
                  ProofOutcome& outcome) {
  outcome.answered = true;
  std::string shown;
  for (const kube::ObjectKey& pod : outcome.subject.pods) {
    const auto one = std::find_if(answer.pods.begin(), answer.pods.end(),
                                  [&](const PodAnswer& a) { return a.pod == pod; });
    if (one == answer.pods.end()) {
      outcome.check.reason = "pod " + pod.name + " has not answered";
      return;
    }
    outcome.check.reason = one_line(why_not(proof, *one, view));
    if (!outcome.check.reason.empty()) return;
    outcome.check.evidence.push_back(
        {"Pod " + pod.namespace_name + "/" + pod.name, "", one_line(one->out), answer.time});
    if (shown.empty()) shown = one_line(one->out);
  }
  outcome.check.passed = true;
  outcome.record = {outcome.subject.fingerprint, shown, base::to_rfc3339(answer.time),
                    outcome.subject.nodes};
}

}  // namespace

ProofSubject subject_of(const catalog::Proof& proof, const PlannedTask& task, const Look& look,
                        const TaskView& view) {
  ProofSubject subject;
  const base::Result<doc::Value> in = proof.namespace_name.render(view.scope);
  const KindView& pods = look.observed.of(kPod);
  if (!in || !in->is_string()) {
    subject.problem = "its namespace is not known";
    return subject;
  }
  if (pods.reading != Reading::listed) {
    subject.problem = "Pod could not be read: " + pods.why;
    return subject;
  }
  std::string about =
      task.task->id + "\n" + proof.id + "\n" + proof.expect.text + "\n" + proof.container;
  for (const std::string& word : proof.command) about += "\n" + word;
  std::size_t not_running = 0;
  std::set<std::string> nodes;
  for (const auto& [key, pod] : *pods.objects) {
    if (key.namespace_name != in->as_string() || !has_labels(pod, proof.labels)) continue;
    if (!can_answer(pod)) {
      ++not_running;
      continue;
    }
    subject.pods.push_back(key);
    if (!pod.string_at("spec.nodeName").empty()) nodes.emplace(pod.string_at("spec.nodeName"));
    about += "\n" + key.name + " " + std::string(pod.string_at("metadata.uid"));
  }
  subject.nodes.assign(nodes.begin(), nodes.end());
  subject.fingerprint = sha256_hex(about);
  const base::Result<doc::Value> wanted = proof.pods.evaluate(view.scope);
  if (!wanted || !wanted->is_int() || wanted->as_int() < 1) {
    subject.problem = wanted ? "how many pods must answer is no number above 0"
                             : view.reason(proof.pods, wanted.error());
  } else if (not_running > 0) {
    subject.problem = std::to_string(not_running) + " of its pods do not run";
  } else if (static_cast<std::int64_t>(subject.pods.size()) < wanted->as_int()) {
    subject.problem = std::to_string(subject.pods.size()) + " pods run that can answer, not " +
                      std::to_string(wanted->as_int());
  }
  return subject;
}

ProofOutcome judge_proof(const catalog::Proof& proof, const PlannedTask& task, const Look& look,
                         const TaskView& view, const Run& run) {
  ProofOutcome outcome;
  outcome.check.says = proof.says;
  outcome.subject = subject_of(proof, task, look, view);
  if (!outcome.subject.problem.empty()) {
    outcome.check.reason = outcome.subject.problem;
    return outcome;
  }
  const auto answer = run.proofs.find({task.task->id, proof.id});
  if (answer != run.proofs.end() && answer->second.subject == outcome.subject.fingerprint) {
    judge_answer(proof, answer->second, view, outcome);
    return outcome;
  }
  const auto record = look.records.find(task.task->id + "." + proof.id);
  if (record == look.records.end() || record->second.subject != outcome.subject.fingerprint) {
    outcome.check.reason = record == look.records.end() ? "it has not been asked yet"
                                                        : "the pods are not those that answered";
    return outcome;
  }
  outcome.recorded = true;
  outcome.check.passed = true;
  outcome.record = record->second;
  const base::Result<base::WallTime> time = base::parse_rfc3339(record->second.time);
  const kube::ObjectKey& pod = outcome.subject.pods[0];
  outcome.check.evidence.push_back({"Pod " + pod.namespace_name + "/" + pod.name, "",
                                    record->second.value, time.value_or(base::WallTime{})});
  return outcome;
}

}  // namespace engine
