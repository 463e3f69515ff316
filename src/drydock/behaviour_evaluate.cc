#include "drydock/behaviour_evaluate.h"

#include <algorithm>

#include "drydock/object_change.h"

namespace drydock {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

namespace {

/// `object` without the entries that are null: an absent field in a template.
Value without_nulls(const Value& value) {
  if (value.is_list()) {
    std::vector<Value> items;
    for (const Value& item : value.items()) items.push_back(without_nulls(item));
    return Value::list(std::move(items));
  }
  if (!value.is_map()) return value;
  std::vector<doc::Entry> entries;
  for (const doc::Entry& entry : value.entries()) {
    if (!entry.value.is_null()) entries.push_back({entry.key, without_nulls(entry.value)});
  }
  return Value::map(std::move(entries));
}

Value owner_reference(const Value& owner) {
  return Value::map({{"apiVersion", owner.string_at("apiVersion")},
                     {"kind", owner.string_at("kind")},
                     {"name", owner.string_at("metadata.name")},
                     {"uid", owner.string_at("metadata.uid")},
                     {"controller", true},
                     {"blockOwnerDeletion", true}});
}

/// One evaluation of one behaviour.
class Evaluator {
 public:
  Evaluator(const Behaviour& behaviour, const Sight& sight, const Value& notes, base::WallTime now)
      : behaviour_(behaviour), sight_(sight), notes_(notes), now_(base::to_rfc3339(now)) {
    bindings_.set("notes", notes);
    for (std::size_t i = 0; i < sight.size(); ++i) {
      bindings_.set(behaviour.watched[i].variable, Value::list(sight[i]));
    }
    for (const auto& [name, value] : behaviour.data) bindings_.set(name, value);
  }

  Evaluation run() {
    for (const auto& [name, expression] : behaviour_.values) {
      const auto value = expression.evaluate(bindings_);
      if (!value) {
        // What names it fails in its turn, and says so.
        evaluation_.troubles.push_back(name + ": " + value.error().message);
        continue;
      }
      bindings_.set(name, *value);
    }
    for (const Rule& rule : behaviour_.rules) run_rule(rule);
    return std::move(evaluation_);
  }

 private:
  void trouble(const Rule& rule, const Error& error) {
    evaluation_.troubles.push_back("'" + rule.says + "': " + error.message);
  }

  void run_rule(const Rule& rule) {
    if (!rule.each) {
      consider(rule);
      return;
    }
    const auto items = rule.each->evaluate(bindings_);
    if (!items) return trouble(rule, items.error());
    if (!items->is_list()) {
      return trouble(rule, Error{ErrorCode::failed_precondition, "'each' gives no list"});
    }
    for (const Value& item : items->items()) {
      bindings_.set("it", item);
      consider(rule);
    }
  }

  void consider(const Rule& rule) {
    if (rule.when) {
      const auto holds = rule.when->holds(bindings_);
      if (!holds) return trouble(rule, holds.error());
      if (!*holds) return;
    }
    const auto body = rule.body.render(bindings_);
    if (!body) return trouble(rule, body.error());
    auto action = action_of(rule, *body);
    if (!action) return trouble(rule, action.error());
    if (!*action) return;  // It is as the rule wants it.
    const std::string wanted = content_hash(*body);
    evaluation_.pending.push_back(
        {rule.says, rule.says + "|" + kube::to_string((*action)->target) + "|" + wanted, rule.after,
         **std::move(action)});
  }

  /// The write that is missing, or none.
  Result<std::optional<Action>> action_of(const Rule& rule, const Value& body) {
    switch (rule.kind) {
      case ActionKind::create:
      case ActionKind::apply:
        return whole_object(rule.kind, body);
      case ActionKind::patch:
      case ActionKind::status:
        return change(rule.kind, body);
      case ActionKind::remove:
        return removal(body);
      case ActionKind::event:
        return event(body);
      case ActionKind::note:
        return note(body);
    }
    return std::optional<Action>();
  }

  const Value* find(const kube::ObjectRef& ref) const {
    for (std::size_t i = 0; i < sight_.size(); ++i) {
      if (behaviour_.watched[i].gvk != ref.gvk) continue;
      for (const Value& object : sight_[i]) {
        if (object.string_at("metadata.name") == ref.name &&
            object.string_at("metadata.namespace") == ref.namespace_name) {
          return &object;
        }
      }
    }
    return nullptr;
  }

  Result<void> check_watched(const kube::ObjectRef& ref) const {
    for (const WatchedKind& watched : behaviour_.watched) {
      if (watched.gvk == ref.gvk) return {};
    }
    return Error{ErrorCode::failed_precondition,
                 "writes a " + ref.gvk.kind + " without watching that kind"};
  }

  Result<std::optional<Action>> whole_object(ActionKind kind, const Value& body) {
    Value object = without_nulls(body);
    if (const Value* owner = object.find("owner")) {
      const Value references = Value::list({owner_reference(*owner)});
      object = object.without("owner");
      const std::string_view path[] = {"metadata", "ownerReferences"};
      object = object.with_path(path, references);
    }
    const kube::ObjectRef ref = TRY(kube::ref_of(object));
    TRY(check_watched(ref));
    const Value* live = find(ref);
    if (live != nullptr && (kind == ActionKind::create || holds_already(*live, object))) {
      return std::optional<Action>();
    }
    return std::optional<Action>(Action{kind, ref, object});
  }

