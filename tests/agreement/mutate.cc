#include "mutate.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>

#include "generate.h"

namespace agreement {
namespace {

using base::Random;
using doc::Entry;
using doc::Value;

constexpr std::int64_t kItemsMax = 2'000;  // More are not built to break a bound.
constexpr int kPlacesTried = 5;            // Until one has a schema.
constexpr std::int64_t kTextMax = 300'000;
constexpr std::string_view kForeignTexts[] = {
    "", "slipway mutation!", "\x01", "-", "0", "a", "Upper", "a/b", "x.y"};

bool is_changeable(const Place& place) {
  return !place.empty() && place[0].key != "apiVersion" && place[0].key != "kind" &&
         place[0].key != "metadata";
}

/// The mutations of one object, collected.
class Breaker {
 public:
  Breaker(const Value& object, std::vector<Mutation>& out) : object_(object), out_(out) {}

  void break_at(const Value& schema, const Place& place) {
    schema_ = &schema;
    place_ = place;
    value_ = &at(object_, place);
    if (!place.empty()) {
      break_type();
      break_enum();
      break_string();
      break_number();
    }
    break_list();
    break_map();
  }

 private:
  void add(const char* kind, std::optional<Value> by) { add(kind, place_, std::move(by)); }
  void add(const char* kind, const Place& place, std::optional<Value> by) {
    out_.push_back({kind, to_string(place), replaced(object_, place, by)});
  }
  std::optional<std::int64_t> bound(std::string_view keyword) const {
    const Value* value = schema_->find(keyword);
    if (value == nullptr || !value->is_int()) return std::nullopt;
    return value->as_int();
  }
  bool flag(std::string_view keyword) const {
    const Value* value = schema_->find(keyword);
    return value != nullptr && value->is_bool() && value->as_bool();
  }

  void break_type() {
    const std::string_view type = schema_->string_at("type");
    if (flag("x-kubernetes-int-or-string")) return add("wrong type", Value(true));
    if (type.empty()) return;
    add("wrong type", type == "string" ? Value(17) : Value("slipway-mutation"));
    if (type == "integer") add("wrong type", Value(1.5));
    if (type == "array") add("wrong type", Value::map({{"0", Value(1)}}));
    if (type == "object") add("wrong type", Value::list({*value_}));
  }

  void break_enum() {
    if (schema_->find("enum") == nullptr) return;
    add("bad enum", value_->is_string() ? Value("slipway-mutation") : Value(-123456));
  }

  void break_string() {
    if (!value_->is_string()) return;
    if (const auto least = bound("minLength"); least && *least > 0) {
      add("bounds", Value(std::string(std::size_t(*least - 1), 'a')));
    }
    if (const auto most = bound("maxLength"); most && *most < kTextMax) {
      add("bounds", Value(std::string(std::size_t(*most + 1), 'a')));
    }
    if (!schema_->string_at("format").empty()) add("format", Value("slipway mutation"));
    break_pattern();
  }

  void break_pattern() {
    const std::string pattern(schema_->string_at("pattern"));
    if (pattern.empty()) return;
    re2::RE2::Options options;
    options.set_log_errors(false);
    const re2::RE2 regex(pattern, options);
    if (!regex.ok()) return;
    for (const std::string_view text : kForeignTexts) {
      if (!re2::RE2::PartialMatch(text, regex)) return add("pattern", Value(text));
    }
  }

  void break_number() {
    if (!value_->is_number()) return;
    const auto beyond = [&](std::string_view keyword, std::string_view exclusive, double step) {
      const Value* limit = schema_->find(keyword);
      if (limit == nullptr || !limit->is_number()) return;
      const double distance = flag(exclusive) ? 0 : step;
      if (limit->is_int()) {
        add("bounds", Value(limit->as_int() + std::int64_t(distance)));
      } else if (limit->is_double()) {
        add("bounds", Value(limit->as_double() + distance));
      }
    };
    beyond("minimum", "exclusiveMinimum", -1);
    beyond("maximum", "exclusiveMaximum", 1);
    if (const auto step = bound("multipleOf"); step && *step > 1 && value_->is_int()) {
      add("bounds", Value(value_->as_int() + 1));
    }
  }

  void break_list() {
    if (!value_->is_list()) return;
    std::vector<Value> items(value_->items().begin(), value_->items().end());
    if (const auto least = bound("minItems"); least && *least > 0) {
      add("bounds", Value::list({items.begin(),
                                 items.begin() + std::min<std::ptrdiff_t>(
                                                     std::ptrdiff_t(items.size()), *least - 1)}));
    }
    if (items.empty()) return;
    const std::string_view list_type = schema_->string_at("x-kubernetes-list-type");
    if (list_type == "set" || list_type == "map") {
      std::vector<Value> twice = items;
      twice.push_back(twice.front());
      add("repeated item", Value::list(std::move(twice)));
    }
    if (const auto most = bound("maxItems"); most && *most < kItemsMax) {
      while (std::int64_t(items.size()) <= *most) items.push_back(items.front());
      add("bounds", Value::list(std::move(items)));
    }
  }

