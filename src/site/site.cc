#include "site/site.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "doc/diagnostic.h"
#include "doc/yaml.h"
#include "kube/names.h"
#include "site/fields.h"

namespace site {
namespace {

/// Namespaces that a cluster has without us: objects there decide about everybody's pods.
bool is_platform_namespace(std::string_view name) {
  return name == "default" || name == "openshift" || name.starts_with("kube-") ||
         name.starts_with("openshift-") || name.starts_with("redhat-ods-");
}

using Type = Field::Type;

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string_view type_name(Type type) {
  switch (type) {
    case Type::text:
      return "a string";
    case Type::integer:
      return "an integer";
    case Type::boolean:
      return "a boolean";
    case Type::section:
    case Type::text_map:
      return "a map";
  }
  return "a value";
}

bool has_type(const doc::Value& value, Type type) {
  switch (type) {
    case Type::text:
      return value.is_string();
    case Type::integer:
      return value.is_int();
    case Type::boolean:
      return value.is_bool();
    case Type::section:
    case Type::text_map:
      return value.is_map();
  }
  return false;
}

/// Reads values by the table and notes every problem, so that a person sees them all at once.
class Reader {
 public:
  doc::Value section(const doc::Value& given, const std::vector<Field>& fields,
                     const std::string& path) {
    refuse_unknown(given, fields);
    std::vector<doc::Entry> entries;
    for (const Field& field : fields) {
      const doc::Value* value = given.find(field.key);
      entries.push_back({doc::Value(field.key), one(value, given, field, path)});
    }
    return doc::Value::map(std::move(entries)).at(given.mark());
  }

  std::vector<doc::Diagnostic>& problems() { return problems_; }

 private:
  void refuse_unknown(const doc::Value& given, const std::vector<Field>& fields) {
    if (!given.is_map()) return;
    std::vector<std::string_view> known;
    for (const Field& field : fields) known.push_back(field.key);
    for (const doc::Entry& entry : given.entries()) {
      if (std::find(known.begin(), known.end(), entry.name()) != known.end()) continue;
      problem(entry.key.mark(), "unknown key " + quoted(entry.name()),
              doc::hint_for_unknown(entry.name(), known));
    }
  }

  doc::Value one(const doc::Value* value, const doc::Value& parent, const Field& field,
                 const std::string& path) {
    const std::string name =
        path.empty() ? std::string(field.key) : path + "." + std::string(field.key);
    // A section that is not given, or given empty, still has the defaults of its fields.
    const bool empty = value == nullptr || value->is_null();
    if (field.type == Type::section && empty) return section({}, field.fields, name);
    if (value == nullptr) {
      if (field.required)
        problem(parent.mark(), "missing key " + quoted(name), required_hint(field));
      return field.fallback;
    }
    if (empty && field.nullable) return {};
    if (!has_type(*value, field.type)) {
      problem(value->mark(),
              quoted(name) + " must be " + std::string(type_name(field.type)) + ", not " +
                  std::string(doc::kind_name(value->kind())),
              type_hint(*value, field));
      return field.fallback;
    }
    if (field.type == Type::section) return section(*value, field.fields, name);
    check_content(*value, field, name);
    return *value;
  }

  void check_content(const doc::Value& value, const Field& field, const std::string& name) {
    switch (field.type) {
      case Type::text:
        check_text(value, field, name);
        return;
      case Type::integer:
        if (value.as_int() < field.least || value.as_int() > field.most) {
          problem(value.mark(), quoted(name) + " must be from " + std::to_string(field.least) +
                                    " to " + std::to_string(field.most) + ", not " +
                                    std::to_string(value.as_int()));
        }
        return;
      case Type::text_map:
        check_labels(value, name);
        return;
      case Type::boolean:
      case Type::section:
        return;
    }
  }

  void check_text(const doc::Value& value, const Field& field, const std::string& name) {
    const std::string_view text = value.as_string();
    const auto& allowed = field.allowed;
    if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), text) == allowed.end()) {
      problem(value.mark(), quoted(name) + " must be " + one_of(allowed) + ", not " + quoted(text));
    }
    if (!field.dns_label) return;
    const base::Result<void> valid = kube::validate_dns_label(text);
    if (!valid) problem(value.mark(), quoted(name) + ": " + valid.error().message);
    if (field.own_namespace && is_platform_namespace(text)) {
      problem(value.mark(), quoted(name) + " must not be " + quoted(text),
              "the platform has that namespace; choose one of your own");
    }
  }

  void check_labels(const doc::Value& labels, const std::string& name) {
    if (labels.size() == 0) {
      problem(labels.mark(), quoted(name) + " must not be empty",
              "without a label every node would be taken for one of them");
    }
    for (const doc::Entry& entry : labels.entries()) {
      if (!entry.value.is_string()) {
        problem(entry.value.mark(),
                quoted(name + "." + std::string(entry.name())) + " must be a string, not " +
                    std::string(doc::kind_name(entry.value.kind())),
                "labels are strings: put it in quotes");
        continue;
      }
      const base::Result<void> key = kube::validate_label_key(entry.name());
      if (!key) problem(entry.key.mark(), quoted(name) + ": " + key.error().message);
      const base::Result<void> text = kube::validate_label_value(entry.value.as_string());
      if (!text) problem(entry.value.mark(), quoted(name) + ": " + text.error().message);
    }
  }

  static std::string one_of(const std::vector<std::string_view>& allowed) {
    std::string text;
    for (const std::string_view value : allowed)
      text += (text.empty() ? "" : " or ") + quoted(value);
    return text;
  }

  static std::string required_hint(const Field& field) {
    if (field.allowed.size() != 1) return "";
    return "add '" + std::string(field.key) + ": " + std::string(field.allowed[0]) + "'";
  }

  static std::string type_hint(const doc::Value& value, const Field& field) {
    if (field.type == Type::text && (value.is_number() || value.is_bool())) {
      return "put it in quotes";
    }
    if (field.type == Type::integer && value.is_string()) return "write the number without quotes";
    return "";
  }

  void problem(doc::Mark mark, std::string message, std::string hint = "") {
    problems_.push_back({mark, std::move(message), std::move(hint)});
  }

  std::vector<doc::Diagnostic> problems_;
};

base::Error all_of(std::vector<doc::Diagnostic> problems, const doc::Source& source) {
  std::stable_sort(problems.begin(), problems.end(), [](const auto& a, const auto& b) {
    return std::pair(a.mark.line, a.mark.column) < std::pair(b.mark.line, b.mark.column);
  });
  base::Error error = doc::to_error(problems[0], source);
  if (problems.size() == 1) return error;
  if (!error.hint.empty()) error.message += "\nhint: " + error.hint;
  for (std::size_t i = 1; i < problems.size(); ++i) {
    error.message += "\n" + doc::render(problems[i], source);
  }
  error.hint.clear();
  return error;
}

}  // namespace

base::Result<Site> parse(std::string_view text, std::string_view name) {
  const doc::Source source{std::string(name), std::string(text)};
  const doc::Value document = TRY(doc::parse_yaml(text, name));
  if (!document.is_map()) {
    return doc::to_error(
        {document.mark(),
         "a site file is a map, not " + std::string(doc::kind_name(document.kind())),
         "start with 'apiVersion: " + std::string(kApiVersion) + "'"},
        source);
  }
  Reader reader;
  doc::Value value = reader.section(document, fields(), "");
  if (!reader.problems().empty()) return all_of(std::move(reader.problems()), source);
  return Site(std::move(value));
}

}  // namespace site
