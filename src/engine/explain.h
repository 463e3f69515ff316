#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/observed.h"
#include "engine/plan.h"
#include "engine/verdict.h"

namespace engine {

/// One link of the chain: what is so, and of which object it was read.
struct Cause {
  std::string says;  ///< A sentence without a full stop.
  std::optional<kube::ObjectRef> object;
  std::string cite;  ///< Of a known issue.
};

/// Why a task is not ready.
struct Explanation {
  std::string task;
  State state = State::ready;
  std::vector<Cause> causes;  ///< From what was asked about down to the root.
  std::string sentence;       ///< The root in one sentence.
  std::string next;           ///< The command or step to take next.
  std::string known_issue;    ///< Its id, when one was recognised.
};

/// Follows what is not ready to its root: needs, what the server refused, the operator's
/// Subscription, InstallPlan and CSV, pods that cannot be scheduled or do not start, nodes that are
/// lost, fields that another manager took, conditions in the operators' own words, known issues.
/// `verdicts` are judge_all's or a Decision's, in the plan's order.
Explanation explain(std::string_view task, const Plan& plan, const Observed& observed,
                    const std::vector<Verdict>& verdicts, const Run& run = {});

/// For a person: the sentence, the chain, the next step. Ends with a line break.
std::string print(const Explanation& explanation);
doc::Value to_value(const Explanation& explanation);

}  // namespace engine
