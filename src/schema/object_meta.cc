#include <algorithm>

#include "base/strings.h"
#include "doc/yaml.h"
#include "schema/compiler.h"
#include "schema/go_text.h"
#include "schema/names.h"
#include "schema/path.h"
#include "schema/reshape.h"
#include "schema/value_checks.h"

namespace schema {
namespace {

using doc::Value;
using Type = Violation::Type;

// metav1.TotalAnnotationSizeLimitB.
constexpr std::size_t kAnnotationBytesMax = 256 << 10;

// The fields of metav1.ObjectMeta (apimachinery v0.33 pkg/apis/meta/v1/types.go).
constexpr std::string_view kObjectMeta = R"(
type: object
properties:
  metadata:
    type: object
    properties:
      name: {type: string}
      generateName: {type: string}
      namespace: {type: string}
      selfLink: {type: string}
      uid: {type: string}
      resourceVersion: {type: string}
      generation: {type: integer, format: int64}
      creationTimestamp: {type: string, format: date-time}
      deletionTimestamp: {type: string, format: date-time}
      deletionGracePeriodSeconds: {type: integer, format: int64}
      labels: {type: object, additionalProperties: {type: string}}
      annotations: {type: object, additionalProperties: {type: string}}
      ownerReferences:
        type: array
        items:
          type: object
          properties:
            apiVersion: {type: string}
            kind: {type: string}
            name: {type: string}
            uid: {type: string}
            controller: {type: boolean}
            blockOwnerDeletion: {type: boolean}
      finalizers: {type: array, items: {type: string}}
      managedFields:
        type: array
        items:
          type: object
          properties:
            manager: {type: string}
            operation: {type: string}
            apiVersion: {type: string}
            time: {type: string, format: date-time}
            fieldsType: {type: string}
            fieldsV1: {type: object}
            subresource: {type: string}
)";

class MetaChecker {
 public:
  MetaChecker(bool unknown_fields, Violations& out) : unknown_fields_(unknown_fields), out_(out) {}

  void check_root(const Value& object) {
    const Value* metadata = object.find("metadata");
    if (metadata == nullptr || !check_shape(object, Path())) {
      if (metadata == nullptr) {
        add(Type::required, Path().field("metadata").field("name"), object,
            "Required value: name or generateName is required");
      }
      return;
    }
    const Path root;
    const Path path = root.field("metadata");
    const std::string_view name = metadata->string_at("name");
    const Value* generate = metadata->find("generateName");
    if (generate != nullptr && generate->is_string() && !generate->as_string().empty()) {
      std::string prefix(generate->as_string());
      if (prefix.back() == '-') prefix.back() = 'a';  // As maskTrailingDash does.
      add_all(path.field("generateName"), *generate, name_errors_dns_subdomain(prefix));
    } else if (name.empty()) {
      add(Type::required, path.field("name"), *metadata,
          "Required value: name or generateName is required");
    }
    if (!name.empty()) {
      add_all(path.field("name"), *metadata->find("name"), name_errors_dns_subdomain(name));
    }
    check_common(*metadata, path);
  }

  void check_embedded(const Value& object, const Path& path) {
    check_type_meta(object, path, "apiVersion");
    check_type_meta(object, path, "kind");
    const Value* metadata = object.find("metadata");
    if (metadata == nullptr || !check_shape(object, path)) return;
    const Path below = path.field("metadata");
    if (const std::string_view name = metadata->string_at("name"); !name.empty()) {
      add_all(below.field("name"), *metadata->find("name"), name_errors_path_segment(name));
    }
    check_common(*metadata, below);
  }

 private:
  void add(Type type, const Path& path, const Value& at, std::string message) {
    out_.push_back({type, path.bracketed(), at.mark(), std::move(message)});
  }
  void add_all(const Path& path, const Value& at, const std::vector<std::string>& errors) {
    for (const std::string& error : errors) {
      add(Type::invalid, path, at, "Invalid value: " + go_bad_value(at) + ": " + error);
    }
  }

  /// Types and unknown fields of `metadata`; false when nothing more can be said about it.
  bool check_shape(const Value& object, const Path& path) {
    const Value only = Value::map({{"metadata", *object.find("metadata")}});
    Violations found;
    check_values(object_meta_schema(), Dialect::built_in, only, path, found);
    const bool good = found.empty();
    if (unknown_fields_) prune(object_meta_schema(), Dialect::built_in, only, &found);
    for (Violation& violation : found) {
      if (violation.type == Type::unknown_field) {
        violation.path = path.field(violation.path).bracketed();
        violation.message = "unknown field \"" + violation.path + "\"";
      }
      violation.schema_mark = {};
      out_.push_back(std::move(violation));
    }
    return good;
  }

