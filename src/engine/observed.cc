#include "engine/observed.h"

#include <utility>

namespace engine {
namespace {

std::string_view name_of(Reading reading) {
  switch (reading) {
    case Reading::listed:
      return "listed";
    case Reading::not_served:
      return "not_served";
    case Reading::failed:
      return "failed";
  }
  return "failed";
}

base::Error malformed(std::string what) {
  return {base::ErrorCode::invalid_argument, "recording of a cluster: " + std::move(what)};
}

base::Result<KindView> view_from(const doc::Value& item) {
  const std::string_view reading = item.string_at("reading");
  if (reading == "not_served") return KindView::not_served();
  if (reading == "failed") return KindView::failed(std::string(item.string_at("why")));
  if (reading != "listed") return malformed("reading '" + std::string(reading) + "'");
  const doc::Value* objects = item.find("objects");
  if (objects == nullptr || !objects->is_list()) return malformed("a listed kind has no objects");
  return KindView::listed(std::vector<doc::Value>(objects->items().begin(),  //
                                                  objects->items().end()));
}

}  // namespace

KindView KindView::listed(std::vector<doc::Value> objects) {
  auto map = std::make_shared<Objects>();
  for (doc::Value& object : objects) {
    kube::ObjectKey key{std::string(object.string_at("metadata.namespace")),
                        std::string(object.string_at("metadata.name"))};
    // A package of several catalogs is several objects of one name (OLM's package server).
    const std::string_view catalog = object.string_at("status.catalogSource");
    if (!catalog.empty()) key.name += "@" + std::string(catalog);
    map->insert_or_assign(std::move(key), std::move(object));
  }
  return listed(std::move(map));
}

KindView KindView::listed(std::shared_ptr<const Objects> objects) {
  CHECK(objects != nullptr);
  return {Reading::listed, "", std::move(objects)};
}

KindView KindView::not_served() {
  return {Reading::not_served, "the cluster does not have this kind", nullptr};
}

KindView KindView::failed(std::string why) { return {Reading::failed, std::move(why), nullptr}; }

const KindView& Observed::of(const kube::GroupVersionKind& gvk) const {
  static const KindView kNotAsked;
  const auto found = kinds.find(gvk);
  return found == kinds.end() ? kNotAsked : found->second;
}

const doc::Value* Observed::find(const kube::ObjectRef& ref) const {
  const KindView& view = of(ref.gvk);
  if (view.reading != Reading::listed) return nullptr;
  const auto found = view.objects->find(ref.key());
  return found == view.objects->end() ? nullptr : &found->second;
}

doc::Value to_value(const Observed& observed) {
  std::vector<doc::Value> kinds;
  for (const auto& [gvk, view] : observed.kinds) {
    std::vector<doc::Value> objects;
    if (view.objects) {
      for (const auto& [key, object] : *view.objects) objects.push_back(object);
    }
    kinds.push_back(doc::Value::map({{"apiVersion", gvk.api_version()},
                                     {"kind", gvk.kind},
                                     {"reading", name_of(view.reading)},
                                     {"why", view.why},
                                     {"objects", doc::Value::list(std::move(objects))}}));
  }
  return doc::Value::map({{"time", base::to_rfc3339_micro(observed.time)},
                          {"kubernetesVersion", observed.kubernetes_version},
                          {"kinds", doc::Value::list(std::move(kinds))}});
}

base::Result<Observed> observed_from(const doc::Value& document) {
  Observed observed;
  observed.time = TRY(base::parse_rfc3339(document.string_at("time")));
  observed.kubernetes_version = document.string_at("kubernetesVersion");
  const doc::Value* kinds = document.find("kinds");
  if (kinds == nullptr || !kinds->is_list()) return malformed("no list 'kinds'");
  for (const doc::Value& item : kinds->items()) {
    kube::GroupVersionKind gvk =
        TRY(kube::parse_gvk(item.string_at("apiVersion"), item.string_at("kind")));
    KindView view = TRY(view_from(item));
    observed.kinds.insert_or_assign(std::move(gvk), std::move(view));
  }
  return observed;
}

}  // namespace engine
