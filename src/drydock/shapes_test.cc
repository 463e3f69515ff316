// A shape that lies is worse than none: each is held against the real CRD where that is present.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/strings.h"
#include "base/test_paths.h"
#include "doc/json.h"
#include "doc/yaml.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;
using doc::Value;

const fs::path kShapes = fs::path(SLIPWAY_SOURCE_DIR) / "drydock" / "shapes";

std::vector<Value> read_documents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  const auto documents = doc::parse_yaml_stream(text.str(), path.filename().string());
  EXPECT_TRUE(documents) << path;
  return documents ? *documents : std::vector<Value>();
}

const Value* version_of(const Value& crd, std::string_view name) {
  const Value* versions = crd.find_path("spec.versions");
  if (versions == nullptr) return nullptr;
  for (const Value& version : versions->items()) {
    if (version.string_at("name") == name) return &version;
  }
  return nullptr;
}

bool is_true(const Value& schema, std::string_view key) {
  const Value* flag = schema.find(key);
  return flag != nullptr && flag->is_bool() && flag->as_bool();
}

bool contains(const Value* list, const Value& wanted) {
  if (list == nullptr || !list->is_list()) return false;
  const auto items = list->items();
  return std::find(items.begin(), items.end(), wanted) != items.end();
}

/// What of `shape` is not so in `real`, or is looser: one line each.
class Comparison {
 public:
  std::vector<std::string> faults;

  void compare(const std::string& path, const Value& shape, const Value& real) {
    if (is_true(real, "x-kubernetes-preserve-unknown-fields")) return;  // Takes anything.
    if (is_true(shape, "x-kubernetes-preserve-unknown-fields")) {
      return fault(path, "keeps unknown fields, the real one does not");
    }
    if (shape.string_at("type") != real.string_at("type")) {
      return fault(path, "is a " + std::string(shape.string_at("type")) + ", really a " +
                             std::string(real.string_at("type")));
    }
    compare_required(path, shape, real);
    compare_enum(path, shape, real);
    for (const char* key : {"pattern", "minimum", "maximum", "minLength", "maxLength", "minItems",
                            "maxItems", "format"}) {
      const Value* wanted = real.find(key);
      const Value* have = shape.find(key);
      if (wanted != nullptr && (have == nullptr || !(*have == *wanted))) {
        fault(path, std::string("has not the real ") + key + " " + doc::to_json(*wanted));
      }
    }
    compare_children(path, shape, real);
  }

 private:
  void fault(const std::string& path, const std::string& what) {
    faults.push_back((path.empty() ? "(root)" : path) + ": " + what);
  }

  void compare_required(const std::string& path, const Value& shape, const Value& real) {
    const Value* required = real.find("required");
    if (required == nullptr) return;
    for (const Value& name : required->items()) {
      if (!contains(shape.find("required"), name)) {
        fault(path, "does not require '" + std::string(name.as_string()) + "'");
      }
    }
  }

  void compare_enum(const std::string& path, const Value& shape, const Value& real) {
    const Value* allowed = real.find("enum");
    if (allowed == nullptr) return;
    const Value* have = shape.find("enum");
    if (have == nullptr) return fault(path, "allows any value, really an enum");
    for (const Value& value : have->items()) {
      if (!contains(allowed, value)) fault(path, "allows " + doc::to_json(value));
    }
  }

  void compare_children(const std::string& path, const Value& shape, const Value& real) {
    if (const Value* properties = shape.find("properties")) {
      for (const doc::Entry& entry : properties->entries()) {
        const std::string child = path + "." + std::string(entry.name());
        const Value* real_properties = real.find("properties");
        const Value* other =
            real_properties == nullptr ? nullptr : real_properties->find(entry.name());
        if (other == nullptr) {
          fault(child, "the real one has no such field");
        } else {
          compare(child, entry.value, *other);
        }
      }
    }
    for (const char* key : {"items", "additionalProperties"}) {
      const Value* have = shape.find(key);
      const Value* other = real.find(key);
      if (have == nullptr || !have->is_map()) continue;
      if (other == nullptr || !other->is_map()) {
        fault(path, std::string("has ") + key + ", the real one has none");
      } else {
        compare(path + (key[0] == 'i' ? "[]" : "{}"), *have, *other);
      }
    }
  }
};

/// The real CRDs of a group and kind: KIND.yaml and KIND--X.yaml, other versions of it.
std::vector<Value> real_crds(const fs::path& folder, const std::string& kind) {
  std::vector<Value> crds;
  if (!fs::is_directory(folder)) return crds;
  for (const auto& file : fs::directory_iterator(folder)) {
    const std::string name = file.path().stem().string();
    if (name != kind && !name.starts_with(kind + "--")) continue;
    for (const Value& document : read_documents(file.path())) crds.push_back(document);
  }
  return crds;
}

