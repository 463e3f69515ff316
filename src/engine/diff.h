#pragma once

#include <optional>
#include <string>
#include <vector>

#include "doc/value.h"
#include "kube/managed_fields.h"

namespace engine {

/// One leaf of an object that is not as planned.
struct FieldChange {
  std::string path;                ///< ".spec.driver.enabled", as API servers write it.
  std::optional<doc::Value> from;  ///< Live; absent: not there.
  std::optional<doc::Value> to;    ///< Planned; absent: ours now, and no longer planned.
  /// Other managers that own the live value. Taking it would be a conflict.
  std::vector<std::string> owners;
  bool operator==(const FieldChange&) const = default;
};

/// The annotation with the hash of what was last applied: a field that was ours and is not planned
/// any more shows as a change of it, and applying takes the field out.
inline constexpr std::string_view kAppliedAnnotation = "slipway.dev/applied";

/// What applying `planned` would change in `live`: only fields that the plan sets. Sorted by path;
/// empty when `live` is as planned. `live` null: every leaf. Whoever changed a field, under
/// whatever manager's name: it is a change. An amount in the form that API servers keep it in is
/// none.
///
/// `dry_run` is the API server's answer to a server-side apply with dryRun=All, where there is one:
/// defaulting and normalisation are then the server's own, and only real changes remain.
std::vector<FieldChange> diff(const doc::Value& planned, const doc::Value& live,
                              const doc::Value* dry_run = nullptr);

/// The hash that kAppliedAnnotation holds: SHA-256 of the canonical JSON without that annotation.
std::string applied_hash(const doc::Value& body);

/// "~ .spec.a: 1 -> 2 (owned by 'kubectl-edit')": one line a change, no line break at the end.
std::string print(const FieldChange& change);

}  // namespace engine
