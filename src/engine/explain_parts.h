#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/explain.h"
#include "engine/judge.h"

/// The places where explain() looks for a cause. Internal to this folder.
///
/// Each returns the links that it found, outermost first, and nothing when all is well there.
namespace engine {

struct Finding {
  std::vector<Cause> causes;
  std::string next;  ///< The command or step for the last of them.
  bool found() const { return !causes.empty(); }
};

/// Catalog, Subscription, InstallPlan and CSV of the task's operator.
Finding find_in_olm(const PlannedTask& task, const Observed& observed);

/// Pods in these namespaces that cannot be scheduled, cannot start, or fail.
Finding find_in_pods(const std::vector<std::string>& namespaces, const Observed& observed);

/// GPU nodes that are missing or not Ready.
Finding find_in_nodes(const site::Site& site, const Look& look);

/// Conditions of these objects that say, in the operator's own words, what is wrong. Severity Info
/// is not wrong by itself and comes last.
Finding find_in_conditions(const std::vector<doc::Value>& objects);

/// Namespaces that a task's objects, operator and reads are in.
std::vector<std::string> namespaces_of(const PlannedTask& task, const TaskView& view);

/// "kubectl describe node gpu-1".
std::string describe_command(const kube::ObjectRef& ref);
std::string get_command(const kube::ObjectRef& ref);

}  // namespace engine
