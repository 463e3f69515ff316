#include <algorithm>
#include <utility>

#include "doc/diagnostic.h"
#include "engine/render.h"

namespace engine {
namespace {

const kube::GroupVersionKind kPackage{"packages.operators.coreos.com", "v1", "PackageManifest"};
const kube::GroupVersionKind kSubscription{"operators.coreos.com", "v1alpha1", "Subscription"};

base::Error wrong(std::string message, std::string hint = "") {
  return {base::ErrorCode::failed_precondition, std::move(message), std::move(hint)};
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

base::Result<std::string> optional_text(const catalog::Template& source, const TaskView& view) {
  if (source.source.is_null()) return std::string();
  const doc::Value value = TRY(source.render(view.scope));
  if (value.is_null()) return std::string();
  if (!value.is_string()) return wrong("a channel or version must be a string");
  return std::string(value.as_string());
}

/// The package in the catalog that the task names; the same name in another one is not it.
base::Result<doc::Value> find_package(const catalog::Operator& op, const Observed& observed) {
  const KindView& view = observed.of(kPackage);
  if (view.reading != Reading::listed) {
    return wrong("the packages of the cluster's catalogs could not be read: " + view.why,
                 "is OLM installed, and its package server available?");
  }
  std::vector<std::string> elsewhere;
  std::vector<std::string_view> in_source;
  for (const auto& [key, object] : *view.objects) {
    const std::string_view name = object.string_at("status.packageName");
    const std::string_view source = object.string_at("status.catalogSource");
    if (source == op.source) in_source.push_back(name);
    if (name != op.package) continue;
    if (source == op.source) return object;
    elsewhere.emplace_back(source);
  }
  std::string hint = doc::hint_for_unknown(op.package, in_source);
  if (!elsewhere.empty()) hint = "there is one in the catalog " + quoted(elsewhere[0]);
  if (in_source.empty() && elsewhere.empty()) {
    hint =
        "the catalog has no packages at all: is it there and READY? "
        "kubectl get catalogsource -n openshift-marketplace " +
        op.source;
  }
  return wrong("the package " + quoted(op.package) + " is not in the catalog " + quoted(op.source),
               std::move(hint));
}

const doc::Value* find_channel(const doc::Value& package, std::string_view name,
                               std::vector<std::string_view>& names) {
  const doc::Value* channels = package.find_path("status.channels");
  if (channels == nullptr || !channels->is_list()) return nullptr;
  const doc::Value* found = nullptr;
  for (const doc::Value& channel : channels->items()) {
    names.push_back(channel.string_at("name"));
    if (channel.string_at("name") == name) found = &channel;
  }
  return found;
}

/// Whether the channel is known to have no such CSV. Old catalogs do not list their entries.
bool lacks(const doc::Value& channel, std::string_view csv, std::vector<std::string_view>& names) {
  const doc::Value* entries = channel.find("entries");
  if (entries == nullptr || !entries->is_list() || entries->size() == 0) return false;
  for (const doc::Value& entry : entries->items()) {
    names.push_back(entry.string_at("name"));
    if (entry.string_at("name") == csv) return false;
  }
  return true;
}

}  // namespace

base::Result<PlannedOperator> plan_operator(const catalog::Task& task, const TaskView& view,
                                            const Observed& observed) {
  const catalog::Operator& op = *task.operator_;
  PlannedOperator planned{op.package, "", "", op.namespace_name, false};
  planned.channel = TRY_WITHIN(optional_text(op.channel, view), "channel");
  const std::string pinned = TRY_WITHIN(optional_text(op.starting_csv, view), "startingCSV");
  const doc::Value* live = observed.find({kSubscription, op.namespace_name, op.package});
  const std::string installed(live == nullptr ? "" : live->string_at("status.installedCSV"));

  const base::Result<doc::Value> package = find_package(op, observed);
  if (!package) {
    // A catalog that is down does not undo what OLM has installed from it.
    if (installed.empty() || (!pinned.empty() && pinned != installed)) return package.error();
    if (planned.channel.empty()) planned.channel = live->string_at("spec.channel");
    planned.csv = installed;
    planned.installed = true;
    return planned;
  }
  if (planned.channel.empty()) planned.channel = package->string_at("status.defaultChannel");
  std::vector<std::string_view> channels;
  const doc::Value* channel = find_channel(*package, planned.channel, channels);
  if (channel == nullptr) {
    return wrong("the package " + quoted(op.package) + " has no channel " + quoted(planned.channel),
                 doc::hint_for_unknown(planned.channel, channels));
  }
  const bool same_channel = live != nullptr && live->string_at("spec.channel") == planned.channel;
  planned.csv = channel->string_at("currentCSV");
  // What is installed stays until the site asks for something else: newer heads are not ours to
  // take.
  if (same_channel && !installed.empty()) planned.csv = installed;
  if (!pinned.empty()) {
    std::vector<std::string_view> names;
    if (lacks(*channel, pinned, names)) {
      return wrong("the channel " + quoted(planned.channel) + " of " + quoted(op.package) +
                       " has no version " + quoted(pinned),
                   doc::hint_for_unknown(pinned, names));
    }
    planned.csv = pinned;
  }
  if (planned.csv.empty()) {
    return wrong("the channel " + quoted(planned.channel) + " of " + quoted(op.package) +
                 " names no current version");
  }
  planned.installed = installed == planned.csv;
  return planned;
}

}  // namespace engine