  void break_map() {
    if (!value_->is_map()) return;
    Place inner = place_;
    inner.push_back({"", std::nullopt});
    if (const Value* required = schema_->find("required"); required && required->is_list()) {
      for (const Value& name : required->items()) {
        inner.back().key = name.as_string();
        if (!is_changeable(inner) || value_->find(name.as_string()) == nullptr) continue;
        add("missing required", inner, std::nullopt);
      }
    }
    inner.back().key = "slipwayUnknown";
    if (schema_->find("properties") != nullptr &&
        schema_->find("additionalProperties") == nullptr) {
      add("unknown field", inner, Value(true));
    }
    const Value* values = schema_->find("additionalProperties");
    if (values == nullptr || value_->size() == 0) return;
    if (const auto most = bound("maxProperties"); most && *most < kItemsMax) {
      Value more = *value_;
      const Value one = more.entries().front().value;
      for (std::int64_t i = 0; std::int64_t(more.size()) <= *most; ++i) {
        more = more.with("more" + std::to_string(i), one);
      }
      add("bounds", more);
    }
    if (bound("minProperties").value_or(0) > 0) add("bounds", Value::map(std::vector<Entry>{}));
  }

  const Value& object_;
  std::vector<Mutation>& out_;
  const Value* schema_ = nullptr;
  const Value* value_ = nullptr;
  Place place_;
};

template <typename T>
T taken(std::vector<T>& from, Random& random) {
  std::swap(from[random.below(from.size())], from.back());
  T one = std::move(from.back());
  from.pop_back();
  return one;
}

Place some_place(const Value& object, const Place& under, Random& random) {
  std::vector<Place> places;
  for (const Place& inner : places_of(at(object, under))) {
    Place place = under;
    place.insert(place.end(), inner.begin(), inner.end());
    if (is_changeable(place)) places.push_back(std::move(place));
  }
  return places.empty() ? Place() : taken(places, random);
}

/// A value of the same type that few schemas are about.
Value unusual(const Value& value, Random& random) {
  if (value.is_string()) return Value(kForeignTexts[random.below(std::size(kForeignTexts))]);
  if (value.is_int()) return Value(value.as_int() + std::int64_t(random.below(2'000)) - 1'000);
  if (value.is_bool()) return Value(!value.as_bool());
  if (value.is_list()) return Value::list({});
  return value;
}

}  // namespace

std::vector<Mutation> breaking_mutations(const Value& schema, const Value& object) {
  std::vector<Mutation> mutations;
  Breaker breaker(object, mutations);
  for (const Place& place : places_of(object)) {
    if (!place.empty() && !is_changeable(place)) continue;
    if (const Value* here = schema_at(schema, place)) breaker.break_at(*here, place);
  }
  return mutations;
}

std::vector<Mutation> some_breaking(const Value& schema, const Value& object, int count,
                                    Random& random) {
  std::map<std::string, std::vector<Mutation>> by_kind;
  for (Mutation& mutation : breaking_mutations(schema, object)) {
    by_kind[mutation.kind].push_back(std::move(mutation));
  }
  std::vector<Mutation> chosen;
  while (!by_kind.empty()) {
    for (auto kind = by_kind.begin(); kind != by_kind.end();) {
      if (int(chosen.size()) >= count) return chosen;
      chosen.push_back(taken(kind->second, random));
      kind = kind->second.empty() ? by_kind.erase(kind) : std::next(kind);
    }
  }
  return chosen;
}

Mutation blind_mutation(const Value& object, Random& random) {
  const Place place = some_place(object, {}, random);
  if (place.empty()) return {"blind", "slipwayUnknown", object.with("slipwayUnknown", Value(1))};
  const Value& old = at(object, place);
  const auto with = [&](std::optional<Value> by) {
    return Mutation{"blind", to_string(place), replaced(object, place, by)};
  };
  switch (random.below(9)) {
    case 0:
      return with(std::nullopt);
    case 1:
      return with(Value());
    case 2:
      return with(Value("slipway-mutation"));
    case 3:
      return with(Value(-123456));
    case 4:
      return with(Value::map({{"slipwayUnknown", Value(1)}}));
    case 5:
      return with(Value::list({old, old}));
    case 6:
      return with(Value(std::string(70000, 'x')));
    case 7:
      return with(Value(1.5));
    default:
      break;
  }
  if (old.is_map()) return with(old.with("slipwayUnknown", Value(true)));
  if (old.is_list() && old.size() > 0) {
    std::vector<Value> items(old.items().begin(), old.items().end());
    items.push_back(items.front());
    return with(Value::list(std::move(items)));
  }
  return with(Value(""));
}

Mutation regenerated(const Value& schema, const Value& object, const Place& under, Random& random) {
  for (int i = 0; i < kPlacesTried; ++i) {
    const Place place = some_place(object, under, random);
    const Value* here = place.empty() ? nullptr : schema_at(schema, place);
    if (here == nullptr) continue;
    const Value by =
        random.below(3) == 0 ? unusual(at(object, place), random) : generate(*here, random);
    return {"made anew", to_string(place), replaced(object, place, by)};
  }
  return {"made anew", "", object};
}

}  // namespace agreement
