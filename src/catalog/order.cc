#include "catalog/order.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "base/strings.h"

namespace catalog {
namespace {

using ById = std::map<std::string, const ReadTask*>;

doc::Mark mark_of_need(const ReadTask& read, std::string_view need) {
  const doc::Value* needs = read.value.find("needs");
  if (needs != nullptr && needs->is_list()) {
    for (const doc::Value& item : needs->items()) {
      if (item == doc::Value(need)) return item.mark();
    }
  }
  return read.value.mark();
}

ById index(const std::vector<ReadTask>& tasks, Problems& problems) {
  ById by_id;
  for (const ReadTask& read : tasks) {
    const auto [at, is_new] = by_id.emplace(read.task.id, &read);
    if (is_new) continue;
    const doc::Value* id = read.value.find("task");
    problems.add(*read.source, id == nullptr ? doc::Mark{} : id->mark(),
                 "the task id '" + read.task.id + "' is used twice",
                 "the other one is in " + at->second->source->name);
  }
  return by_id;
}

void check_needs(const std::vector<ReadTask>& tasks, const ById& by_id, Problems& problems) {
  std::vector<std::string_view> ids;
  for (const auto& [id, read] : by_id) ids.push_back(id);
  for (const ReadTask& read : tasks) {
    for (const std::string& need : read.task.needs) {
      if (by_id.count(need) > 0) continue;
      problems.add(*read.source, mark_of_need(read, need),
                   "task '" + read.task.id + "' needs '" + need + "', and there is no such task",
                   doc::hint_for_unknown(need, ids));
    }
  }
}

/// A cycle among tasks of which each needs another one of them: "a needs b, b needs a".
std::string describe_cycle(const ById& by_id, const std::set<std::string>& stuck,
                           std::vector<std::string>& path) {
  std::string at = *stuck.begin();
  while (std::find(path.begin(), path.end(), at) == path.end()) {
    path.push_back(at);
    for (const std::string& need : by_id.at(at)->task.needs) {
      if (stuck.count(need) == 0) continue;
      at = need;
      break;
    }
  }
  path.erase(path.begin(), std::find(path.begin(), path.end(), at));
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    text += (i == 0 ? "" : ", ") + path[i] + " needs " + path[(i + 1) % path.size()];
  }
  return text;
}

}  // namespace

bool line_before(std::string_view a, std::string_view b) {
  const auto numbers = [](std::string_view line) {
    std::vector<int> result;
    for (const std::string_view part : base::split(line, '.')) {
      int number = 0;
      std::from_chars(part.data(), part.data() + part.size(), number);
      result.push_back(number);
    }
    return result;
  };
  return numbers(a) < numbers(b);
}

std::vector<Task> in_order(std::vector<ReadTask> tasks, Problems& problems) {
  const ById by_id = index(tasks, problems);
  check_needs(tasks, by_id, problems);
  if (!problems.empty()) return {};
  const auto first = [](const Task* a, const Task* b) {
    if (line_before(a->line, b->line)) return true;
    if (line_before(b->line, a->line)) return false;
    return a->id < b->id;
  };
  std::set<const Task*, decltype(first)> waiting(first);
  std::set<std::string> stuck;
  for (const ReadTask& read : tasks) {
    waiting.insert(&read.task);
    stuck.insert(read.task.id);
  }
  std::vector<Task> ordered;
  while (!waiting.empty()) {
    const auto next = std::find_if(waiting.begin(), waiting.end(), [&](const Task* task) {
      return std::none_of(task->needs.begin(), task->needs.end(),
                          [&](const std::string& need) { return stuck.count(need) > 0; });
    });
    if (next == waiting.end()) {
      std::vector<std::string> path;
      const std::string cycle = describe_cycle(by_id, stuck, path);
      const ReadTask& read = *by_id.at(path[0]);
      const doc::Mark mark = mark_of_need(read, path[1 % path.size()]);
      problems.add(*read.source, mark, "tasks need each other in a circle: " + cycle,
                   "take one of these needs out");
      return {};
    }
    stuck.erase((*next)->id);
    ordered.push_back(**next);
    waiting.erase(next);
  }
  return ordered;
}

}  // namespace catalog
