#include <utility>
#include <vector>

#include "doc/json.h"
#include "doc/yaml.h"
#include "site/fields.h"
#include "site/site.h"

namespace site {
namespace {

using Type = Field::Type;

// RFC 1123 label, as apimachinery's pkg/util/validation writes it.
constexpr std::string_view kPlatformNamespacePattern =
    "^(default|openshift|(kube|openshift|redhat-ods)-.*)$";
constexpr std::string_view kDnsLabelPattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

doc::Value schema_of_section(const std::vector<Field>& fields);

doc::Value type_of(const Field& field, std::string_view name) {
  if (!field.nullable) return name;
  return doc::Value::list({name, "null"});
}

doc::Value schema_of(const Field& field) {
  doc::Value schema = doc::Value::map(std::vector<doc::Entry>{});
  switch (field.type) {
    case Type::text: {
      schema = schema.with("type", type_of(field, "string"));
      if (!field.allowed.empty()) {
        std::vector<doc::Value> allowed(field.allowed.begin(), field.allowed.end());
        schema = schema.with("enum", doc::Value::list(std::move(allowed)));
      }
      if (field.dns_label) schema = schema.with("pattern", kDnsLabelPattern).with("maxLength", 63);
      if (field.own_namespace) {
        schema = schema.with("not", doc::Value::map({{"pattern", kPlatformNamespacePattern}}));
      }
      break;
    }
    case Type::integer:
      schema = schema.with("type", type_of(field, "integer"))
                   .with("minimum", field.least)
                   .with("maximum", field.most);
      break;
    case Type::boolean:
      schema = schema.with("type", type_of(field, "boolean"));
      break;
    case Type::text_map:
      schema = schema.with("type", "object")
                   .with("minProperties", 1)
                   .with("additionalProperties", doc::Value::map({{"type", "string"}}));
      break;
    case Type::section:
      schema = schema_of_section(field.fields).with("type", doc::Value::list({"object", "null"}));
      break;
  }
  schema = schema.with("description", field.says);
  if (!field.required && field.type != Type::section)
    schema = schema.with("default", field.fallback);
  return schema;
}

doc::Value schema_of_section(const std::vector<Field>& fields) {
  std::vector<doc::Entry> properties;
  std::vector<doc::Value> required;
  for (const Field& field : fields) {
    properties.push_back({doc::Value(field.key), schema_of(field)});
    if (field.required) required.emplace_back(field.key);
  }
  doc::Value schema = doc::Value::map({{"type", "object"},
                                       {"additionalProperties", false},
                                       {"properties", doc::Value::map(std::move(properties))}});
  if (!required.empty()) schema = schema.with("required", doc::Value::list(std::move(required)));
  return schema;
}

/// "key: value" for a scalar, as YAML would have it.
std::string scalar_line(const Field& field, const doc::Value& value) {
  return doc::to_yaml(doc::Value::map({{field.key, value}}));
}

void write_sample(const std::vector<Field>& fields, const std::string& indent, std::string& out) {
  for (const Field& field : fields) {
    out += indent + "# " + std::string(field.says) + "\n";
    if (field.type == Type::section) {
      out += indent + std::string(field.key) + ":\n";
      write_sample(field.fields, indent + "  ", out);
      continue;
    }
    const doc::Value value = field.required ? doc::Value(field.allowed[0]) : field.fallback;
    std::string text = scalar_line(field, value);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      out += indent + text.substr(at, end - at) + "\n";
      at = end == std::string::npos ? text.size() : end + 1;
    }
  }
}

}  // namespace

doc::Value json_schema() {
  const doc::Value head = doc::Value::map({
      {"$schema", "https://json-schema.org/draft/2020-12/schema"},
      {"title", "Slipway site"},
  });
  doc::Value schema = head;
  const doc::Value body = schema_of_section(fields());
  for (const doc::Entry& entry : body.entries()) schema = schema.with(entry.name(), entry.value);
  return schema;
}

std::string sample() {
  std::string out;
  write_sample(fields(), "", out);
  return out;
}

}  // namespace site
