#include "engine/scope.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/cluster_facts.h"
#include "kube/selector.h"

namespace engine {
namespace {

Readable missing(std::string why) { return {false, {}, std::move(why), {}}; }

base::Result<std::string> text_of(const catalog::Template& source, const catalog::Scope& scope) {
  const doc::Value value = TRY(source.render(scope));
  if (value.is_null()) return std::string();
  if (value.is_string()) return std::string(value.as_string());
  return base::Error{base::ErrorCode::failed_precondition, "a name must be a string"};
}

bool has_labels(const doc::Value& object, const doc::Value& wanted) {
  if (!wanted.is_map()) return true;
  const doc::Value* labels = object.find_path("metadata.labels");
  return std::all_of(wanted.entries().begin(), wanted.entries().end(), [&](const doc::Entry& want) {
    const doc::Value* have = labels == nullptr ? nullptr : labels->find(want.name());
    return have != nullptr && *have == want.value;
  });
}

Readable read_list(const catalog::Read& read, const std::string& in, const KindView& view) {
  Readable result{true, {}, "", {}};
  for (const auto& [key, object] : *view.objects) {
    if (!in.empty() && key.namespace_name != in) continue;
    if (has_labels(object, read.labels)) result.evidence.push_back(object);
  }
  result.value = doc::Value::list(result.evidence);
  return result;
}

Readable read_one(const catalog::Read& read, const catalog::Scope& scope,
                  const Observed& observed) {
  const base::Result<std::string> in = text_of(read.namespace_name, scope);
  const base::Result<std::string> name = text_of(read.name, scope);
  if (!in) return missing("its namespace is not known: " + in.error().message);
  if (!name) return missing("its name is not known: " + name.error().message);
  const KindView& view = observed.of(read.kind);
  const bool is_list = read.name.source.is_null();
  const kube::ObjectRef ref{read.kind, *in, *name};
  if (view.reading == Reading::not_served) {
    return missing("the cluster has no kind " + read.kind.kind + " yet");
  }
  if (view.reading == Reading::failed) {
    return {false, {}, read.kind.kind + " could not be read: " + view.why, {}, true};
  }
  if (is_list) return read_list(read, *in, view);
  if (name->empty()) return missing("its name is not known yet");
  const doc::Value* object = observed.find(ref);
  if (object == nullptr) return missing(kube::to_string(ref) + " is not there");
  return {true, *object, "", {*object}};
}

}  // namespace

Readables object_readables(const std::vector<catalog::Read>& reads, const catalog::Scope& scope,
                           const Observed& observed) {
  Readables result;
  for (const catalog::Read& read : reads) result[read.as] = read_one(read, scope, observed);
  return result;
}

doc::Value to_map(const Readables& readables) {
  std::vector<doc::Entry> entries;
  for (const auto& [name, readable] : readables) {
    if (readable.present) entries.push_back({doc::Value(name), readable.value});
  }
  return doc::Value::map(std::move(entries));
}

std::vector<std::string> TaskView::members_read(const catalog::Expression& expression) const {
  std::set<std::string> members;
  for (const std::string& path : expression.reads()) {
    const std::size_t dot = path.find('.');
    if (dot == std::string::npos) continue;
    members.insert(path.substr(0, path.find_first_of(".[", dot + 1)));
  }
  return {members.begin(), members.end()};
}

namespace {

const Readable* readable_of(const TaskView& view, const std::string& member) {
  const std::size_t dot = member.find('.');
  const std::string root = member.substr(0, dot);
  const Readables* in = root == "objects"   ? &view.objects
                        : root == "cluster" ? &view.cluster
                                            : nullptr;
  if (in == nullptr) return nullptr;
  const auto found = in->find(member.substr(dot + 1));
  return found == in->end() ? nullptr : &found->second;
}

}  // namespace

std::string TaskView::reason(const catalog::Expression& expression,
                             const base::Error& error) const {
  for (const std::string& member : members_read(expression)) {
    const Readable* readable = readable_of(*this, member);
    if (readable != nullptr && !readable->present) return readable->missing;
  }
  return error.message;
}

bool TaskView::unread(const catalog::Expression& expression) const {
  const std::vector<std::string> members = members_read(expression);
  return std::any_of(members.begin(), members.end(), [&](const std::string& member) {
    const Readable* readable = readable_of(*this, member);
    return readable != nullptr && readable->unread;
  });
}

std::vector<doc::Value> TaskView::evidence(const catalog::Expression& expression) const {
  std::vector<doc::Value> objects;
  std::set<std::string> seen;
  for (const std::string& member : members_read(expression)) {
    const Readable* readable = readable_of(*this, member);
    if (readable == nullptr) continue;
    for (const doc::Value& object : readable->evidence) {
      const base::Result<kube::ObjectRef> ref = kube::ref_of(object);
      if (ref && seen.insert(kube::to_string(*ref)).second) objects.push_back(object);
    }
  }
  return objects;
}

doc::Value install_value(const PlannedOperator* planned, const catalog::Task& task) {
  if (planned == nullptr) return {};
  const bool pinned = task.operator_ && !task.operator_->starting_csv.source.is_null();
  return doc::Value::map({{"package", planned->package},
                          {"channel", planned->channel},
                          {"csv", planned->csv},
                          {"startingCSV", pinned ? doc::Value(planned->csv) : doc::Value()}});
}

TaskView view_of(const catalog::Task& task, const PlannedOperator* planned, const site::Site& site,
                 const Readables& cluster, const Observed& observed) {
  TaskView view;
  view.cluster = cluster;
  view.scope.variables = {{"site", site.value()}, {"cluster", to_map(cluster)}};
  if (planned != nullptr) {
    view.scope.variables.emplace_back("install", install_value(planned, task));
  }
  view.objects = object_readables(task.reads, view.scope, observed);
  view.scope.variables.emplace_back("objects", to_map(view.objects));
  return view;
}

}  // namespace engine
