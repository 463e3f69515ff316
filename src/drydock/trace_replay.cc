#include "drydock/trace_replay.h"

#include "base/strings.h"
#include "drydock/record_reader.h"
#include "drydock/simulated_cluster.h"
#include "drydock/trace_compare.h"

namespace drydock {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

namespace {

/// Looks at a mark at most: far more than the longest chain of rules needs.
constexpr int kStepsMax = 2000;
/// Between two things that a person does within one mark.
constexpr std::chrono::milliseconds kHandPause{100};

Result<ReplayStep> read_step(const doc::Source& source, const Value& value) {
  RecordReader reader(source, value);
  const Value* apply = reader.map("apply");
  const Value* patch = reader.map("patch");
  const Value* remove = reader.map("delete");
  TRY(reader.finish());
  if (apply != nullptr) {
    return ReplayStep{ReplayStep::Kind::apply, TRY(kube::ref_of(*apply)), *apply};
  }
  if (remove != nullptr) {
    return ReplayStep{ReplayStep::Kind::remove, TRY(kube::ref_of(*remove)), Value()};
  }
  if (patch == nullptr) reader.fail(value, "one of apply, patch, delete");
  TRY(reader.finish());
  RecordReader patch_reader(source, *patch);
  const Value* of = patch_reader.map("of");
  const Value* set = patch_reader.map("set");
  if (of == nullptr || set == nullptr) patch_reader.fail(*patch, "'of' and 'set' are needed");
  TRY(patch_reader.finish());
  return ReplayStep{ReplayStep::Kind::patch, TRY(kube::ref_of(*of)), *set};
}

Result<std::vector<ReplayStep>> read_steps(const doc::Source& source,
                                           std::span<const Value> values) {
  std::vector<ReplayStep> steps;
  for (const Value& value : values) {
    steps.push_back(TRY_WITHIN(read_step(source, value), source.name));
  }
  return steps;
}

/// A replay under way on a simulated cluster.
class SimulatedReplay {
 public:
  SimulatedReplay(const Replay& replay, const Behaviour& behaviour)
      : replay_(replay),
        behaviour_(behaviour),
        cluster_([this](const Value& a, const Value& b) { record(a, b); }) {}

  Result<Trace> run() {
    trace_.emplace_back();
    for (const ReplayStep& step : replay_.before) TRY(take(step));
    TRY(come_to_rest());
    for (const auto& [letter, steps] : replay_.marks) {
      trace_.push_back({letter, {}});
      wait(std::chrono::seconds(5));
      for (const ReplayStep& step : steps) {
        TRY_WITHIN(take(step), "mark " + letter);
        TRY_WITHIN(advance(kHandPause), "mark " + letter);
      }
      TRY_WITHIN(come_to_rest(), "mark " + letter);
    }
    return std::move(trace_);
  }

 private:
  void record(const Value& before, const Value& after) {
    const auto ref = kube::ref_of(after.is_null() ? before : after);
    for (const WatchedKind& kind : replay_.recorded) {
      if (!ref || kind.gvk != ref->gvk || !is_watched(kind, after.is_null() ? before : after)) {
        continue;
      }
      if (auto event = trace_event(before, after)) trace_.back().events.push_back(*event);
    }
  }

  Result<void> take(const ReplayStep& step) {
    switch (step.kind) {
      case ReplayStep::Kind::apply:
        return cluster_.apply(step.body);
      case ReplayStep::Kind::patch:
        return cluster_.perform({ActionKind::patch, step.target, step.body});
      case ReplayStep::Kind::remove:
        return cluster_.remove(step.target);
    }
    return {};
  }

  void wait(std::chrono::nanoseconds time) {
    steady_ += time;
    cluster_.set_time(base::WallTime(steady_.time_since_epoch()));
  }