  void check_type_meta(const Value& object, const Path& path, std::string_view name) {
    const Path place = path.field(name);
    const Value* value = object.find(name);
    if (value == nullptr) {
      return add(Type::required, place, object, "Required value: must not be empty");
    }
    if (!value->is_string()) {
      return add(Type::invalid, place, *value,
                 "Invalid value: " + go_bad_value(*value) + ": must be a string");
    }
    const std::string_view text = value->as_string();
    if (text.empty()) {
      return add(Type::invalid, place, *value, "Invalid value: \"\": must not be empty");
    }
    if (name == "apiVersion" && std::count(text.begin(), text.end(), '/') > 1) {
      add(Type::invalid, place, *value,
          "Invalid value: " + go_quoted(text) +
              ": unexpected GroupVersion string: " + std::string(text));
    }
    if (name == "kind") check_kind(place, *value, text);
  }

  void check_kind(const Path& place, const Value& value, std::string_view text) {
    for (const std::string& error : name_errors_dns_1035_label(base::lower_case(text))) {
      add(Type::invalid, place, value,
          "Invalid value: " + go_quoted(text) +
              ": may have mixed case, but should otherwise match: " + error);
    }
  }

  void check_common(const Value& metadata, const Path& path) {
    if (const Value* name = metadata.find("namespace"); name && name->size() > 0) {
      add_all(path.field("namespace"), *name, name_errors_dns_label(name->as_string()));
    }
    if (const Value* labels = metadata.find("labels"); labels && labels->is_map()) {
      for (const doc::Entry& entry : labels->entries()) {
        add_all(path.field("labels"), entry.key, name_errors_qualified(entry.name()));
        if (!entry.value.is_string()) continue;
        add_all(path.field("labels"), entry.value,
                name_errors_label_value(entry.value.as_string()));
      }
    }
    if (const Value* annotations = metadata.find("annotations")) {
      check_annotations(*annotations, path.field("annotations"));
    }
    if (const Value* owners = metadata.find("ownerReferences"); owners && owners->is_list()) {
      for (const Value& owner : owners->items()) check_owner(owner, path.field("ownerReferences"));
    }
    if (const Value* finalizers = metadata.find("finalizers");
        finalizers && finalizers->is_list()) {
      for (const Value& finalizer : finalizers->items()) {
        if (!finalizer.is_string()) continue;
        add_all(path.field("finalizers"), finalizer, name_errors_qualified(finalizer.as_string()));
      }
    }
  }

  void check_annotations(const Value& annotations, const Path& path) {
    if (!annotations.is_map()) return;
    std::size_t bytes = 0;
    for (const doc::Entry& entry : annotations.entries()) {
      bytes += entry.name().size() + entry.value.size();
      add_all(path, entry.key, name_errors_qualified(base::lower_case(entry.name())));
    }
    if (bytes > kAnnotationBytesMax) {
      add(Type::too_long, path, annotations,
          "Too long: may not be more than " + std::to_string(kAnnotationBytesMax) + " bytes");
    }
  }

  void check_owner(const Value& owner, const Path& path) {
    const std::pair<std::string_view, std::string_view> fields[] = {
        {"apiVersion", "version"}, {"kind", "kind"}, {"name", "name"}, {"uid", "uid"}};
    for (const auto& [field, called] : fields) {
      if (!owner.string_at(field).empty()) continue;
      add(Type::invalid, path.field(field), owner,
          "Invalid value: \"\": " + std::string(called) + " must not be empty");
    }
  }

  const bool unknown_fields_;
  Violations& out_;
};

void check_below(const Node& node, const Value& value, const Path& path, MetaChecker& checker) {
  if (!node.has_embedded) return;
  if (value.is_list()) {
    if (node.items == nullptr) return;
    for (std::size_t i = 0; i < value.size(); ++i) {
      check_below(*node.items, value.items()[i], path.index(i), checker);
    }
    return;
  }
  if (!value.is_map()) return;
  if (node.embedded_resource) checker.check_embedded(value, path);
  for (const doc::Entry& entry : value.entries()) {
    if (const Node* property = node.find_property(entry.name())) {
      check_below(*property, entry.value, path.field(entry.name()), checker);
    } else if (node.additional_schema != nullptr) {
      check_below(*node.additional_schema, entry.value, path.key(entry.name()), checker);
    }
  }
}

}  // namespace

const Node& object_meta_schema() {
  static const std::shared_ptr<const Document> document = [] {
    Violations problems;
    Compiler compiler(Dialect::built_in, nullptr, problems);
    compiler.compile(doc::parse_yaml(kObjectMeta, "ObjectMeta").value(), Path());
    CHECK(problems.empty());
    return compiler.finish(nullptr, Path());
  }();
  return document->nodes.front();
}

void check_object_meta(const Node& root, const Value& value, bool unknown_fields, Violations& out) {
  MetaChecker checker(unknown_fields, out);
  checker.check_root(value);
  check_below(root, value, Path(), checker);
}

}  // namespace schema
