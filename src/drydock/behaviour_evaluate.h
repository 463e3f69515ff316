#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "doc/value.h"
#include "drydock/behaviour_rules.h"

namespace drydock {

/// One write that a rule asks for and that the cluster does not show yet.
struct Action {
  ActionKind kind = ActionKind::apply;
  kube::ObjectRef target;
  /// create, apply, event: the whole object. patch, status, note: a JSON merge patch (of a status
  /// with its "status" key). delete: null.
  doc::Value body;
};

/// A rule that holds for something, and its action.
struct Pending {
  std::string rule;  ///< The rule's sentence.
  /// The same for as long as the same rule wants the same of the same object: what waits restarts
  /// its wait when it wants something else.
  std::string key;
  std::chrono::milliseconds after{0};
  Action action;
};

/// What a behaviour sees: the objects of each watched kind, in its order of kinds, each list sorted
/// by namespace and name.
using Sight = std::vector<std::vector<doc::Value>>;

struct Evaluation {
  std::vector<Pending> pending;       ///< In the order of the rules, then of their items.
  std::vector<std::string> troubles;  ///< Expressions that failed; their rules do nothing.
};

/// What a behaviour would do now. Pure, level-triggered: decides from the objects seen and from
/// `notes` (a ConfigMap of the behaviour's own in the cluster), never from what was done before.
/// `now` only dates conditions and events.
Evaluation evaluate(const Behaviour& behaviour, const Sight& sight, const doc::Value& notes,
                    base::WallTime now);

/// Where a behaviour keeps its notes.
kube::ObjectRef notes_of(const Behaviour& behaviour);

/// The object after the action, as the API server would leave it (without what only a server adds).
/// null for a delete. `before` is null where it did not exist.
doc::Value applied_to(const doc::Value& before, const Action& action);

/// Picks from what is pending. Remembers only since when each key has been pending: losing it
/// starts waits anew and changes nothing else.
class Schedule {
 public:
  struct Choice {
    const Pending* due = nullptr;               ///< The first that has waited long enough.
    std::optional<base::SteadyTime> next_wake;  ///< When the next one will have.
  };
  Choice choose(const std::vector<Pending>& pending, base::SteadyTime now);
  /// Leaves a key alone for a while: its write failed.
  void hold_back(const std::string& key, base::SteadyTime until);

 private:
  struct Wait {
    base::SteadyTime since;
    base::SteadyTime not_before;
  };
  std::map<std::string, Wait> waits_;
};

}  // namespace drydock
