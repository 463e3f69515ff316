#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doc/value.h"

/// Recordings of what operators do (tests/traces/*.jsonl), and the same of a stand-in, to compare.
///
/// One JSON a line: {"mark": "A what was done then"}, or what an object became: {"t", "kind",
/// "name", "event": "added" or "deleted" or absent, "owner", "now": the fields that changed}.
/// Fields are `state`, `phase` and `observedGeneration` of a status, conditions as "cond:TYPE" with
/// "status|reason|message|severity", labels of Nodes, `desired` and `ready` of DaemonSets and
/// Deployments. Events of Kubernetes have {"on": KIND, "reason", "message"} instead.
namespace drydock {

struct TraceEvent {
  enum class Change { added, changed, deleted, said };
  Change change = Change::changed;
  std::string kind;
  std::string name;                       ///< Of a Kubernetes Event: "on/reason".
  std::map<std::string, doc::Value> now;  ///< A null: the field is gone. Of an Event: {"message"}.
  std::vector<std::string> owners;        ///< "Kind/name"; of added ones.
};

/// What followed one thing that somebody did.
struct TraceMark {
  std::string text;  ///< "A ClusterPolicy applied"; "" for what was before the first mark.
  std::string letter() const { return text.substr(0, text.find(' ')); }
  std::vector<TraceEvent> events;
};
using Trace = std::vector<TraceMark>;

/// Reads a recording. Errors: invalid_argument naming the line.
base::Result<Trace> parse_trace(std::string_view text);

/// What a recording shows of an object: see the head of this file. Of Node labels only those that
/// the GPU operator itself writes: a recording without kubelets has none of its operands' labels.
std::map<std::string, doc::Value> traced_fields(const doc::Value& object);

/// The event of an object that was `before` and is `after` (null: not there). nullopt when nothing
/// that is recorded changed. Of Kubernetes Events those that warn of anything but pods and nodes,
/// when they are first told. Pure.
std::optional<TraceEvent> trace_event(const doc::Value& before, const doc::Value& after);

/// The event as a line of a recording, without a line break.
std::string to_line(const TraceEvent& event, double seconds);

}  // namespace drydock
