// emit DIR [OBJECTS] [MUTATIONS] [SEED]: for each CRD below DIR one JSON line for peer/main.go: the
// CRD, generated objects and mutations of them, and what src/schema says about each.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "doc/json.h"
#include "doc/yaml.h"
#include "generate.h"
#include "schema/schema.h"

namespace {

using doc::Value;

/// Our violations as the server prints its own. The server knows no path for a combination (anyOf
/// and the like), and calls the whole object "<nil>".
Value as_server_lines(const schema::Violations& violations) {
  std::vector<std::string> lines;
  for (const schema::Violation& violation : violations) {
    std::string line = to_string(violation);
    const bool unknown = violation.type == schema::Violation::Type::unknown_field;
    const bool combination = violation.message.starts_with("Invalid value: \"\": \"") &&
                             violation.message.find("must ") != std::string::npos &&
                             violation.message.find(" validate ") != std::string::npos;
    if (!unknown && (combination || violation.path.empty())) line = "<nil>: " + violation.message;
    lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  std::vector<Value> values(lines.begin(), lines.end());
  return Value::list(std::move(values));
}

Value one_object(const schema::Registry& registry, const std::string& version, const char* what,
                 const Value& object, const Value* old = nullptr) {
  const auto violations = registry.validate(object, {.old = old}).value();
  return Value::map({{"version", Value(version)},
                     {"what", Value(what)},
                     {"object", object},
                     {"old", old != nullptr ? *old : Value()},
                     {"ours", as_server_lines(violations)}});
}

void emit(const std::filesystem::path& path, int objects, int mutations, std::uint64_t seed) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  const auto crd = doc::parse_yaml(text.str(), path.string());
  if (!crd) {
    std::cerr << base::to_string(crd.error()) << "\n";
    return;
  }
  schema::Registry registry;
  const auto added = registry.add_crd(*crd, path.string());
  std::vector<Value> list;
  const Value& versions = *crd->find_path("spec.versions");
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const std::string version(versions.items()[i].string_at("name"));
    if (registry.find({std::string(crd->string_at("spec.group")), version,
                       std::string(crd->string_at("spec.names.kind"))}) == nullptr) {
      continue;
    }
    base::SeededRandom random(seed + i);
    for (int n = 0; n < objects; ++n) {
      const Value object = agreement::generate_resource(*crd, i, random);
      list.push_back(one_object(registry, version, "generated", object));
      for (int m = 0; m < mutations; ++m) {
        const auto mutation = agreement::mutate(object, random);
        list.push_back(one_object(registry, version, mutation.what.c_str(), mutation.object));
        // The same as an update, which transition rules see.
        if (m == 0) {
          list.push_back(one_object(registry, version, ("update: " + mutation.what).c_str(),
                                    mutation.object, &object));
        }
      }
    }
  }
  std::cout << doc::to_json(Value::map({{"name", Value(path.filename().string())},
                                        {"crd", *crd},
                                        {"ours", as_server_lines(added.problems)},
                                        {"objects", Value::list(std::move(list))}}))
            << "\n";
}

}  // namespace

int main(int count, char** arguments) {
  const auto number = [&](int index, int otherwise) {
    return count > index ? std::atoi(arguments[index]) : otherwise;
  };
  if (count < 2) {
    std::cerr << "usage: schema_agreement_emit DIR [OBJECTS] [MUTATIONS] [SEED]\n";
    return 2;
  }
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(arguments[1])) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths)
    emit(path, number(2, 4), number(3, 4), std::uint64_t(number(4, 1)));
}
