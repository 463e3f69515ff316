#include "lint/manifest.h"

#include "doc/json.h"
#include "doc/yaml.h"

namespace lint {
namespace {

using doc::Value;

/// A List of apiVersion v1 is only a way to send many objects.
void add_documents(const Value& document, std::vector<Value>& out) {
  if (document.is_null()) return;
  const Value* items = document.find("items");
  const bool is_list = document.string_at("apiVersion") == "v1" &&
                       document.string_at("kind") == "List" && items != nullptr && items->is_list();
  if (!is_list) {
    out.push_back(document);
    return;
  }
  for (const Value& item : items->items()) add_documents(item, out);
}

}  // namespace

Manifest parse_manifest(std::string file, std::string text) {
  Manifest manifest{std::move(file), std::move(text), {}, {}, {}};
  doc::Diagnostic failure;
  std::vector<Value> documents;
  bool good = false;
  if (manifest.file.ends_with(".json")) {
    auto parsed = doc::parse_json(manifest.text, manifest.file, &failure);
    good = parsed.has_value();
    if (good) documents.push_back(std::move(parsed).value());
  } else {
    auto parsed =
        doc::parse_yaml_stream(manifest.text, manifest.file,
                               {doc::YamlOptions::Reader::kubectl, &manifest.ambiguous, &failure});
    good = parsed.has_value();
    if (good) documents = std::move(parsed).value();
  }
  if (!good) manifest.failure = std::move(failure);
  for (const Value& document : documents) add_documents(document, manifest.documents);
  return manifest;
}

}  // namespace lint
