#include "drydock/trace_compare.h"

#include <algorithm>
#include <regex>
#include <set>

#include "base/strings.h"
#include "doc/json.h"

namespace drydock {

using doc::Value;

namespace {

using Change = TraceEvent::Change;

bool counts_pods(const TraceEvent& event) {
  return event.kind == "DaemonSet" || event.kind == "Deployment";
}

std::string object_of(const TraceEvent& event) { return event.kind + "/" + event.name; }

std::string told(const std::map<std::string, Value>& fields) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : fields) parts.push_back(key + " = " + doc::to_json(value));
  return base::join(parts, ", ");
}

/// Appearances in order, with owners.
std::vector<std::string> appearances(const TraceMark& mark) {
  std::vector<std::string> list;
  for (const TraceEvent& event : mark.events) {
    if (event.change != Change::added) continue;
    list.push_back(object_of(event) +
                   (event.owners.empty() ? "" : " of " + base::join(event.owners, ", ")));
  }
  return list;
}

std::set<std::string> departures(const TraceMark& mark) {
  std::set<std::string> set;
  for (const TraceEvent& event : mark.events) {
    if (event.change == Change::deleted) set.insert(object_of(event));
  }
  return set;
}

std::set<std::string> events_told(const TraceMark& mark) {
  // pods "notebook-controller-deployment-c9cd8cf4b-" is forbidden: the hash of a pod template.
  static const std::regex suffix("-[a-z0-9]{6,10}-\"");
  std::set<std::string> set;
  for (const TraceEvent& event : mark.events) {
    if (event.change != Change::said) continue;
    const std::string message(event.now.at("message").as_string());
    set.insert("Event " + event.name + ": " + std::regex_replace(message, suffix, "-*-\""));
  }
  return set;
}

/// What operators wrote, write by write, by object.
std::map<std::string, std::vector<std::string>> writes(const TraceMark& mark) {
  std::map<std::string, std::vector<std::string>> list;
  for (const TraceEvent& event : mark.events) {
    if (counts_pods(event) || event.change == Change::deleted || event.change == Change::said) {
      continue;
    }
    if (!event.now.empty()) list[object_of(event)].push_back(told(event.now));
  }
  return list;
}

/// The first place where two sequences differ.
void compare_sequences(const std::string& what, const std::vector<std::string>& recorded,
                       const std::vector<std::string>& replayed,
                       std::vector<std::string>& differences) {
  const std::size_t common = std::min(recorded.size(), replayed.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (recorded[i] == replayed[i]) continue;
    differences.push_back(what + ", " + std::to_string(i + 1) + ": recorded {" + recorded[i] +
                          "}, replayed {" + replayed[i] + "}");
    return;
  }
  for (std::size_t i = common; i < recorded.size(); ++i) {
    differences.push_back(what + ", " + std::to_string(i + 1) + ": recorded {" + recorded[i] +
                          "}, replayed nothing");
  }
  for (std::size_t i = common; i < replayed.size(); ++i) {
    differences.push_back(what + ", " + std::to_string(i + 1) + ": recorded nothing, replayed {" +
                          replayed[i] + "}");
  }
}

void compare_sets(const std::string& what, const std::set<std::string>& recorded,
                  const std::set<std::string>& replayed, std::vector<std::string>& differences) {
  for (const std::string& item : recorded) {
    if (replayed.count(item) == 0) differences.push_back(what + ": only recorded: " + item);
  }
  for (const std::string& item : replayed) {
    if (recorded.count(item) == 0) differences.push_back(what + ": only replayed: " + item);
  }
}

}  // namespace

void count_pods(const TraceMark& mark, PodCounts& counts) {
  for (const TraceEvent& event : mark.events) {
    if (!counts_pods(event)) continue;
    if (event.change == Change::deleted) {
      counts.erase(object_of(event));
      continue;
    }
    for (const auto& [key, value] : event.now) counts[object_of(event)][key] = value;
  }
}

std::vector<std::string> differences(const TraceMark& recorded, const TraceMark& replayed,
                                     const PodCounts& counts) {
  std::vector<std::string> found;
  compare_sequences("appearance", appearances(recorded), appearances(replayed), found);
  compare_sets("gone", departures(recorded), departures(replayed), found);
  compare_sets("told", events_told(recorded), events_told(replayed), found);

  const auto recorded_writes = writes(recorded), replayed_writes = writes(replayed);
  std::set<std::string> objects;
  for (const auto& [object, list] : recorded_writes) objects.insert(object);
  for (const auto& [object, list] : replayed_writes) objects.insert(object);
  const auto of = [](const auto& lists, const std::string& object) {
    const auto found_list = lists.find(object);
    return found_list != lists.end() ? found_list->second : std::vector<std::string>();
  };
  for (const std::string& object : objects) {
    compare_sequences(object, of(recorded_writes, object), of(replayed_writes, object), found);
  }

  PodCounts recorded_counts;
  count_pods(recorded, recorded_counts);
  for (const auto& [object, expected] : recorded_counts) {
    const auto have = counts.find(object);
    for (const auto& [key, value] : expected) {
      const auto same = have != counts.end() ? have->second.find(key) : expected.end();
      if (have != counts.end() && same != have->second.end() && same->second == value) continue;
      found.push_back(object + ": recorded " + key + " = " + doc::to_json(value) + ", replayed {" +
                      (have != counts.end() ? told(have->second) : "") + "}");
    }
  }
  return found;
}

}  // namespace drydock
