#include "cases.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <utility>

#include "base/check.h"
#include "doc/yaml.h"
#include "generate.h"
#include "mutate.h"
#include "place.h"
#include "rule_sites.h"

namespace agreement {
namespace {

using base::Random;
using doc::Value;
using schema::Violation;
using schema::Violations;

constexpr int kRepairsMax = 12;     // Of one object.
constexpr int kObjectsTried = 8;    // Until one is valid.
constexpr int kRuleTries = 16;      // Objects until a rule is broken, and
constexpr int kChangesTried = 10;   // changes of each.
constexpr int kBlindMutations = 2;  // Of each object, besides those that look at the schema.
constexpr int kUpdates = 3;

/// The cases of one version of a CRD.
class Search {
 public:
  Search(CrdCases& out, const Value& crd, std::size_t index, const schema::Schema& compiled,
         std::uint64_t seed)
      : out_(out),
        crd_(crd),
        index_(index),
        version_(crd.find_path("spec.versions")->items()[index].string_at("name")),
        text_(*crd.find_path("spec.versions")->items()[index].find_path("schema.openAPIV3Schema")),
        compiled_(compiled),
        random_(seed) {}

  void run(const Amount& amount) {
    for (int i = 0; i < amount.objects; ++i) add_object(amount.mutations);
    const std::vector<RuleSite> rules = rules_of(text_);
    for (const RuleSite& rule : rules) {
      if (!is_broken(rule)) break_rule(rule);
    }
    out_.rules += int(rules.size());
    out_.rules_broken += int(std::count_if(rules.begin(), rules.end(),
                                           [&](const RuleSite& rule) { return is_broken(rule); }));
  }

 private:
  /// Notes which rules the case breaks. The case's index.
  std::size_t add(Case one) {
    const Value* old = one.old ? &out_.cases[*one.old].object : nullptr;
    for (const Violation& violation : compiled_.validate(one.object, {.old = old})) {
      broken_.insert({violation.schema_mark.line, violation.schema_mark.column});
    }
    out_.cases.push_back(std::move(one));
    return out_.cases.size() - 1;
  }
  std::size_t add(Mutation mutation, std::optional<std::size_t> old = std::nullopt) {
    return add({version_, std::move(mutation.kind), std::move(mutation.place),
                std::move(mutation.object), old});
  }
  bool is_broken(const RuleSite& rule) const {
    return broken_.contains({rule.mark.line, rule.mark.column});
  }

  void add_object(int mutations) {
    const auto [object, valid] = make({}, true);
    const std::size_t base = add({version_, valid ? "valid" : "invalid", "", object});
    for (Mutation& mutation : some_breaking(text_, object, mutations, random_)) {
      add(std::move(mutation));
    }
    for (int i = 0; i < kBlindMutations; ++i) add(blind_mutation(object, random_));
    for (int i = 0; valid && i < kUpdates; ++i) {
      const bool by_schema = i % 2 == 0;
      add(by_schema ? regenerated(text_, object, {}, random_) : blind_mutation(object, random_),
          base);
    }
  }

  struct Made {
    Value object;
    bool valid = false;
  };
  /// An object with the focus in it, that the schema accepts (its rules, too, where they are asked
  /// for), or as near to it as was found.
  Made make(Focus focus, bool rules) {
    Made made;
    for (int i = 0; i < kObjectsTried && !made.valid; ++i) {
      made.object = generate_resource(crd_, index_, random_, focus);
      for (int repair = 0; repair <= kRepairsMax; ++repair) {
        const Violations found = compiled_.validate(made.object, {.rules = rules});
        made.valid = found.empty();
        if (made.valid) break;
        made.object = repaired(made.object, found[random_.below(found.size())]);
      }
    }
    return made;
  }

  /// What a violation names is taken away or made anew: what helps is found by trying.
  Value repaired(const Value& object, const Violation& violation) {
    Place place = nearest_place(object, violation.path);
    if (place.empty() || place[0].key == "metadata") {
      return regenerated(text_, object, {}, random_).object;
    }
    if (random_.below(2) == 0) return replaced(object, place, std::nullopt);
    return regenerated(text_, object, place, random_).object;
  }

  static Value renamed(const Value& object) {
    return object.with("metadata", object.find("metadata")->with("name", Value("another")));
  }

  void break_rule(const RuleSite& rule) {
    for (int i = 0; i < kRuleTries; ++i) {
      const auto [object, valid] = make(rule.way, rule.is_transition);
      if (!valid) continue;
      const std::string where = to_string(rule.way);
      // Rules of the whole object are often about its name, which nothing else changes.
      for (const Value& tried : {object, renamed(object)}) {
        if (rule.is_transition || !breaks(tried, nullptr, rule)) continue;
        add({version_, "rule", where, tried});
        return;
      }
      const Place place = place_on(object, rule.way);
      for (int change = 0; change < kChangesTried; ++change) {
        const Value changed = regenerated(text_, object, place, random_).object;
        if (!breaks(changed, rule.is_transition ? &object : nullptr, rule)) continue;
        if (!rule.is_transition) {
          add({version_, "rule", where, changed});
        } else {
          const std::size_t old = add({version_, "valid", "", object});
          add({version_, "transition rule", where, changed, old});
        }
        return;
      }
    }
  }

  bool breaks(const Value& object, const Value* old, const RuleSite& rule) const {
    const Violations found = compiled_.validate(object, {.old = old});
    return std::any_of(found.begin(), found.end(), [&](const Violation& violation) {
      return violation.schema_mark == rule.mark;
    });
  }

  CrdCases& out_;
  const Value& crd_;
  std::size_t index_;
  std::string version_;
  const Value& text_;
  const schema::Schema& compiled_;
  base::SeededRandom random_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> broken_;  // Places in the schema's text.
};

}  // namespace

Violations CrdCases::judge(const Case& one, const Value* old) const {
  if (old == nullptr && one.old) old = &cases[*one.old].object;
  const auto violations = registry.validate(one.object, {.old = old});
  CHECK(violations.has_value());
  return *violations;
}

CrdCases cases_of(const Value& crd, const Amount& amount) {
  CrdCases result;
  result.problems = result.registry.add_crd(crd).problems;
  const Value& versions = *crd.find_path("spec.versions");
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const schema::KindSchema* kind =
        result.registry.find({std::string(crd.string_at("spec.group")),
                              std::string(versions.items()[i].string_at("name")),
                              std::string(crd.string_at("spec.names.kind"))});
    if (kind != nullptr) Search(result, crd, i, kind->schema, amount.seed + i).run(amount);
  }
  return result;
}

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<Value> read_documents(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  auto documents = doc::parse_yaml_stream(text.str(), file.string());
  CHECK(documents.has_value());
  return *std::move(documents);
}

}  // namespace agreement
