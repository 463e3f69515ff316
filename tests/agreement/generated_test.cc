#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "base/test_paths.h"
#include "cases.h"
#include "generate.h"
#include "schema/schema.h"

namespace agreement {
namespace {

namespace fs = std::filesystem;
using doc::Value;
using schema::Violation;

std::vector<Value> read_crds(const fs::path& folder) {
  std::vector<Value> crds;
  for (const fs::path& path : files_below(folder)) {
    for (Value& crd : read_documents(path)) crds.push_back(std::move(crd));
  }
  return crds;
}

bool has(const schema::Violations& violations, Violation::Type type, const std::string& path) {
  return std::any_of(violations.begin(), violations.end(), [&](const Violation& violation) {
    return violation.type == type && violation.path == path;
  });
}

struct Counts {
  int kinds = 0, with_valid = 0, types = 0, required = 0;
};

/// Of a spec that is accepted: every field of a plain type given another, every required field
/// gone.
void break_spec(const schema::Registry& registry, const Value& object, const Value& spec_schema,
                Counts& counts) {
  const Value& spec = *object.find("spec");
  for (const doc::Entry& field : spec.entries()) {
    const Value* declared = spec_schema.find_path("properties");
    declared = declared != nullptr ? declared->find(field.name()) : nullptr;
    if (declared == nullptr || declared->find("format") != nullptr) continue;
    const std::string_view type = declared->string_at("type");
    if (type.empty()) continue;
    const Value other = type == "string" ? Value(true) : Value("slipway-mutation");
    const auto found =
        registry.validate(object.with("spec", spec.with(field.name(), other)), {.rules = false});
    EXPECT_TRUE(has(*found, Violation::Type::wrong_type, "spec." + std::string(field.name())))
        << to_string(schema::kind_of(object)) << " " << field.name();
    ++counts.types;
  }
  const Value* required = spec_schema.find("required");
  if (required == nullptr || !required->is_list()) return;
  for (const Value& name : required->items()) {
    const Value* declared = spec_schema.find("properties");
    declared = declared != nullptr ? declared->find(name.as_string()) : nullptr;
    if (declared != nullptr && declared->find("default") != nullptr) continue;
    const auto found =
        registry.validate(object.with("spec", spec.without(name.as_string())), {.rules = false});
    EXPECT_TRUE(has(*found, Violation::Type::required, "spec." + std::string(name.as_string())))
        << to_string(schema::kind_of(object)) << " " << name.as_string();
    ++counts.required;
  }
}

void try_version(const schema::Registry& registry, const Value& crd, std::size_t index,
                 Counts& counts) {
  base::SeededRandom random(index + 1);
  const Value& version = crd.find_path("spec.versions")->items()[index];
  for (int attempt = 0; attempt < 30; ++attempt) {
    const Value object = generate_resource(crd, index, random);
    const auto found = registry.validate(object, {.rules = false});
    if (!found) return;  // Not served.
    if (attempt == 0) ++counts.kinds;
    if (!found->empty()) continue;
    ++counts.with_valid;
    const Value* spec_schema = version.find_path("schema.openAPIV3Schema.properties.spec");
    const Value* spec = object.find("spec");
    if (spec_schema != nullptr && spec != nullptr && spec->is_map()) {
      break_spec(registry, object, *spec_schema, counts);
    }
    return;
  }
}

// With the real CRDs where they are, otherwise with the two of the golden messages.
TEST(GeneratedObjectsTest, ValidOnesAreAcceptedAndBrokenOnesRefused) {
  const auto shared = base::shared_dir(SLIPWAY_SOURCE_DIR);
  const bool real = shared && fs::is_directory(*shared / "crds");
  if (!real) std::cout << "no shared/crds: only the project's own two CRDs\n";
  Counts counts;
  for (const Value& crd : read_crds(
           real ? *shared / "crds" : fs::path(SLIPWAY_SOURCE_DIR) / "tests/golden/lint/schemas")) {
    schema::Registry registry;
    ASSERT_TRUE(registry.add_crd(crd).problems.empty());
    for (std::size_t i = 0; i < crd.find_path("spec.versions")->size(); ++i) {
      try_version(registry, crd, i, counts);
    }
  }
  std::cout << counts.kinds << " kinds, " << counts.with_valid << " with a valid object, "
            << counts.types << " wrong types and " << counts.required
            << " missing fields refused\n";
  EXPECT_GT(counts.kinds, real ? 300 : 1);
  // The generator knows no way to meet some patterns and combinations.
  EXPECT_GE(counts.with_valid * 100, counts.kinds * (real ? 85 : 50));
}

}  // namespace
}  // namespace agreement
