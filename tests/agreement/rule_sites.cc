#include "rule_sites.h"

namespace agreement {
namespace {

using doc::Entry;
using doc::Value;

void collect(const Value& schema, std::vector<SchemaStep>& way, std::vector<RuleSite>& sites) {
  using Into = SchemaStep::Into;
  if (!schema.is_map()) return;
  const auto down = [&](SchemaStep step, const Value& inner) {
    way.push_back(std::move(step));
    collect(inner, way, sites);
    way.pop_back();
  };
  if (const Value* rules = schema.find("x-kubernetes-validations"); rules && rules->is_list()) {
    for (const Value& rule : rules->items()) {
      const bool is_transition = rule.string_at("rule").find("oldSelf") != std::string_view::npos;
      sites.push_back({way, rule.mark(), is_transition});
    }
  }
  if (const Value* properties = schema.find("properties"); properties && properties->is_map()) {
    for (const Entry& property : properties->entries()) {
      down({Into::property, std::string(property.name())}, property.value);
    }
  }
  if (const Value* items = schema.find("items")) down({Into::items}, *items);
  if (const Value* values = schema.find("additionalProperties")) down({Into::values}, *values);
}

}  // namespace

std::vector<RuleSite> rules_of(const Value& schema) {
  std::vector<RuleSite> sites;
  std::vector<SchemaStep> way;
  collect(schema, way, sites);
  return sites;
}

std::string to_string(const std::vector<SchemaStep>& way) {
  std::string text;
  for (const SchemaStep& step : way) {
    if (step.into == SchemaStep::Into::property) {
      text += (text.empty() ? "" : ".") + step.name;
    } else {
      text += step.into == SchemaStep::Into::items ? "[]" : ".*";
    }
  }
  return text.empty() ? "." : text;
}

Place place_on(const Value& object, const std::vector<SchemaStep>& way) {
  Place place;
  const Value* here = &object;
  for (const SchemaStep& step : way) {
    const bool wants_list = step.into == SchemaStep::Into::items;
    if (wants_list ? !here->is_list() : !here->is_map()) break;
    if (here->size() == 0) break;
    if (wants_list) {
      place.push_back({"", 0});
      here = &here->items()[0];
    } else if (step.into == SchemaStep::Into::values) {
      place.push_back({std::string(here->entries()[0].name()), std::nullopt});
      here = &here->entries()[0].value;
    } else {
      const Value* next = here->find(step.name);
      if (next == nullptr) break;
      place.push_back({step.name, std::nullopt});
      here = next;
    }
  }
  return place;
}

}  // namespace agreement
