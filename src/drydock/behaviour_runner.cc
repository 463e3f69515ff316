#include "drydock/behaviour_runner.h"

#include <algorithm>
#include <charconv>

namespace drydock {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Between two looks where nothing happens: bounds what a missed wake-up could cost.
constexpr seconds kLookPause{5};
/// After a write that failed: its namespace may be on its way, or the API server.
constexpr milliseconds kFailurePause{1000};
constexpr seconds kWriteTimeout{30};
/// A watch shows a write within milliseconds; what it has not shown for this long was undone.
constexpr seconds kOverlayLifetime{5};

std::uint64_t version_of(const Value& object) {
  const std::string_view text = object.string_at("metadata.resourceVersion");
  std::uint64_t version = 0;
  std::from_chars(text.data(), text.data() + text.size(), version);
  return version;
}

bool before(const Value& a, const Value& b) {
  const auto key = [](const Value& v) {
    return std::pair(v.string_at("metadata.namespace"), v.string_at("metadata.name"));
  };
  return key(a) < key(b);
}

std::vector<cluster::MultiCache::Kind> kinds_of(const Behaviour& behaviour) {
  std::vector<cluster::MultiCache::Kind> kinds;
  for (const WatchedKind& watched : behaviour.watched) {
    kinds.push_back({watched.gvk, watched.selection});
  }
  const kube::ObjectRef notes = notes_of(behaviour);
  kinds.push_back({notes.gvk,
                   {.namespace_name = notes.namespace_name,
                    .label_selector = "",
                    .field_selector = "metadata.name=" + notes.name}});
  kinds.push_back({{"apps", "v1", "Deployment"}, {}});
  return kinds;
}

}  // namespace

void WrittenOverlay::wrote(const kube::ObjectRef& ref, Value object, base::SteadyTime now) {
  written_[ref] = {std::move(object), "", now};
}

void WrittenOverlay::removed(const kube::ObjectRef& ref, std::string uid, base::SteadyTime now) {
  written_[ref] = {Value(), std::move(uid), now};
}

void WrittenOverlay::lay_over(const std::vector<WatchedKind>& watched, Sight& sight,
                              base::SteadyTime now) {
  for (auto entry = written_.begin(); entry != written_.end();) {
    const kube::ObjectRef& ref = entry->first;
    const Written& written = entry->second;
    bool caught_up = now - written.at > kOverlayLifetime;
    for (std::size_t i = 0; i < watched.size() && !caught_up; ++i) {
      if (watched[i].gvk != ref.gvk) continue;
      auto& objects = sight[i];
      const auto seen = std::find_if(objects.begin(), objects.end(), [&](const Value& object) {
        return object.string_at("metadata.name") == ref.name &&
               object.string_at("metadata.namespace") == ref.namespace_name;
      });
      if (written.object.is_null()) {
        caught_up = seen == objects.end() || seen->string_at("metadata.uid") != written.uid;
        if (!caught_up) objects.erase(seen);
      } else if (seen == objects.end()) {
        if (!is_watched(watched[i], written.object)) continue;
        objects.insert(std::upper_bound(objects.begin(), objects.end(), written.object, before),
                       written.object);
      } else {
        caught_up = version_of(*seen) >= version_of(written.object);
        if (!caught_up) *seen = written.object;
      }
    }
    entry = caught_up ? written_.erase(entry) : std::next(entry);
  }
}

BehaviourRunner::BehaviourRunner(cluster::Client& client, Behaviour behaviour)
    : client_(client), behaviour_(std::move(behaviour)) {}

bool BehaviourRunner::operator_runs(const cluster::Snapshot& deployments) const {
  if (behaviour_.operator_deployment.empty()) return true;
  for (const auto& [key, deployment] : *deployments.objects) {
    if (key.name != behaviour_.operator_deployment) continue;
    const Value* available = deployment.find_path("status.availableReplicas");
    if (available != nullptr && available->is_int() && available->as_int() > 0) return true;
  }
  return false;
}

bool BehaviourRunner::wait_for_operator(const std::stop_token& stop) {
  if (behaviour_.operator_deployment.empty()) return true;
  const cluster::Cache deployments(
      client_, {"apps", "v1", "Deployment"},
      {.namespace_name = "",
       .label_selector = "",
       .field_selector = "metadata.name=" + behaviour_.operator_deployment});
  while (!stop.stop_requested()) {
    const cluster::Snapshot snapshot = deployments.snapshot();
    if (operator_runs(snapshot)) return true;
    (void)deployments.wait_for_change(snapshot.version,
                                      net::within(client_.means().clock, kLookPause, stop));
  }
  return false;
}

Sight BehaviourRunner::look(const cluster::MultiCache& caches) const {
  Sight sight(behaviour_.watched.size());
  for (std::size_t i = 0; i < sight.size(); ++i) {
    const cluster::Snapshot snapshot = caches.snapshot(i);
    for (const auto& [key, object] : *snapshot.objects) sight[i].push_back(object);
  }
  return sight;
}

Value BehaviourRunner::notes(const cluster::MultiCache& caches) {
  Sight sight(1);
  const kube::ObjectRef ref = notes_of(behaviour_);
  const cluster::Snapshot snapshot = caches.snapshot(behaviour_.watched.size());
  if (const Value* object = snapshot.find(ref.key())) sight[0].push_back(*object);
  overlay_.lay_over({{"notes", ref.gvk, {}}}, sight, client_.means().clock.steady());
  const Value* data = sight[0].empty() ? nullptr : sight[0].front().find("data");
  return data != nullptr ? *data : Value::map({});
}

