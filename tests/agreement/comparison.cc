#include "comparison.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace agreement {
namespace {

constexpr std::size_t kLineMax = 400;

void append_only(std::string& text, const char* who, const Complaints& some,
                 const Complaints& others) {
  for (const Complaint& complaint : some) {
    if (std::find(others.begin(), others.end(), complaint) != others.end()) continue;
    const std::string line = to_string(complaint);
    text += std::string("\n  ") + who + ": " + line.substr(0, kLineMax);
    if (line.size() > kLineMax) text += "...";
  }
}

bool explains(const Known& known, const Difference& difference) {
  const Complaints& ours = difference.ours;
  return known.crd == difference.crd && known.relation == difference.relation &&
         std::all_of(difference.theirs.begin(), difference.theirs.end(), [&](const Complaint& one) {
           return std::find(ours.begin(), ours.end(), one) != ours.end() ||
                  one.message.find(known.text) != std::string::npos;
         });
}

const char* name_of(Relation relation) {
  switch (relation) {
    case Relation::same:
      return "same";
    case Relation::other_messages:
      return "other messages";
    case Relation::other_paths:
      return "other paths";
    case Relation::other_verdict:
      return "OTHER VERDICT";
  }
  return "";
}

}  // namespace

Relation compare(const Complaints& theirs, const Complaints& ours) {
  if (theirs.empty() != ours.empty()) return Relation::other_verdict;
  if (paths_of(theirs) != paths_of(ours)) return Relation::other_paths;
  return theirs == ours ? Relation::same : Relation::other_messages;
}

std::string to_string(const Difference& difference) {
  std::string text = difference.crd + ": " + difference.what + ": " + name_of(difference.relation);
  if (difference.theirs.empty()) text += "\n  the server accepts it";
  append_only(text, "server", difference.theirs, difference.ours);
  if (difference.ours.empty()) text += "\n  we accept it";
  append_only(text, "ours", difference.ours, difference.theirs);
  return text;
}

void Tally::add(Relation relation, bool is_accepted) {
  ++asked;
  accepted += is_accepted;
  same_verdict += relation <= Relation::other_paths;
  same_paths += relation <= Relation::other_messages;
  same_messages += relation == Relation::same;
}

Tally& Tally::operator+=(const Tally& other) {
  asked += other.asked;
  accepted += other.accepted;
  same_verdict += other.same_verdict;
  same_paths += other.same_paths;
  same_messages += other.same_messages;
  return *this;
}

void Comparison::add(const std::string& crd, const Case& one, const Complaints& theirs,
                     const Complaints& ours) {
  const Relation relation = compare(theirs, ours);
  by_kind[one.kind].add(relation, theirs.empty());
  if (relation == Relation::same) return;
  differences.push_back({relation, crd,
                         one.version + (one.old ? " update: " : " ") + one.kind +
                             (one.place.empty() ? "" : " at " + one.place),
                         theirs, ours});
}

void Comparison::add(Comparison&& other) {
  for (const auto& [kind, tally] : other.by_kind) by_kind[kind] += tally;
  std::move(other.differences.begin(), other.differences.end(), std::back_inserter(differences));
  crds += other.crds;
  rules += other.rules;
  rules_broken += other.rules_broken;
  not_asked += other.not_asked;
}

Tally Comparison::total() const {
  Tally total;
  for (const auto& [kind, tally] : by_kind) total += tally;
  return total;
}

std::vector<std::string> unexplained(const Comparison& comparison, const std::vector<Known>& known,
                                     const std::vector<std::string>& crds, bool counted) {
  std::vector<std::string> lines;
  std::vector<int> seen(known.size());
  for (const Difference& difference : comparison.differences) {
    const auto entry = std::find_if(known.begin(), known.end(),
                                    [&](const Known& one) { return explains(one, difference); });
    if (entry == known.end()) {
      lines.push_back(to_string(difference));
    } else {
      ++seen[std::size_t(entry - known.begin())];
    }
  }
  for (std::size_t i = 0; counted && i < known.size(); ++i) {
    const bool compared = std::find(crds.begin(), crds.end(), known[i].crd) != crds.end();
    if (!compared || seen[i] == known[i].times) continue;
    lines.push_back(known[i].crd + ": known to differ " + std::to_string(known[i].times) +
                    " times, now " + std::to_string(seen[i]) + " times: " + known[i].why);
  }
  return lines;
}

}  // namespace agreement
