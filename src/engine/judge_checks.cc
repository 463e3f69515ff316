#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "doc/json.h"
#include "engine/cluster_facts.h"
#include "engine/judge.h"

namespace engine {
namespace {

std::string value_text(const doc::Value& value) {
  return one_line(value.is_string() ? std::string(value.as_string()) : doc::to_json(value));
}

Evidence evidence_of(const doc::Value& object, const Observed& observed) {
  const base::Result<kube::ObjectRef> ref = kube::ref_of(object);
  return {ref ? kube::to_string(*ref) : "",
          std::string(object.string_at("metadata.resourceVersion")), "", observed.time};
}

/// What one check saw: its objects, a few by name, and the value that it is about.
std::vector<Evidence> evidence_for(const catalog::Expression& that, const std::string& value,
                                   const TaskView& view, const Observed& observed) {
  std::vector<Evidence> result;
  const std::vector<doc::Value> objects = view.evidence(that);
  for (const doc::Value& object : objects) {
    if (result.size() == base::limits::kEvidenceObjectsMax) {
      result.push_back({"and " + std::to_string(objects.size() - result.size()) + " more", "", "",
                        observed.time});
      break;
    }
    result.push_back(evidence_of(object, observed));
  }
  if (result.empty()) result.push_back({"", "", "", observed.time});
  result[0].value = value;
  return result;
}

/// The value of the one plain path that an expression reads, where it reads only one.
std::string value_read(const catalog::Expression& that, const TaskView& view) {
  const std::vector<std::string> reads = that.reads();
  std::string found;
  for (const std::string& path : reads) {
    const std::size_t dot = path.find('.');
    const doc::Value* root = view.scope.find(path.substr(0, dot));
    if (root == nullptr || dot == std::string::npos || path.starts_with("site.")) continue;
    const doc::Value* value = root->find_path(std::string_view(path).substr(dot + 1));
    if (value == nullptr || value->is_map() || value->is_list()) continue;
    if (!found.empty()) return "";
    found = value_text(*value);
  }
  return found;
}

std::string why_not(const doc::Value& live, const PlannedObject& object) {
  if (live.find_path("metadata.deletionTimestamp") != nullptr) {
    return kube::to_string(object.ref) + " is being deleted";
  }
  if (object.fields.empty()) return "";
  const FieldChange& first = object.fields[0];
  std::string text = kube::to_string(object.ref) + " differs in " + first.path;
  if (object.fields.size() > 1) {
    text += " and " + std::to_string(object.fields.size() - 1) + " more";
  }
  for (const FieldChange& field : object.fields) {
    if (field.owners.empty()) continue;
    const std::string which = &field == &first ? "" : field.path + " is ";
    return text + " (" + which + "owned by '" + field.owners[0] + "')";
  }
  return text;
}

}  // namespace

CheckResult evaluate_check(const catalog::Check& check, const TaskView& view,
                           const Observed& observed) {
  CheckResult result;
  result.says = check.says;
  const base::Result<doc::Value> value = check.that.evaluate(view.scope);
  std::string shown;
  if (check.shows) {
    const base::Result<doc::Value> shows = check.shows->evaluate(view.scope);
    if (shows) shown = value_text(*shows);
  } else {
    shown = value_read(check.that, view);
  }
  result.evidence = evidence_for(check.that, shown, view, observed);
  if (!value) {
    result.reason = one_line(view.reason(check.that, value.error()));
    result.unread = view.unread(check.that);
  } else if (!value->is_bool()) {
    result.reason = "the expression yields a " + std::string(doc::kind_name(value->kind())) +
                    ", not true or false";
  } else if (!value->as_bool()) {
    result.reason = shown.empty() ? "it is not so" : "it is " + shown;
  } else {
    result.passed = true;
  }
  return result;
}

CheckResult check_objects(const PlannedTask& task, const Observed& observed) {
  CheckResult result;
  result.says = "its objects are as planned";
  for (const PlannedObject& object : task.objects) {
    const doc::Value* live = observed.find(object.ref);
    std::string why;
    if (!object.body) {
      why = object.ref.gvk.kind + " " + object.id + " is not known yet: " + object.pending;
    } else if (live != nullptr) {
      why = why_not(*live, object);
      result.evidence.push_back(evidence_of(*live, observed));
    } else if (observed.of(object.ref.gvk).reading == Reading::listed) {
      why = kube::to_string(object.ref) + " is not there";
    } else {
      why = kube::to_string(object.ref) + ": " + observed.of(object.ref.gvk).why;
    }
    if (!result.reason.empty() || why.empty()) continue;
    result.reason = one_line(why);
    result.unread = live == nullptr && object.body.has_value() &&
                    observed.of(object.ref.gvk).reading == Reading::failed;
  }
  result.passed = result.reason.empty();
  return result;
}

}  // namespace engine
