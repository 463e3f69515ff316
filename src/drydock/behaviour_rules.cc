#include "drydock/behaviour_rules.h"

#include <array>

#include "drydock/record_reader.h"
#include "kube/selector.h"

namespace drydock {

using base::Result;
using doc::Value;

namespace {

struct ActionRow {
  ActionKind kind;
  std::string_view name;
};
constexpr std::array<ActionRow, 7> kActions{{{ActionKind::create, "create"},
                                             {ActionKind::apply, "apply"},
                                             {ActionKind::patch, "patch"},
                                             {ActionKind::status, "status"},
                                             {ActionKind::remove, "delete"},
                                             {ActionKind::event, "event"},
                                             {ActionKind::note, "note"}}};

Result<WatchedKind> read_watched(const doc::Source& source, const doc::Entry& entry) {
  RecordReader reader(source, entry.value);
  WatchedKind watched;
  watched.variable = entry.name();
  const std::string api_version = reader.text("apiVersion");
  const std::string kind = reader.text("kind");
  watched.selection.namespace_name = reader.text_or("namespace", "");
  watched.selection.label_selector = reader.text_or("labels", "");
  watched.selection.field_selector = reader.text_or("fields", "");
  TRY(reader.finish());
  watched.gvk = TRY_WITHIN(kube::parse_gvk(api_version, kind), source.name);
  return watched;
}

/// Reads a rule; nothing of it is known before the variables are.
Result<Rule> read_rule(const doc::Source& source, const Value& value,
                       const cel::Environment& environment) {
  RecordReader reader(source, value);
  const std::string says = reader.text("says");
  const Value* each = reader.any("each");
  const Value* when = reader.any("when");
  const std::string after_text = reader.text_or("after", "0ms");
  const auto after = parse_duration(after_text);
  if (!after) reader.fail(value, "after: '" + after_text + "' is no duration", "as in 250ms, 2s");

  const Value* body = nullptr;
  ActionKind kind = ActionKind::apply;
  for (const ActionRow& row : kActions) {
    const Value* found = reader.any(row.name);
    if (found == nullptr) continue;
    if (body != nullptr) reader.fail(*found, "a rule does one thing; this is the second");
    body = found;
    kind = row.kind;
  }
  if (body == nullptr) {
    reader.fail(value, "the rule does nothing",
                "one of create, apply, patch, status, delete, event, note");
  }
  TRY(reader.finish());

  const cel::Environment inner = each != nullptr ? environment.with_variable("it") : environment;
  Rule rule{.says = says,
            .each = std::nullopt,
            .when = std::nullopt,
            .after = *after,
            .kind = kind,
            .body = TRY(Template::compile(*body, inner, source))};
  const auto text = [](const Value& v) {
    return v.is_string() ? v.as_string() : std::string_view();
  };
  if (each != nullptr) {
    rule.each = TRY(Expression::compile(text(*each), *each, environment, source));
  }
  if (when != nullptr) rule.when = TRY(Expression::compile(text(*when), *when, inner, source));
  return rule;
}

/// What behaviours and faults have in common.
struct Stage {
  Behaviour behaviour;
  cel::Environment environment = cel::Environment::kubernetes();
};

Result<Stage> read_stage(const doc::Source& source, RecordReader& reader) {
  Stage stage;
  Behaviour& behaviour = stage.behaviour;
  behaviour.manager = reader.text_or("manager", "drydock");
  behaviour.operator_deployment = reader.text_or("operator", "");
  const Value* watched = reader.map("watch");
  const Value* data = reader.map("data");
  const Value* values = reader.map("values");
  stage.environment = stage.environment.with_variable("notes");
  if (watched != nullptr) {
    for (const doc::Entry& entry : watched->entries()) {
      behaviour.watched.push_back(TRY(read_watched(source, entry)));
      stage.environment = stage.environment.with_variable(std::string(entry.name()));
    }
  }
  if (data != nullptr) {
    for (const doc::Entry& entry : data->entries()) {
      behaviour.data.emplace_back(entry.name(), entry.value);
      stage.environment = stage.environment.with_variable(std::string(entry.name()));
    }
  }
  if (values != nullptr) {
    for (const doc::Entry& entry : values->entries()) {
      const std::string_view text =
          entry.value.is_string() ? entry.value.as_string() : std::string_view();
      behaviour.values.emplace_back(
          entry.name(), TRY(Expression::compile(text, entry.value, stage.environment, source)));
      stage.environment = stage.environment.with_variable(std::string(entry.name()));
    }
  }
  return stage;
}

Result<Behaviour> with_rules(Stage stage, std::span<const Value> rules, const doc::Source& source) {
  Behaviour behaviour = std::move(stage.behaviour);
  bool writes_events = false;
  for (const Value& rule : rules) {
    behaviour.rules.push_back(TRY(read_rule(source, rule, stage.environment)));
    writes_events |= behaviour.rules.back().kind == ActionKind::event;
  }
  if (writes_events) {
    // It has to see its own events, so that each is written once.
    behaviour.watched.push_back({"events",
                                 {"", "v1", "Event"},
                                 {.namespace_name = "",
                                  .label_selector = "",
                                  .field_selector = "source=" + behaviour.manager}});
  }
  return behaviour;
}

}  // namespace

std::string_view action_name(ActionKind kind) {
  for (const ActionRow& row : kActions) {
    if (row.kind == kind) return row.name;
  }
  return "";
}

bool is_watched(const WatchedKind& watched, const Value& object) {
  const kube::Selection& selection = watched.selection;
  if (!selection.namespace_name.empty() &&
      object.string_at("metadata.namespace") != selection.namespace_name) {
    return false;
  }
  constexpr std::string_view kSource = "source=";
  if (selection.field_selector.starts_with(kSource) &&
      object.string_at("source.component") != selection.field_selector.substr(kSource.size())) {
    return false;
  }
  if (selection.label_selector.empty()) return true;
  const auto labels = kube::LabelSelector::parse(selection.label_selector);
  const Value* have = object.find_path("metadata.labels");
  return labels && labels->matches(have != nullptr ? *have : Value());
}

Result<Behaviour> read_behaviour(const std::filesystem::path& path) {
  const DataFile file = TRY(read_data_file(path));
  RecordReader reader(file.source, file.value);
  const std::string name = reader.text("behaviour");
  const std::string title = reader.text("title");
  reader.any("source");
  reader.any("recorded");
  Stage stage = TRY(read_stage(file.source, reader));
  const auto rules = reader.list("rules");
  TRY(reader.finish());
  Behaviour behaviour = TRY(with_rules(std::move(stage), rules, file.source));
  behaviour.name = name;
  behaviour.title = title;
  return behaviour;
}

Result<Fault> read_fault(const std::filesystem::path& path) {
  const DataFile file = TRY(read_data_file(path));
  const auto read = [&file](const char* which, Fault& fault) -> Result<Behaviour> {
    RecordReader reader(file.source, file.value);
    fault.name = reader.text("fault");
    fault.says = reader.text("says");
    Stage stage = TRY(read_stage(file.source, reader));
    const auto injected = reader.list("inject");
    const auto healed = reader.list("heal");
    TRY(reader.finish());
    Behaviour behaviour = TRY(with_rules(
        std::move(stage), std::string_view(which) == "heal" ? healed : injected, file.source));
    behaviour.name = fault.name + "." + which;
    behaviour.title = fault.says;
    return behaviour;
  };
  Fault fault;
  fault.injected = TRY(read("inject", fault));
  fault.healed = TRY(read("heal", fault));
  return fault;
}

}  // namespace drydock