  /// {of: OBJECT, set: PATCH} of patch; of status also {conditions: LIST}.
  Result<std::optional<Action>> change(ActionKind kind, const Value& body) {
    const Value* of = body.find("of");
    if (of == nullptr) return Error{ErrorCode::failed_precondition, "'of' is missing"};
    const kube::ObjectRef ref = TRY(kube::ref_of(*of));
    TRY(check_watched(ref));
    const Value* live = find(ref);
    if (live == nullptr) return std::optional<Action>();
    const Value* set = body.find("set");
    Value patch = set != nullptr ? *set : Value::map({});
    if (kind == ActionKind::status) {
      if (const Value* conditions = body.find("conditions")) {
        patch = patch.with(
            "conditions", with_conditions(live->find_path("status.conditions"), *conditions, now_));
      }
      patch = Value::map({{"status", patch}});
    }
    if (merge_patched(*live, patch) == *live) return std::optional<Action>();
    return std::optional<Action>(Action{kind, ref, patch});
  }

  Result<std::optional<Action>> removal(const Value& body) {
    const Value* of = body.find("of");
    if (of == nullptr) return Error{ErrorCode::failed_precondition, "'of' is missing"};
    const kube::ObjectRef ref = TRY(kube::ref_of(*of));
    const Value* live = find(ref);
    if (live == nullptr || live->find_path("metadata.deletionTimestamp") != nullptr) {
      return std::optional<Action>();
    }
    return std::optional<Action>(Action{ActionKind::remove, ref, Value()});
  }

  /// Events are named by what they say of whom, so that each is written once.
  Result<std::optional<Action>> event(const Value& body) {
    const Value* of = body.find("of");
    if (of == nullptr) return Error{ErrorCode::failed_precondition, "'of' is missing"};
    const kube::ObjectRef about = TRY(kube::ref_of(*of));
    const std::string uid(of->string_at("metadata.uid"));
    const std::string said = std::string(body.string_at("reason")) + "\n" +
                             std::string(body.string_at("message")) + "\n" + uid;
    const std::string home = about.namespace_name.empty() ? "default" : about.namespace_name;
    const kube::ObjectRef ref{{"", "v1", "Event"}, home, about.name + "." + content_hash(said)};
    TRY(check_watched(ref));
    if (find(ref) != nullptr) return std::optional<Action>();
    const Value object =
        Value::map({{"apiVersion", "v1"},
                    {"kind", "Event"},
                    {"metadata", Value::map({{"name", ref.name}, {"namespace", home}})},
                    {"involvedObject", Value::map({{"apiVersion", about.gvk.api_version()},
                                                   {"kind", about.gvk.kind},
                                                   {"name", about.name},
                                                   {"namespace", about.namespace_name},
                                                   {"uid", uid}})},
                    {"type", body.string_at("type").empty() ? "Normal" : body.string_at("type")},
                    {"reason", body.string_at("reason")},
                    {"message", body.string_at("message")},
                    {"source", Value::map({{"component", behaviour_.manager}})},
                    {"firstTimestamp", now_},
                    {"lastTimestamp", now_},
                    {"count", 1}});
    return std::optional<Action>(Action{ActionKind::event, ref, object});
  }

  Result<std::optional<Action>> note(const Value& body) {
    if (merge_patched(notes_, body) == notes_) return std::optional<Action>();
    return std::optional<Action>(
        Action{ActionKind::note, notes_of(behaviour_), Value::map({{"data", body}})});
  }

  const Behaviour& behaviour_;
  const Sight& sight_;
  const Value& notes_;
  const std::string now_;
  cel::Bindings bindings_;
  Evaluation evaluation_;
};

}  // namespace

Evaluation evaluate(const Behaviour& behaviour, const Sight& sight, const Value& notes,
                    base::WallTime now) {
  return Evaluator(behaviour, sight, notes, now).run();
}

kube::ObjectRef notes_of(const Behaviour& behaviour) {
  return {{"", "v1", "ConfigMap"}, "drydock", "behaviour-" + behaviour.name};
}

Value applied_to(const Value& before, const Action& action) {
  switch (action.kind) {
    case ActionKind::create:
    case ActionKind::event:
      return before.is_null() ? action.body : before;
    case ActionKind::apply:
    case ActionKind::patch:
    case ActionKind::status:
    case ActionKind::note:
      return merge_patched(before, action.body);
    case ActionKind::remove:
      return Value();
  }
  return before;
}

Schedule::Choice Schedule::choose(const std::vector<Pending>& pending, base::SteadyTime now) {
  std::map<std::string, Wait> waits;
  Choice choice;
  for (const Pending& item : pending) {
    const auto known = waits_.find(item.key);
    const Wait wait = known != waits_.end() ? known->second : Wait{now, now};
    waits[item.key] = wait;
    const base::SteadyTime due = std::max(wait.since + item.after, wait.not_before);
    if (due <= now) {
      if (choice.due == nullptr) choice.due = &item;
    } else if (!choice.next_wake || due < *choice.next_wake) {
      choice.next_wake = due;
    }
  }
  waits_ = std::move(waits);
  return choice;
}

void Schedule::hold_back(const std::string& key, base::SteadyTime until) {
  const auto wait = waits_.find(key);
  if (wait != waits_.end()) wait->second.not_before = until;
}

}  // namespace drydock
