#include "drydock/trace.h"

#include <cmath>

#include "base/strings.h"
#include "doc/json.h"

namespace drydock {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

namespace {

Result<TraceEvent> parse_event(const Value& line) {
  TraceEvent event;
  event.kind = line.string_at("kind");
  if (event.kind == "Event") {
    event.change = TraceEvent::Change::said;
    event.name = std::string(line.string_at("on")) + "/" + std::string(line.string_at("reason"));
    event.now["message"] = line.string_at("message");
    return event;
  }
  event.name = line.string_at("name");
  const std::string_view change = line.string_at("event");
  if (change == "added") event.change = TraceEvent::Change::added;
  if (change == "deleted") event.change = TraceEvent::Change::deleted;
  if (const Value* now = line.find("now"); now != nullptr && now->is_map()) {
    for (const doc::Entry& entry : now->entries()) {
      event.now[std::string(entry.name())] = entry.value;
    }
  }
  if (const Value* owners = line.find("owner"); owners != nullptr && owners->is_list()) {
    for (const Value& owner : owners->items()) event.owners.emplace_back(owner.as_string());
  }
  if (event.kind.empty() || event.name.empty()) {
    return Error{ErrorCode::invalid_argument, "neither a mark nor an object"};
  }
  return event;
}

bool is_traced_label(std::string_view label) {
  return label == "nvidia.com/gpu.present" || label == "nvidia.com/gpu-driver-upgrade-state" ||
         label.starts_with("nvidia.com/gpu.deploy.");
}

Value number_at(const Value& object, std::string_view path) {
  const Value* value = object.find_path(path);
  return value != nullptr && value->is_int() ? *value : Value(0);
}

void add_conditions(const Value& object, std::map<std::string, Value>& fields) {
  const Value* conditions = object.find_path("status.conditions");
  if (conditions == nullptr || !conditions->is_list()) return;
  for (const Value& condition : conditions->items()) {
    const auto part = [&](const char* key) { return std::string(condition.string_at(key)); };
    fields["cond:" + part("type")] =
        part("status") + "|" + part("reason") + "|" + part("message") + "|" + part("severity");
  }
}

}  // namespace

Result<Trace> parse_trace(std::string_view text) {
  Trace trace(1);
  std::size_t number = 0;
  for (const std::string_view line : base::split(text, '\n')) {
    ++number;
    if (base::trim(line).empty()) continue;
    const std::string where = "line " + std::to_string(number);
    const Value value = TRY_WITHIN(doc::parse_json(line, where), where);
    if (const Value* mark = value.find("mark"); mark != nullptr && mark->is_string()) {
      trace.push_back({std::string(mark->as_string()), {}});
      continue;
    }
    trace.back().events.push_back(TRY_WITHIN(parse_event(value), where));
  }
  return trace;
}

std::map<std::string, Value> traced_fields(const Value& object) {
  std::map<std::string, Value> fields;
  const std::string_view kind = object.string_at("kind");
  if (kind == "DaemonSet") {
    fields["desired"] = number_at(object, "status.desiredNumberScheduled");
    fields["ready"] = number_at(object, "status.numberReady");
    return fields;
  }
  if (kind == "Deployment") {
    fields["desired"] = number_at(object, "status.replicas");
    fields["ready"] = number_at(object, "status.readyReplicas");
    return fields;
  }
  if (kind == "Node") {
    const Value* labels = object.find_path("metadata.labels");
    if (labels == nullptr || !labels->is_map()) return fields;
    for (const doc::Entry& label : labels->entries()) {
      if (is_traced_label(label.name())) fields[std::string(label.name())] = label.value;
    }
    return fields;
  }
  const Value* status = object.find("status");
  if (status == nullptr) return fields;
  for (const char* key : {"state", "phase", "observedGeneration"}) {
    if (const Value* value = status->find(key)) fields[key] = *value;
  }
  add_conditions(object, fields);
  return fields;
}

std::optional<TraceEvent> trace_event(const Value& before, const Value& after) {
  const Value& object = after.is_null() ? before : after;
  TraceEvent event;
  event.kind = object.string_at("kind");
  event.name = object.string_at("metadata.name");
  if (event.kind == "Event") {
    const std::string_view about = object.string_at("involvedObject.kind");
    const bool is_told = object.string_at("type") == "Warning" && about != "Pod" && about != "Node";
    if (!before.is_null() || after.is_null() || !is_told) return std::nullopt;
    event.change = TraceEvent::Change::said;
    event.name = std::string(object.string_at("involvedObject.kind")) + "/" +
                 std::string(object.string_at("reason"));
    event.now["message"] = object.string_at("message");
    return event;
  }
  if (after.is_null()) {
    event.change = TraceEvent::Change::deleted;
    return event;
  }
  const auto now = traced_fields(after);
  if (before.is_null()) {
    event.change = TraceEvent::Change::added;
    event.now = now;
    const Value* owners = after.find_path("metadata.ownerReferences");
    if (owners != nullptr && owners->is_list()) {
      for (const Value& owner : owners->items()) {
        event.owners.push_back(std::string(owner.string_at("kind")) + "/" +
                               std::string(owner.string_at("name")));
      }
    }
    return event;
  }
  const auto was = traced_fields(before);
  for (const auto& [key, value] : now) {
    const auto old = was.find(key);
    if (old == was.end() || !(old->second == value)) event.now[key] = value;
  }
  for (const auto& [key, value] : was) {
    if (now.count(key) == 0) event.now[key] = Value();
  }
  if (event.now.empty()) return std::nullopt;
  return event;
}

std::string to_line(const TraceEvent& event, double seconds) {
  Value line = Value::map({{"t", std::round(seconds * 100) / 100}, {"kind", event.kind}});
  std::vector<doc::Entry> now;
  for (const auto& [key, value] : event.now) now.push_back({key, value});
  switch (event.change) {
    case TraceEvent::Change::said: {
      const auto parts = base::split(event.name, '/');
      return doc::to_json(line.with("on", parts[0])
                              .with("reason", parts.size() > 1 ? parts[1] : "")
                              .with("message", event.now.at("message")));
    }
    case TraceEvent::Change::deleted:
      return doc::to_json(line.with("name", event.name).with("event", "deleted"));
    case TraceEvent::Change::changed:
      return doc::to_json(line.with("name", event.name).with("now", Value::map(std::move(now))));
    case TraceEvent::Change::added: {
      std::vector<Value> owners(event.owners.begin(), event.owners.end());
      return doc::to_json(line.with("name", event.name)
                              .with("event", "added")
                              .with("now", Value::map(std::move(now)))
                              .with("owner", Value::list(std::move(owners))));
    }
  }
  return "";
}

}  // namespace drydock
