#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doc/value.h"

namespace kube {

/// A label selector: all of its requirements hold. Empty selects everything.
/// Threading: immutable after construction.
class LabelSelector {
 public:
  enum class Operator { in, not_in, exists, does_not_exist };
  struct Requirement {
    std::string key;
    Operator op;
    std::vector<std::string> values;  ///< Sorted; of in and not_in.
    bool operator==(const Requirement&) const = default;
  };

  LabelSelector() = default;
  /// The text form: "a=b,c!=d,e in (f,g),h notin (i),j,!k". "" selects everything.
  /// Errors: invalid_argument with the text and what was expected where.
  static base::Result<LabelSelector> parse(std::string_view text);
  /// metav1.LabelSelector: {matchLabels, matchExpressions}; null selects everything.
  static base::Result<LabelSelector> from_value(const doc::Value& selector);

  /// `labels`: a map of strings (metadata.labels); null is no labels. As in Kubernetes, `not_in`
  /// and
  /// "!=" hold where the key is absent.
  bool matches(const doc::Value& labels) const;
  /// The text form, requirements in their order: what goes into labelSelector=.
  std::string to_string() const;
  const std::vector<Requirement>& requirements() const { return requirements_; }

 private:
  base::Result<void> add(Requirement requirement);
  std::vector<Requirement> requirements_;
};

}  // namespace kube
