#include "drydock/trace_live.h"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <thread>

#include "cluster/list_watch.h"
#include "drydock/crd_store.h"
#include "drydock/manifest_apply.h"

namespace drydock {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

namespace {

constexpr std::chrono::milliseconds kLookPause{100};
/// Between two things that a person does within one mark.
constexpr std::chrono::milliseconds kHandPause{150};
constexpr std::chrono::seconds kWriteTimeout{30};
/// Until the operator's Deployment runs and its behaviour has found the kinds that it watches.
constexpr std::chrono::seconds kOperatorPause{8};

std::uint64_t version_of(const Value& object) {
  const std::string_view text = object.string_at("metadata.resourceVersion");
  std::uint64_t version = 0;
  std::from_chars(text.data(), text.data() + text.size(), version);
  return version;
}

}  // namespace

struct TraceRecorder::State {
  struct Seen {
    std::uint64_t version;
    TraceEvent event;
  };

  /// The objects of one kind as they were last seen.
  class Kind final : public cluster::ListWatchSink {
   public:
    Kind(State& state) : state_(state) {}
    void replaced(const std::vector<Value>& items) override {
      std::map<kube::ObjectKey, Value> before;
      std::swap(before, objects_);
      for (const Value& item : items) {
        const auto old = before.find(key_of(item));
        state_.saw(old != before.end() ? old->second : Value(), item);
        if (old != before.end()) before.erase(old);
        objects_[key_of(item)] = item;
      }
      for (const auto& [key, object] : before) state_.saw(object, Value());
    }
    void changed(const Value& object) override {
      Value& live = objects_[key_of(object)];
      state_.saw(live, object);
      live = object;
    }
    void removed(const Value& object) override {
      state_.saw(object, Value());
      objects_.erase(key_of(object));
    }
    void trouble(const std::optional<base::Error>&) override {}

   private:
    static kube::ObjectKey key_of(const Value& object) {
      return {std::string(object.string_at("metadata.namespace")),
              std::string(object.string_at("metadata.name"))};
    }
    State& state_;
    std::map<kube::ObjectKey, Value> objects_;
  };

  explicit State(cluster::Client& borrowed)
      : client(borrowed), last(borrowed.means().clock.steady()) {}

  void saw(const Value& before, const Value& after) {
    auto event = trace_event(before, after);
    if (!event) return;
    const std::lock_guard lock(mutex);
    seen.push_back({version_of(after.is_null() ? before : after), *std::move(event)});
    last = client.means().clock.steady();
  }

  cluster::Client& client;
  mutable std::mutex mutex;  // Guards what is below.
  std::vector<Seen> seen;
  base::SteadyTime last;

  // Last: its threads end before what they use.
  std::vector<std::unique_ptr<Kind>> kinds;
  std::vector<std::jthread> threads;
};

TraceRecorder::TraceRecorder(cluster::Client& client, std::vector<WatchedKind> kinds)
    : state_(std::make_unique<State>(client)) {
  for (const WatchedKind& kind : kinds) {
    state_->kinds.push_back(std::make_unique<State::Kind>(*state_));
    state_->threads.emplace_back(
        [&client, kind, sink = state_->kinds.back().get()](std::stop_token stop) {
          cluster::ListWatch(client, kind.gvk, kind.selection, *sink).run(stop);
        });
  }
}

TraceRecorder::~TraceRecorder() = default;

std::vector<TraceEvent> TraceRecorder::take() {
  const std::lock_guard lock(state_->mutex);
  std::stable_sort(state_->seen.begin(), state_->seen.end(),
                   [](const auto& a, const auto& b) { return a.version < b.version; });
  std::vector<TraceEvent> events;
  for (auto& seen : state_->seen) events.push_back(std::move(seen.event));
  state_->seen.clear();
  return events;
}

Result<void> TraceRecorder::wait_for_quiet(std::chrono::nanoseconds quiet,
                                           const net::Until& until) const {
  const cluster::Means& means = state_->client.means();
  const base::SteadyTime begin = means.clock.steady();
  for (;;) {
    const base::SteadyTime now = means.clock.steady();
    {
      const std::lock_guard lock(state_->mutex);
      if (now - std::max(state_->last, begin) >= quiet) return {};
    }
    if (now >= until.deadline) {
      return Error{ErrorCode::deadline_exceeded, "it does not come to rest"};
    }
    if (!means.sleeper.sleep(kLookPause, until.stop)) {
      return Error{ErrorCode::cancelled, "stopped"};
    }
  }
}

namespace {

Result<void> take_step(const ReplayStep& step, cluster::Client& client) {
  const net::Until until = net::within(client.means().clock, kWriteTimeout);
  switch (step.kind) {
    case ReplayStep::Kind::apply:
      TRY(client.apply(step.body, {.force = true, .field_manager = "person"}, until));
      return {};
    case ReplayStep::Kind::patch:
      TRY(client.patch(step.target, step.body, {.field_manager = "person"}, until));
      return {};
    case ReplayStep::Kind::remove:
      return client.remove(step.target, {}, until);
  }
  return {};
}

}  // namespace

Result<Trace> replay_live(const Replay& replay, cluster::Client& client,
                          const LiveReplayOptions& options) {
  const auto say = [&](const std::string& text) {
    if (options.progress) options.progress(replay.name + ": " + text);
  };
  const cluster::Means& means = client.means();
  say("bringing the operator");
  const CrdStore store(options.shapes);
  std::vector<Value> crds;
  for (const std::string& kind : replay.crds) crds.push_back(TRY(store.find(kind)));
  TRY(apply_crds(client, crds, net::within(means.clock, options.patience)));
  for (const ReplayStep& step : replay.before) TRY(take_step(step, client));

  TraceRecorder recorder(client, replay.recorded);
  TRY(recorder.wait_for_quiet(kOperatorPause, net::within(means.clock, options.patience)));
  Trace trace;
  trace.push_back({"", recorder.take()});
  for (const auto& [letter, steps] : replay.marks) {
    say("mark " + letter);
    for (const ReplayStep& step : steps) {
      TRY_WITHIN(take_step(step, client), "mark " + letter);
      means.sleeper.sleep(kHandPause, {});
    }
    TRY_WITHIN(recorder.wait_for_quiet(options.quiet, net::within(means.clock, options.patience)),
               "mark " + letter);
    trace.push_back({letter, recorder.take()});
  }
  return trace;
}

}  // namespace drydock
