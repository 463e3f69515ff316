#include "drydock/object_change.h"

#include <cstdint>
#include <cstdio>

#include "doc/json.h"

namespace drydock {

using doc::Value;

Value merge_patched(const Value& target, const Value& patch) {
  if (!patch.is_map()) return patch;
  Value result = target.is_map() ? target : Value::map({});
  for (const doc::Entry& entry : patch.entries()) {
    if (entry.value.is_null()) {
      result = result.without(entry.name());
      continue;
    }
    const Value* below = result.find(entry.name());
    result =
        result.with(entry.name(), merge_patched(below != nullptr ? *below : Value(), entry.value));
  }
  return result;
}

namespace {

const Value* find_condition(const Value* conditions, std::string_view type) {
  if (conditions == nullptr || !conditions->is_list()) return nullptr;
  for (const Value& condition : conditions->items()) {
    if (condition.string_at("type") == type) return &condition;
  }
  return nullptr;
}

bool same_condition(const Value& have, const Value& wanted) {
  for (const char* field : {"status", "reason", "message", "severity"}) {
    if (have.string_at(field) != wanted.string_at(field)) return false;
  }
  return true;
}

Value condition_after(const Value* have, const Value& wanted, std::string_view now) {
  if (have != nullptr && same_condition(*have, wanted)) return *have;
  const bool kept = have != nullptr && have->string_at("status") == wanted.string_at("status") &&
                    !have->string_at("lastTransitionTime").empty();
  return wanted.with("lastTransitionTime", kept ? have->string_at("lastTransitionTime") : now);
}

}  // namespace

Value with_conditions(const Value* have, const Value& wanted, std::string_view now) {
  std::vector<Value> result;
  if (have != nullptr && have->is_list()) {
    for (const Value& condition : have->items()) {
      const Value* change = find_condition(&wanted, condition.string_at("type"));
      result.push_back(change != nullptr ? condition_after(&condition, *change, now) : condition);
    }
  }
  for (const Value& condition : wanted.items()) {
    if (find_condition(have, condition.string_at("type")) != nullptr) continue;
    result.push_back(condition_after(nullptr, condition, now));
  }
  return Value::list(std::move(result));
}

bool holds_already(const Value& live, const Value& wanted) {
  if (!wanted.is_map()) return live == wanted;
  if (!live.is_map()) return false;
  for (const doc::Entry& entry : wanted.entries()) {
    const Value* have = live.find(entry.name());
    if (have == nullptr || !holds_already(*have, entry.value)) return false;
  }
  return true;
}

std::string content_hash(const Value& value) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : doc::to_canonical_json(value)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

}  // namespace drydock