std::chrono::nanoseconds BehaviourRunner::step(const cluster::MultiCache& caches,
                                               const std::stop_token& stop) {
  const base::Clock& clock = client_.means().clock;
  Evaluation evaluation;
  if (operator_runs(caches.snapshot(behaviour_.watched.size() + 1))) {
    Sight sight = look(caches);
    const Value noted = notes(caches);
    overlay_.lay_over(behaviour_.watched, sight, clock.steady());
    evaluation = evaluate(behaviour_, sight, noted, clock.now());
  }
  publish(evaluation);
  const Schedule::Choice choice = schedule_.choose(evaluation.pending, clock.steady());
  if (choice.due == nullptr) {
    if (!choice.next_wake) return kLookPause;
    return std::clamp<std::chrono::nanoseconds>(*choice.next_wake - clock.steady(), milliseconds(1),
                                                kLookPause);
  }
  const auto done = perform(choice.due->action, net::within(clock, kWriteTimeout, stop));
  if (done) {
    failures_.erase(choice.due->rule);
    const std::lock_guard lock(mutex_);
    ++writes_;
  } else {
    failures_[choice.due->rule] = done.error().message;
    schedule_.hold_back(choice.due->key, clock.steady() + kFailurePause);
  }
  return std::chrono::nanoseconds::zero();
}

void BehaviourRunner::run(std::stop_token stop) {
  if (!wait_for_operator(stop)) return;
  const cluster::MultiCache caches(client_, kinds_of(behaviour_));
  (void)caches.wait_until_settled(net::within(client_.means().clock, kWriteTimeout, stop));
  while (!stop.stop_requested()) {
    const std::uint64_t version = caches.version();
    const auto pause = step(caches, stop);
    if (pause > pause.zero()) {
      (void)caches.wait_for_change(version, net::within(client_.means().clock, pause, stop));
    }
  }
}

Result<void> BehaviourRunner::run_until_settled(const net::Until& until) {
  const cluster::MultiCache caches(client_, kinds_of(behaviour_));
  TRY(caches.wait_until_settled(until));
  for (;;) {
    const std::uint64_t version = caches.version();
    const auto pause = step(caches, until.stop);
    {
      const std::lock_guard lock(mutex_);
      if (pause > pause.zero() && pending_.empty()) return {};
    }
    if (client_.means().clock.steady() >= until.deadline || until.stop.stop_requested()) {
      return Error{ErrorCode::deadline_exceeded, behaviour_.name + " did not settle"};
    }
    if (pause > pause.zero()) {
      (void)caches.wait_for_change(version, net::within(client_.means().clock, pause, until.stop));
    }
  }
}

Result<Value> BehaviourRunner::send(const Action& action, const net::Until& until) {
  const std::string& manager = behaviour_.manager;
  switch (action.kind) {
    case ActionKind::create:
    case ActionKind::event:
      return client_.create(action.body, {.field_manager = manager}, until);
    case ActionKind::apply:
      return client_.apply(action.body, {.force = true, .field_manager = manager}, until);
    case ActionKind::patch:
      return client_.patch(action.target, action.body, {.field_manager = manager}, until);
    case ActionKind::status:
      return client_.patch(action.target, action.body,
                           {.subresource = "status", .field_manager = manager}, until);
    case ActionKind::note: {
      auto answer = client_.patch(action.target, action.body, {}, until);
      if (answer || answer.error().code != ErrorCode::not_found) return answer;
      const kube::ObjectRef& ref = action.target;
      return client_.create(action.body.with("apiVersion", "v1")
                                .with("kind", "ConfigMap")
                                .with("metadata", Value::map({{"name", ref.name},
                                                              {"namespace", ref.namespace_name}})),
                            {}, until);
    }
    case ActionKind::remove:
      break;
  }
  return Value();
}

Result<void> BehaviourRunner::perform(const Action& action, const net::Until& until) {
  const base::Clock& clock = client_.means().clock;
  if (action.kind == ActionKind::remove) {
    const auto live = client_.get(action.target, until);
    if (!live && live.error().code == ErrorCode::not_found) return {};
    if (!live) return live.error();
    TRY(client_.remove(action.target, {}, until));
    overlay_.removed(action.target, std::string(live->string_at("metadata.uid")), clock.steady());
    return {};
  }
  auto answer = send(action, until);
  if (!answer && answer.error().code == ErrorCode::already_exists) {
    answer = client_.get(action.target, until);  // Somebody was faster, or an answer got lost.
  }
  if (!answer) return std::move(answer).error();
  overlay_.wrote(action.target, *std::move(answer), clock.steady());
  return {};
}

void BehaviourRunner::publish(const Evaluation& evaluation) {
  std::vector<std::string> pending, troubles = evaluation.troubles;
  for (const Pending& item : evaluation.pending) pending.push_back(item.rule);
  for (const auto& [rule, message] : failures_) troubles.push_back("'" + rule + "': " + message);
  const std::lock_guard lock(mutex_);
  pending_ = std::move(pending);
  troubles_ = std::move(troubles);
}

Value BehaviourRunner::status() const {
  const auto list = [](const std::vector<std::string>& texts) {
    std::vector<Value> items(texts.begin(), texts.end());
    return Value::list(std::move(items));
  };
  const std::lock_guard lock(mutex_);
  return Value::map({{"name", behaviour_.name},
                     {"title", behaviour_.title},
                     {"writes", writes_},
                     {"pending", list(pending_)},
                     {"troubles", list(troubles_)}});
}

}  // namespace drydock
