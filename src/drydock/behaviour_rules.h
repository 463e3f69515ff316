#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "drydock/behaviour_template.h"
#include "kube/request.h"
#include "kube/types.h"

namespace drydock {

/// What a rule does when it holds. Format and meaning: drydock/behaviours/README.md.
enum class ActionKind { create, apply, patch, status, remove, event, note };
/// The key of the action in a rule: "create", ..., "delete", ...
std::string_view action_name(ActionKind kind);

/// One rule, compiled.
struct Rule {
  std::string says;
  std::optional<Expression> each;  ///< A list; the rule is about every item ("it") of it.
  std::optional<Expression> when;  ///< None: always.
  std::chrono::milliseconds after{0};
  ActionKind kind = ActionKind::apply;
  Template body;
};

/// A kind whose objects the expressions see, as a list in a variable.
struct WatchedKind {
  std::string variable;
  kube::GroupVersionKind gvk;
  kube::Selection selection;
};

/// How one operator behaves: a file of drydock/behaviours, compiled. Immutable.
struct Behaviour {
  std::string name;
  std::string title;
  std::string manager;  ///< Field manager of its writes, source of its events.
  std::string
      operator_deployment;  ///< It plays only while this Deployment is available; "": always.
  std::vector<WatchedKind> watched;
  std::vector<std::pair<std::string, doc::Value>> data;    ///< Constants.
  std::vector<std::pair<std::string, Expression>> values;  ///< In order; each sees those before.
  std::vector<Rule> rules;                                 ///< Earlier ones go first.
};

/// Whether `object`, which is of that kind, is among those watched. Understands the field selector
/// "source=..." of events alone; any other selects everything.
bool is_watched(const WatchedKind& watched, const doc::Value& object);

/// Errors: invalid_argument with file, line and column.
base::Result<Behaviour> read_behaviour(const std::filesystem::path& file);
/// The two sets of rules of a fault: while it is injected, and to heal it.
struct Fault {
  std::string name;
  std::string says;
  Behaviour injected;
  Behaviour healed;
};
base::Result<Fault> read_fault(const std::filesystem::path& file);

}  // namespace drydock
