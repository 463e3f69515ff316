#pragma once

#include <map>
#include <string>
#include <vector>

#include "cases.h"
#include "complaint.h"

namespace agreement {

/// How two answers to one question relate, best first.
enum class Relation { same, other_messages, other_paths, other_verdict };
Relation compare(const Complaints& theirs, const Complaints& ours);

/// One question that was not answered alike.
struct Difference {
  Relation relation;
  std::string crd;   ///< "things.example.com"
  std::string what;  ///< "v1 missing required spec.size", "update: ..."; "the CRD".
  Complaints theirs, ours;
};
/// A few lines: what, and each complaint that only one has.
std::string to_string(const Difference& difference);

/// Questions of one kind.
struct Tally {
  int asked = 0, accepted = 0, same_verdict = 0, same_paths = 0, same_messages = 0;
  void add(Relation relation, bool is_accepted);
  Tally& operator+=(const Tally& other);
};

/// What came of many CRDs.
struct Comparison {
  std::map<std::string, Tally> by_kind;  ///< By Case::kind.
  std::vector<Difference> differences;
  int crds = 0;
  int rules = 0, rules_broken = 0;
  int not_asked = 0;  ///< Updates of objects that the server refuses.

  void add(const std::string& crd, const Case& one, const Complaints& theirs,
           const Complaints& ours);
  void add(Comparison&& other);
  Tally total() const;
};

/// Differences of one CRD that stay, and why.
struct Known {
  std::string crd;
  Relation relation;
  std::string text;  ///< Stands in each complaint that only the server has.
  int times;         ///< With the default Amount.
  std::string why;
};
/// What the table of known differences does not explain: each difference that fits no entry, and
/// (where `counted`) each entry of one of these CRDs that is seen more or less often than it says.
std::vector<std::string> unexplained(const Comparison& comparison, const std::vector<Known>& known,
                                     const std::vector<std::string>& crds, bool counted);

}  // namespace agreement
