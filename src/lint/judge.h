#pragma once

#include <map>
#include <string>

#include "lint/lint.h"
#include "lint/manifest.h"
#include "schema/schema.h"

namespace lint {

/// The schemas, and the texts that they came from (by name), for explanations.
struct Schemas {
  schema::Registry registry;
  std::map<std::string, std::string> texts;
  /// What is wrong with CRDs, by file and line: shown where the CRD itself is judged.
  std::map<std::pair<std::string, std::uint32_t>, schema::Violations> problems;
  const schema::Violations& problems_of(const std::string& file, const doc::Value& crd) const;
};

/// What there is to say about every document of one file. Reads `schemas` only, so that many
/// threads may judge at once.
std::vector<Document> judge(const Manifest& manifest, const Schemas& schemas,
                            const Options& options);

/// The stable name of a violation's sort: "wrong-type".
std::string_view rule_name(schema::Violation::Type type);

bool is_crd(const doc::Value& document);

}  // namespace lint
