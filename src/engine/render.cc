#include "engine/render.h"

#include <array>
#include <utility>

#include "engine/inventory.h"

namespace engine {
namespace {

doc::Value with_mark(const doc::Value& body, std::string_view part, std::string_view key,
                     std::string_view value) {
  const std::array<std::string_view, 3> path = {"metadata", part, key};
  return body.with_path(path, doc::Value(value));
}

/// The body as it is sent: part of our set, of which task, and the hash of what was sent.
doc::Value as_sent(const doc::Value& body, const catalog::Task& task, const site::Site& site) {
  doc::Value sent = with_mark(body, "labels", kPartOfLabel, applyset_id(inventory_ref(site)));
  sent = with_mark(sent, "labels", kTaskLabel, task.id);
  return with_mark(sent, "annotations", kAppliedAnnotation, applied_hash(sent));
}

std::string text_at(const catalog::ObjectTemplate& object, std::string_view key,
                    const TaskView& view) {
  const doc::Value* metadata = object.body.source.find("metadata");
  const doc::Value* value = metadata == nullptr ? nullptr : metadata->find(key);
  if (value == nullptr) return "";
  const base::Result<doc::Value> text =
      catalog::Template{*value, object.body.texts}.render(view.scope);
  return text && text->is_string() ? std::string(text->as_string()) : "";
}

PlannedObject render_object(const catalog::ObjectTemplate& object, const catalog::Task& task,
                            const TaskView& view, const site::Site& site,
                            const Observed& observed) {
  PlannedObject planned;
  planned.id = object.id;
  planned.ref = {object.kind, text_at(object, "namespace", view), text_at(object, "name", view)};
  const base::Result<doc::Value> body = object.body.render(view.scope);
  if (!body) {
    planned.pending = body.error().message;
    return planned;
  }
  const base::Result<kube::ObjectRef> ref = kube::ref_of(*body);
  if (!ref) {
    planned.pending = ref.error().message;
    return planned;
  }
  planned.body = as_sent(*body, task, site);
  compare(planned, observed);
  return planned;
}

}  // namespace

base::Result<bool> wanted(const std::optional<catalog::Expression>& when, const TaskView& view) {
  if (!when) return true;
  const base::Result<doc::Value> value = when->evaluate(view.scope);
  if (!value) {
    return base::Error{base::ErrorCode::failed_precondition, view.reason(*when, value.error())};
  }
  if (value->is_bool()) return value->as_bool();
  return base::Error{base::ErrorCode::failed_precondition, "'when' is not true or false"};
}

void compare(PlannedObject& object, const Observed& observed) {
  const KindView& view = observed.of(object.ref.gvk);
  if (view.reading == Reading::failed) {
    object.change = Change::unknown;
    object.pending = object.ref.gvk.kind + " could not be read: " + view.why;
    return;
  }
  const doc::Value* live = observed.find(object.ref);
  if (live == nullptr) {
    object.change = Change::create;
    return;
  }
  object.fields = diff(*object.body, *live);
  object.change = object.fields.empty() ? Change::none : Change::update;
}

std::vector<PlannedObject> render_objects(const catalog::Task& task, const TaskView& view,
                                          const site::Site& site, const Observed& observed) {
  std::vector<PlannedObject> objects;
  for (const catalog::ObjectTemplate& object : task.objects) {
    const base::Result<bool> included = wanted(object.when, view);
    if (included && !*included) continue;
    PlannedObject planned = render_object(object, task, view, site, observed);
    if (!included) {
      planned.body.reset();
      planned.change = Change::unknown;
      planned.pending = included.error().message;
    }
    objects.push_back(std::move(planned));
  }
  return objects;
}

PlannedTask refresh(const PlannedTask& task, const Plan& plan, const Readables& cluster,
                    const Observed& observed) {
  PlannedTask fresh = task;
  if (!task.included) return fresh;
  const PlannedOperator* planned = task.operator_ ? &*task.operator_ : nullptr;
  const TaskView view = view_of(*task.task, planned, plan.site, cluster, observed);
  fresh.objects = render_objects(*task.task, view, plan.site, observed);
  return fresh;
}

}  // namespace engine
