#include <algorithm>
#include <deque>
#include <set>
#include <string>
#include <utility>

#include "base/strings.h"
#include "catalog/catalog.h"
#include "catalog/examine.h"
#include "catalog/order.h"
#include "catalog/problems.h"
#include "catalog/section.h"
#include "catalog/task_reader.h"
#include "catalog/tracker_file.h"
#include "doc/yaml.h"

namespace catalog {
namespace {

constexpr std::string_view kTrackerFile = "tracker.yaml";
constexpr std::string_view kIssuesFile = "known-issues.yaml";

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

class Loader {
 public:
  explicit Loader(const ObjectTypes* types) : beside_(types) {}

  void read(std::span<const File> files) {
    for (const File& file : files) sort_in(file);
    for (const auto& [source, value] : task_files_) {
      tasks_.push_back({read_task(value, *source, beside_, problems_), source, value});
    }
    refuse_unused_manifests();
    check_lines();
    if (!has_tracker_) {
      problems_.add({base::ErrorCode::invalid_argument,
                     "the catalog has no " + std::string(kTrackerFile),
                     "is this the catalog's root folder?"});
    }
    std::sort(catalog_.issues.begin(), catalog_.issues.end(),
              [](const KnownIssue& a, const KnownIssue& b) { return a.id < b.id; });
    if (problems_.empty()) {
      catalog_.tasks = in_order(std::move(tasks_), problems_);
    } else {
      for (ReadTask& read : tasks_) catalog_.tasks.push_back(std::move(read.task));
    }
  }

  base::Result<Catalog> loaded() {
    if (!problems_.empty()) return problems_.to_error();
    return std::move(catalog_);
  }

  Examined examined() { return {std::move(catalog_), problems_.list()}; }

 private:
  /// Every file has its place; what has none is refused, so that no file is forgotten.
  void sort_in(const File& file) {
    const std::vector<std::string_view> parts = base::split(file.path, '/');
    const std::string_view name = parts.back();
    if (ends_with(name, ".md")) {
      if (parts.size() == 3 && parts[1] == "runbooks") beside_.runbooks.insert(file.path);
      return;
    }
    if (!ends_with(name, ".yaml")) {
      problems_.add(sources_.emplace_back(doc::Source{file.path, file.text}), {},
                    "the catalog has .yaml and .md files only");
      return;
    }
    const doc::Source& source = sources_.emplace_back(doc::Source{file.path, file.text});
    doc::YamlOptions options;
    doc::Diagnostic failure;
    options.failure = &failure;
    const base::Result<doc::Value> value = doc::parse_yaml(source.text, source.name, options);
    if (!value) {
      problems_.add(source, failure.mark, std::move(failure.message), std::move(failure.hint));
      return;
    }
    if (file.path == kTrackerFile) {
      has_tracker_ = true;
      catalog_.areas = read_tracker(*value, source, problems_);
    } else if (file.path == kIssuesFile) {
      read_issues(*value, source);
    } else if (parts.size() == 2) {
      task_files_.emplace_back(&source, *value);
    } else if (parts.size() == 3 && parts[1] == "objects") {
      beside_.manifests[file.path] = {source, *value};
    } else {
      problems_.add(source, {}, "there is no place for this file in a catalog",
                    "tasks stand in an area's folder, manifests in its objects/");
    }
  }

  void read_issues(const doc::Value& value, const doc::Source& source) {
    Section section(value, "the known issues", {"issues"}, source, problems_);
    if (!section.usable()) return;
    std::set<std::string> ids;
    for (const doc::Value& item : section.list("issues")) {
      KnownIssue issue = read_known_issue(item, beside_.environments, source, problems_);
      if (!ids.insert(issue.id).second) {
        section.problem(item.mark(), "the known issue '" + issue.id + "' stands here twice");
      }
      catalog_.issues.push_back(std::move(issue));
    }
  }

  void refuse_unused_manifests() {
    for (const auto& [path, manifest] : beside_.manifests) {
      if (beside_.used.count(path) > 0) continue;
      problems_.add(manifest.source, {}, "no task uses this manifest");
    }
  }

  /// Each task is one line of its area, and no line has two tasks.
  void check_lines() {
    std::set<std::string> taken;
    for (const ReadTask& read : tasks_) {
      const std::string& line = read.task.line;
      const doc::Value* at = read.value.find("line");
      if (at == nullptr || line.empty()) continue;
      const Area* area = nullptr;
      bool known = false;
      for (const Area& candidate : catalog_.areas) {
        if (candidate.folder == read.source->name.substr(0, read.source->name.find('/'))) {
          area = &candidate;
        }
      }
      if (area == nullptr) {
        problems_.add(*read.source, {}, "the tracker has no area with this folder");
        continue;
      }
      for (const Line& candidate : area->lines) known = known || candidate.id == line;
      if (!known) {
        problems_.add(*read.source, at->mark(),
                      "area " + std::to_string(area->number) + " has no line '" + line + "'",
                      "its lines are " + area->lines.front().id + " to " + area->lines.back().id);
      } else if (!taken.insert(line).second) {
        problems_.add(*read.source, at->mark(), "line " + line + " has two tasks");
      }
    }
  }

  Catalog catalog_;
  std::deque<doc::Source> sources_;  // Stable addresses: problems borrow them.
  std::vector<std::pair<const doc::Source*, doc::Value>> task_files_;
  std::vector<ReadTask> tasks_;
  Beside beside_;
  Problems problems_;
  bool has_tracker_ = false;
};

}  // namespace

base::Result<Catalog> load(std::span<const File> files) {
  Loader loader(nullptr);
  loader.read(files);
  return loader.loaded();
}

Examined examine(std::span<const File> files, const ObjectTypes* types) {
  Loader loader(types);
  loader.read(files);
  return loader.examined();
}

const Task* Catalog::find(std::string_view id) const {
  const auto found =
      std::find_if(tasks.begin(), tasks.end(), [&](const Task& task) { return task.id == id; });
  return found == tasks.end() ? nullptr : &*found;
}

std::vector<kube::GroupVersionKind> Catalog::kinds() const {
  std::set<kube::GroupVersionKind> kinds(standing_kinds().begin(), standing_kinds().end());
  for (const Task& task : tasks) {
    for (const ObjectTemplate& object : task.objects) kinds.insert(object.kind);
    for (const Read& read : task.reads) kinds.insert(read.kind);
  }
  for (const KnownIssue& issue : issues) {
    for (const Read& read : issue.reads) kinds.insert(read.kind);
  }
  return {kinds.begin(), kinds.end()};
}

}  // namespace catalog
