#include "lint/judge.h"

#include <algorithm>

#include "base/strings.h"
#include "doc/json.h"
#include "lint/finding.h"
#include "lint/missing_schema.h"

namespace lint {
namespace {

using doc::Value;
using schema::Violation;

std::string name_of(const Value& document) {
  const std::string_view space = document.string_at("metadata.namespace");
  std::string_view name = document.string_at("metadata.name");
  if (name.empty()) name = document.string_at("metadata.generateName");
  return space.empty() ? std::string(name) : std::string(space) + "/" + std::string(name);
}

class Judge {
 public:
  Judge(const Manifest& manifest, const Schemas& schemas, const Options& options)
      : manifest_(manifest), schemas_(schemas), options_(options) {}

  std::vector<Document> all() {
    if (manifest_.failure) return {unreadable(*manifest_.failure)};
    std::vector<Document> documents;
    for (const Value& value : manifest_.documents) {
      documents.push_back(one(value, documents.size() + 1));
    }
    return documents;
  }

 private:
  Document unreadable(const doc::Diagnostic& failure) {
    Document document;
    document.file = manifest_.file;
    document.mark = failure.mark;
    document.verdict = Verdict::unreadable;
    document.findings.push_back({Severity::error, "yaml", "", failure.mark,
                                 characters(failure.mark), failure.message, failure.hint,
                                 doc::excerpt(failure.mark, manifest_.text), ""});
    return document;
  }

  std::uint32_t characters(doc::Mark mark) const {
    return column_in_characters(mark, manifest_.text);
  }

  Document one(const Value& value, std::size_t number) {
    Document document;
    document.file = manifest_.file;
    document.number = number;
    document.mark = value.mark();
    document.kind = schema::kind_of(value);
    document.name = name_of(value);
    const bool has_version = value.find("apiVersion") != nullptr;
    if (!has_version && value.find("kind") == nullptr) {
      skip(document, "no apiVersion and kind");
      return document;
    }
    for (const std::string_view field : {"apiVersion", "kind"}) {
      if (value.string_at(field).empty()) no_text(document, value, field);
    }
    if (document.findings.empty()) against_schema(document, value);
    return document;
  }

  /// apiVersion or kind is absent, empty or no string.
  void no_text(Document& document, const Value& value, std::string_view field) {
    const Value* there = value.find(field);
    if (there == nullptr || there->is_string() || there->is_null()) {
      return add(document,
                 {Violation::Type::required, std::string(field), value.mark(), "Required value",
                  "every object has an apiVersion and a kind"},
                 "");
    }
    add(document,
        {Violation::Type::wrong_type, std::string(field), there->mark(),
         "Invalid value: " + doc::to_json(*there) + ": must be a string"},
        "");
  }

  static void skip(Document& document, std::string why) {
    document.verdict = Verdict::skipped;
    document.why = std::move(why);
  }

  void against_schema(Document& document, const Value& value) {
    const schema::KindSchema* known = schemas_.registry.find(document.kind);
    if (known != nullptr) {
      for (const Violation& violation : known->schema.validate(value)) {
        add(document, violation, known->source);
      }
    }
    if (is_crd(value)) {
      for (const Violation& problem : schemas_.problems_of(manifest_.file, value)) {
        add(document, problem, "");
      }
    } else if (known == nullptr) {
      document.verdict = Verdict::no_schema;
      Finding finding = missing_schema(document.kind, schemas_.registry, options_);
      finding.mark = document.mark;
      finding.column_in_characters = characters(document.mark);
      document.findings.push_back(std::move(finding));
    }
  }

  void add(Document& document, const Violation& violation, const std::string& source) {
    Finding finding{Severity::error,
                    std::string(rule_name(violation.type)),
                    violation.path,
                    violation.mark,
                    characters(violation.mark),
                    to_string(violation),
                    violation.hint,
                    doc::excerpt(violation.mark, manifest_.text),
                    options_.explain ? explanation(violation.schema_mark, source, schemas_) : ""};
    if (violation.type == Violation::Type::wrong_type) hint_at_reader(finding);
    document.verdict = Verdict::invalid;
    document.findings.push_back(std::move(finding));
  }

  /// "must be of type string" puzzles whoever wrote `no`.
  void hint_at_reader(Finding& finding) const {
    const auto note = std::find_if(
        manifest_.ambiguous.begin(), manifest_.ambiguous.end(),
        [&](const doc::Diagnostic& diagnostic) { return diagnostic.mark == finding.mark; });
    if (note != manifest_.ambiguous.end()) finding.hint = note->message + ": " + note->hint;
  }

  const Manifest& manifest_;
  const Schemas& schemas_;
  const Options& options_;
};

}  // namespace

const schema::Violations& Schemas::problems_of(const std::string& file, const Value& crd) const {
  static const schema::Violations kNone;
  const auto found = problems.find({file, crd.mark().line});
  return found == problems.end() ? kNone : found->second;
}

std::vector<Document> judge(const Manifest& manifest, const Schemas& schemas,
                            const Options& options) {
  return Judge(manifest, schemas, options).all();
}

bool is_crd(const Value& document) {
  return document.string_at("kind") == "CustomResourceDefinition" &&
         document.string_at("apiVersion").starts_with("apiextensions.k8s.io/");
}

std::string_view rule_name(Violation::Type type) {
  switch (type) {
    case Violation::Type::invalid:
      return "invalid-value";
    case Violation::Type::wrong_type:
      return "wrong-type";
    case Violation::Type::required:
      return "required";
    case Violation::Type::not_supported:
      return "unsupported-value";
    case Violation::Type::too_long:
      return "too-long";
    case Violation::Type::too_many:
      return "too-many";
    case Violation::Type::duplicate:
      return "duplicate";
    case Violation::Type::forbidden:
      return "forbidden";
    case Violation::Type::internal:
      return "internal";
    case Violation::Type::unknown_field:
      return "unknown-field";
    case Violation::Type::bad_schema:
      return "bad-schema";
  }
  CHECK(false);
}

}  // namespace lint