/// Paths that the shape says are newer than the collected CRD, with a release that has them.
std::vector<std::string> newer_paths(const Value& shape) {
  const Value* annotations = shape.find_path("metadata.annotations");
  const Value* newer =
      annotations == nullptr ? nullptr : annotations->find("drydock.slipway.dev/newer");
  std::vector<std::string> paths;
  if (newer == nullptr) return paths;
  EXPECT_NE(annotations->find("drydock.slipway.dev/newer-since"), nullptr)
      << "what is newer says since when";
  for (const std::string_view path : base::split(newer->as_string(), ' ')) {
    paths.push_back("." + std::string(path) + ": the real one has no such field");
  }
  return paths;
}

/// What is wrong with one version of a shape. Releases of an operator differ in the same version,
/// and each is real: the one that fits best counts.
std::vector<std::string> faults_of(const Value& shape, const Value& version,
                                   const std::vector<Value>& reals) {
  std::optional<std::vector<std::string>> fewest;
  for (const Value& crd : reals) {
    const Value* real = version_of(crd, version.string_at("name"));
    if (real == nullptr) continue;
    Comparison comparison;
    comparison.compare("", *version.find_path("schema.openAPIV3Schema"),
                       *real->find_path("schema.openAPIV3Schema"));
    for (const char* name : {"spec.scope", "spec.names.plural"}) {
      if (shape.string_at(name) != crd.string_at(name)) {
        comparison.faults.push_back(std::string(": another ") + name);
      }
    }
    if (!fewest || comparison.faults.size() < fewest->size()) fewest = comparison.faults;
  }
  if (!fewest) return {": no real CRD has this version"};
  return *fewest;
}

TEST(ShapesTest, EachShapeIsASubsetOfTheRealCrd) {
  const auto shared = base::shared_dir(SLIPWAY_SOURCE_DIR);
  int held = 0, unverified = 0, newer = 0, shapes = 0;
  for (const auto& file : fs::recursive_directory_iterator(kShapes)) {
    if (file.path().extension() != ".yaml") continue;
    ++shapes;
    const Value shape = read_documents(file.path()).at(0);
    ASSERT_EQ(shape.string_at("kind"), "CustomResourceDefinition") << file.path();
    const std::string group = file.path().parent_path().filename().string();
    const std::string kind = file.path().stem().string();
    EXPECT_EQ(shape.string_at("spec.group"), group) << file.path();
    EXPECT_EQ(shape.string_at("spec.names.kind"), kind) << file.path();
    if (!shared) continue;
    const auto reals = real_crds(*shared / "crds" / group, kind);
    const bool says_so =
        shape.find_path("metadata.annotations") != nullptr &&
        shape.find_path("metadata.annotations")->find("drydock.slipway.dev/unverified") != nullptr;
    // One that cannot be held against anything has to say so.
    EXPECT_EQ(reals.empty(), says_so) << group << "/" << kind;
    if (reals.empty()) {
      ++unverified;
      continue;
    }
    ++held;
    for (const Value& version : shape.find_path("spec.versions")->items()) {
      const auto excused = newer_paths(shape);
      for (const std::string& fault : faults_of(shape, version, reals)) {
        if (std::find(excused.begin(), excused.end(), fault) != excused.end()) {
          ++newer;
          continue;
        }
        ADD_FAILURE() << group << "/" << kind << " " << version.string_at("name") << fault;
      }
    }
  }
  std::printf(
      "shapes: %d, %d held against the real CRD (%d fields newer than it), %d say that "
      "there is none%s\n",
      shapes, held, newer, unverified, shared ? "" : " (no ../shared: none was held)");
  EXPECT_GT(shapes, 0);
}

// The comparison itself can fail.
TEST(ShapesTest, ALooserOrInventedShapeIsFound) {
  const auto faults = [](const char* shape, const char* real) {
    Comparison comparison;
    comparison.compare("", doc::parse_json(shape).value(), doc::parse_json(real).value());
    return comparison.faults;
  };
  using Faults = std::vector<std::string>;
  const char* real = R"({"type":"object","required":["a"],"properties":{
      "a":{"type":"string","enum":["x","y"]},"b":{"type":"integer","minimum":1}}})";
  EXPECT_EQ(faults(R"({"type":"object","required":["a"],"properties":{
      "a":{"type":"string","enum":["x"]}}})",
                   real),
            Faults{});
  EXPECT_EQ(faults(R"({"type":"object","properties":{"a":{"type":"string"}}})", real),
            (Faults{"(root): does not require 'a'", ".a: allows any value, really an enum"}));
  EXPECT_EQ(faults(R"({"type":"object","required":["a"],"properties":{
      "b":{"type":"string"},"c":{"type":"string"}}})",
                   real),
            (Faults{".b: is a string, really a integer", ".c: the real one has no such field"}));
  EXPECT_EQ(faults(R"({"type":"object","x-kubernetes-preserve-unknown-fields":true})", real),
            Faults{"(root): keeps unknown fields, the real one does not"});
}

}  // namespace
}  // namespace drydock
