#include "apply/perform.h"

#include <algorithm>

#include "base/limits.h"
#include "cluster/exec.h"

namespace apply {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

Performed performed(const doc::Value& object) {
  return {std::string(object.string_at("metadata.resourceVersion")), std::nullopt};
}

base::Result<Performed> do_apply(cluster::Client& client, const engine::Apply& action,
                                 const cluster::Until& until) {
  return performed(TRY(client.apply(action.body, {}, until)));
}

base::Result<Performed> do_approve(cluster::Client& client, const engine::Approve& action,
                                   const cluster::Until& until) {
  // A resourceVersion in a patch is a precondition: another InstallPlan than the one that was
  // looked at is answered with a conflict.
  const doc::Value patch = doc::Value::map(
      {{"metadata", doc::Value::map({{"resourceVersion", doc::Value(action.resource_version)}})},
       {"spec", doc::Value::map({{"approved", doc::Value(true)}})}});
  return performed(TRY(client.patch(action.ref, patch, {}, until)));
}

base::Result<Performed> do_prune(cluster::Client& client, const engine::Prune& action,
                                 const cluster::Until& until) {
  kube::DeleteOptions options;
  options.uid = action.uid;
  auto removed = client.remove(action.ref, options, until);
  if (!removed && removed.error().code != base::ErrorCode::not_found) {
    return std::move(removed).error();
  }
  return Performed{};
}

base::Result<Performed> do_prove(cluster::Client& client, const engine::Prove& action,
                                 const cluster::Until& until) {
  engine::ProofAnswer answer;
  answer.subject = action.subject;
  for (const kube::ObjectKey& pod : action.pods) {
    const cluster::Until one = {
        std::min(until.deadline, client.means().clock.steady() + action.timeout), until.stop};
    kube::ExecOptions options;
    options.container = action.container;
    options.argv = action.command;
    auto ran = cluster::exec(client, pod, options, one);
    engine::PodAnswer& said = answer.pods.emplace_back();
    said.pod = pod;
    if (ran) {
      said.out = std::move(ran->out);
      said.exit_code = ran->exit_code;
    } else {
      said.error = std::move(ran).error();
    }
  }
  answer.time = client.means().clock.now();
  return Performed{"", std::move(answer)};
}

}  // namespace

base::Result<Performed> perform(cluster::Client& client, const engine::Action& action,
                                const cluster::Until& until) {
  return std::visit(
      Overloaded{
          [&](const engine::Apply& apply) { return do_apply(client, apply, until); },
          [&](const engine::Approve& approve) { return do_approve(client, approve, until); },
          [&](const engine::Prove& prove) { return do_prove(client, prove, until); },
          [&](const engine::Prune& prune) { return do_prune(client, prune, until); },
      },
      action);
}

const kube::ObjectRef* target_of(const engine::Action& action) {
  return std::visit(Overloaded{
                        [](const engine::Prove&) -> const kube::ObjectRef* { return nullptr; },
                        [](const auto& write) -> const kube::ObjectRef* { return &write.ref; },
                    },
                    action);
}

std::string_view task_of(const engine::Action& action) {
  return std::visit(Overloaded{
                        [](const engine::Prune&) -> std::string_view { return ""; },
                        [](const auto& other) -> std::string_view { return other.task; },
                    },
                    action);
}

}  // namespace apply
