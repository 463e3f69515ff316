#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "doc/value.h"
#include "schema/schema.h"

namespace agreement {

/// One object to be judged.
struct Case {
  std::string version;
  std::string kind;   ///< "valid", "invalid", "missing required", "rule", ...: see mutate.h.
  std::string place;  ///< What was changed; of a rule its own place in the schema.
  doc::Value object;
  /// The case whose object this one is an update of, by index; that one is valid and stands before.
  std::optional<std::size_t> old = std::nullopt;
};

/// How many objects of each version are made, and how many mutations of each object.
struct Amount {
  int objects = 3;
  int mutations = 8;
  std::uint64_t seed = 1;
  bool operator==(const Amount&) const = default;
};

/// A CRD as src/schema takes it, and cases: of each served version, objects that it accepts where
/// such can be found, mutations of each as creations and as updates, and for each
/// x-kubernetes-validations rule an object that it refuses by that rule where one can be found. The
/// same for the same seed.
struct CrdCases {
  schema::Registry registry;
  schema::Violations problems;  ///< What src/schema says about the CRD itself.
  std::vector<Case> cases;
  int rules = 0;         ///< Of all served versions.
  int rules_broken = 0;  ///< Of these, those that some case breaks.

  /// What src/schema says about a case; `old` as it is on a server, where that differs.
  schema::Violations judge(const Case& one, const doc::Value* old = nullptr) const;
};
CrdCases cases_of(const doc::Value& crd, const Amount& amount);

/// The files *.yaml below `folder`, sorted.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder);
/// The documents of a file, which is CHECKed to be there and well formed.
std::vector<doc::Value> read_documents(const std::filesystem::path& file);

}  // namespace agreement