  /// One look. What to do next: nullopt at rest, or how long until something is due.
  Result<std::optional<std::chrono::nanoseconds>> look() {
    Sight sight;
    for (const WatchedKind& watched : behaviour_.watched) {
      sight.push_back(cluster_.objects(watched));
    }
    const Value* notes = cluster_.find(notes_of(behaviour_));
    const Value* data = notes != nullptr ? notes->find("data") : nullptr;
    const Evaluation evaluation =
        evaluate(behaviour_, sight, data != nullptr ? *data : Value::map({}),
                 base::WallTime(steady_.time_since_epoch()));
    if (!evaluation.troubles.empty()) {
      return Error{ErrorCode::failed_precondition, evaluation.troubles.front()};
    }
    const Schedule::Choice choice = schedule_.choose(evaluation.pending, steady_);
    using Pause = std::optional<std::chrono::nanoseconds>;
    if (choice.due != nullptr) {
      TRY(cluster_.perform(choice.due->action));
      return Pause(std::chrono::nanoseconds::zero());
    }
    if (cluster_.run_controllers()) return Pause(std::chrono::nanoseconds::zero());
    if (choice.next_wake) return Pause(*choice.next_wake - steady_);
    return Pause();
  }

  /// Lets things happen for so long.
  Result<void> advance(std::chrono::nanoseconds time) {
    const base::SteadyTime end = steady_ + time;
    for (int i = 0; i < kStepsMax; ++i) {
      const auto pause = TRY(look());
      if (pause && pause->count() == 0) continue;
      if (!pause || steady_ + *pause > end) {
        wait(end - steady_);
        return {};
      }
      wait(*pause);
    }
    return Error{ErrorCode::failed_precondition, "does not come to rest"};
  }

  Result<void> come_to_rest() {
    for (int i = 0; i < kStepsMax; ++i) {
      const auto pause = TRY(look());
      if (!pause) return {};
      wait(*pause);
    }
    return Error{ErrorCode::failed_precondition, "does not come to rest"};
  }

  const Replay& replay_;
  const Behaviour& behaviour_;
  SimulatedCluster cluster_;
  Schedule schedule_;
  base::SteadyTime steady_{std::chrono::hours(500'000)};  // 2027, for the dates in objects.
  Trace trace_;
};

}  // namespace

Result<Replay> read_replay(const std::filesystem::path& path) {
  const DataFile file = TRY(read_data_file(path));
  RecordReader reader(file.source, file.value);
  Replay replay;
  replay.name = reader.text("replay");
  replay.behaviour = reader.text("behaviour");
  replay.crds = reader.texts("crds");
  const auto recorded = reader.list("recorded");
  const auto before = reader.list("before");
  const Value* marks = reader.map("marks");
  if (marks == nullptr) reader.fail(file.value, "'marks' is missing");
  TRY(reader.finish());
  for (const Value& value : recorded) {
    RecordReader kind_reader(file.source, value);
    WatchedKind kind;
    const std::string api_version = kind_reader.text("apiVersion"), name = kind_reader.text("kind");
    kind.selection.namespace_name = kind_reader.text_or("namespace", "");
    TRY(kind_reader.finish());
    kind.gvk = TRY(kube::parse_gvk(api_version, name));
    replay.recorded.push_back(kind);
  }
  replay.before = TRY(read_steps(file.source, before));
  RecordReader mark_reader(file.source, *marks);
  for (const doc::Entry& mark : marks->entries()) {
    const auto steps = mark_reader.list(mark.name());
    replay.marks.emplace_back(mark.name(), TRY(read_steps(file.source, steps)));
  }
  TRY(mark_reader.finish());
  return replay;
}

Result<Trace> replay_simulated(const Replay& replay, const Behaviour& behaviour) {
  return SimulatedReplay(replay, behaviour).run();
}

ReplayVerdict judge(const Trace& recorded, const Trace& replayed) {
  ReplayVerdict verdict;
  PodCounts counts;
  if (!replayed.empty()) count_pods(replayed.front(), counts);
  for (const TraceMark& mark : recorded) {
    if (mark.text.empty()) continue;
    ++verdict.marks;
    TraceMark other;
    for (const TraceMark& candidate : replayed) {
      if (!candidate.text.empty() && candidate.letter() == mark.letter()) other = candidate;
    }
    count_pods(other, counts);
    const auto found = other.text.empty() ? std::vector<std::string>{"was not replayed"}
                                          : differences(mark, other, counts);
    if (found.empty()) ++verdict.same;
    verdict.lines.push_back(mark.letter() + (found.empty() ? " same" : " differs"));
    for (const std::string& difference : found) verdict.lines.push_back("  " + difference);
  }
  return verdict;
}

}  // namespace drydock
