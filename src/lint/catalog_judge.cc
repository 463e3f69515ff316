#include "lint/catalog_judge.h"

#include <algorithm>
#include <utility>

#include "catalog/examine.h"
#include "doc/yaml.h"
#include "lint/finding.h"
#include "lint/missing_schema.h"
#include "lint/template_check.h"
#include "schema/data_type.h"

namespace lint {
namespace {

using doc::Value;

schema::Kind kind_of(const kube::GroupVersionKind& gvk) {
  return {gvk.group, gvk.version, gvk.kind};
}

/// The types of objects as the schemas at hand have them.
class SchemaTypes final : public catalog::ObjectTypes {
 public:
  explicit SchemaTypes(const schema::Registry& registry) : registry_(registry) {}

  std::optional<cel::Type> type_of(const kube::GroupVersionKind& gvk) const override {
    const schema::KindSchema* known = registry_.find(kind_of(gvk));
    if (known == nullptr) return std::nullopt;
    return schema::data_type(known->schema);
  }

 private:
  const schema::Registry& registry_;
};

class CatalogJudge {
 public:
  CatalogJudge(const CatalogFiles& files, const Schemas& schemas, const Options& options,
               Expressions& expressions)
      : files_(files), schemas_(schemas), options_(options), expressions_(expressions) {}

  std::vector<Document> all() {
    const SchemaTypes types(schemas_.registry);
    examined_ = catalog::examine(files_.files, &types);
    std::vector<Document> documents;
    for (const auto& [path, name] : files_.asked) {
      const catalog::File* file = find(path);
      documents.push_back(file == nullptr ? no_part() : one(*file));
      documents.back().file = name;
    }
    return documents;
  }

 private:
  const catalog::File* find(const std::string& path) const {
    const auto file = std::find_if(files_.files.begin(), files_.files.end(),
                                   [&](const catalog::File& one) { return one.path == path; });
    return file == files_.files.end() ? nullptr : &*file;
  }

  /// A file that `up` would never read ("quota.yml") is nothing that may be called right.
  static Document no_part() {
    Document document;
    document.verdict = Verdict::invalid;
    Finding finding;
    finding.rule = "catalog";
    finding.message = "this file is no part of the catalog it lies in";
    finding.hint = "a catalog is made of .yaml and .md files";
    document.findings.push_back(std::move(finding));
    return document;
  }

  Document one(const catalog::File& file) {
    Document document;
    const auto value = doc::parse_yaml(file.text, file.path);
    if (value) {
      document.mark = value->mark();
      name(file.path, *value, document);
    }
    add_problems(file, value.has_value(), document);
    if (value) {
      judge_reads(file, *value, document);
      judge_manifests(file, document);
    }
    settle(document, value.has_value());
    return document;
  }

  static void name(const std::string& path, const Value& value, Document& document) {
    if (path == "tracker.yaml" || path == "known-issues.yaml") {
      document.kind = {"", "catalog", path == "tracker.yaml" ? "Tracker" : "KnownIssues"};
    } else if (value.find("apiVersion") != nullptr) {
      document.kind = schema::kind_of(value);
      document.name = std::string(value.string_at("metadata.name"));
    } else {
      document.kind = {"", "catalog", "Task"};
      document.name = std::string(value.string_at("task"));
    }
  }

  void add_problems(const catalog::File& file, bool readable, Document& document) {
    for (const catalog::Problem& problem : examined_.problems) {
      if (problem.file != file.path) continue;
      const doc::Diagnostic& said = problem.diagnostic;
      const char* rule = problem.in_expression ? "expression" : readable ? "catalog" : "yaml";
      document.findings.push_back({Severity::error, rule, "", said.mark,
                                   column_in_characters(said.mark, file.text), said.message,
                                   said.hint, doc::excerpt(said.mark, file.text), ""});
    }
  }

  /// The manifests of tasks that stand in this file.
  void judge_manifests(const catalog::File& file, Document& document) {
    for (const catalog::Task& task : examined_.catalog.tasks) {
      for (const catalog::ObjectTemplate& object : task.objects) {
        // What an operator's stanza stands for has no text of its own.
        if (object.file != file.path || task.file == file.path) continue;
        const schema::KindSchema* known = schemas_.registry.find(kind_of(object.kind));
        if (known == nullptr) add_missing(kind_of(object.kind), document.mark, "", file, document);
        for (Finding& finding : check_template(object.body, known, file.text, expressions_)) {
          if (options_.explain && known != nullptr) finding.schema = known->source;
          document.findings.push_back(std::move(finding));
        }
      }
    }
  }

  /// What expressions read without a schema, which leaves them unchecked.
  void judge_reads(const catalog::File& file, const Value& value, Document& document) {
    std::vector<Value> readers = {value};
    if (const Value* issues = value.find("issues"); issues != nullptr && issues->is_list()) {
      readers.assign(issues->items().begin(), issues->items().end());
    }
    for (const Value& reader : readers) {
      const Value* reads = reader.find("reads");
      if (reads == nullptr || !reads->is_list()) continue;
      for (const Value& read : reads->items()) {
        const schema::Kind kind = schema::kind_of(read);
        if (schemas_.registry.find(kind) != nullptr) continue;
        add_missing(kind, read.mark(), "objects." + std::string(read.string_at("as")), file,
                    document);
      }
    }
    if (document.kind.kind != "Tracker") return;
    const std::set<std::string> read = members_read();
    for (const auto& [member, gvk] : catalog::cluster_kinds()) {
      if (!read.contains(member) || schemas_.registry.find(kind_of(gvk)) != nullptr) continue;
      add_missing(kind_of(gvk), value.mark(), "cluster." + member, file, document);
    }
  }

  /// The members of `cluster` that some expression of a task or issue reads, as cluster_kinds()
  /// names them.
  std::set<std::string> members_read() const {
    std::set<std::string> members;
    const auto note = [&](const catalog::Expression& expression) {
      for (const std::string& path : expression.reads()) {
        if (!path.starts_with("cluster.")) continue;
        std::string member = path.substr(8, path.find('.', 8) - 8);
        if (member == "workers" || member == "gpuNodes") member = "nodes";
        members.insert(member == "openshift" ? "openshift.object" : member);
      }
    };
    for (const catalog::Task& task : examined_.catalog.tasks) {
      if (task.when) note(*task.when);
      for (const catalog::Check& check : task.ready) {
        note(check.that);
        if (check.shows) note(*check.shows);
      }
      for (const catalog::Proof& proof : task.proofs) {
        note(proof.expect);
        note(proof.pods);
      }
      for (const catalog::ObjectTemplate& object : task.objects) {
        if (object.when) note(*object.when);
        for (const catalog::TemplateText& text : object.body.texts) {
          std::for_each(text.expressions.begin(), text.expressions.end(), note);
        }
      }
    }
    for (const catalog::KnownIssue& issue : examined_.catalog.issues) note(issue.detect);
    return members;
  }

  void add_missing(const schema::Kind& kind, doc::Mark mark, const std::string& read_as,
                   const catalog::File& file, Document& document) {
    Finding finding = missing_schema(kind, schemas_.registry, options_);
    if (!read_as.empty()) {
      finding.message += ": what expressions read of " + read_as + " is not checked";
    }
    finding.mark = mark;
    finding.column_in_characters = column_in_characters(mark, file.text);
    document.findings.push_back(std::move(finding));
  }

  static void settle(Document& document, bool readable) {
    const auto any = [&](bool missing) {
      return std::any_of(
          document.findings.begin(), document.findings.end(), [&](const Finding& finding) {
            const bool is_missing = finding.rule == "no-schema";
            return is_missing == missing && (is_missing || finding.severity == Severity::error);
          });
    };
    document.verdict = !readable    ? Verdict::unreadable
                       : any(false) ? Verdict::invalid
                       : any(true)  ? Verdict::no_schema
                                    : Verdict::valid;
    if (document.verdict == Verdict::unreadable && !document.findings.empty()) {
      document.mark = document.findings[0].mark;
    }
  }

  const CatalogFiles& files_;
  const Schemas& schemas_;
  const Options& options_;
  Expressions& expressions_;
  catalog::Examined examined_;
};

}  // namespace

std::set<schema::Kind> kinds_in(const std::vector<CatalogFiles>& catalogs) {
  std::set<schema::Kind> kinds;
  for (const CatalogFiles& files : catalogs) {
    for (const auto& [member, gvk] : catalog::cluster_kinds()) kinds.insert(kind_of(gvk));
    const catalog::Catalog catalog = catalog::examine(files.files).catalog;
    for (const kube::GroupVersionKind& gvk : catalog.kinds()) kinds.insert(kind_of(gvk));
  }
  return kinds;
}

std::vector<Document> judge_catalog(const CatalogFiles& files, const Schemas& schemas,
                                    const Options& options, Expressions& expressions) {
  return CatalogJudge(files, schemas, options, expressions).all();
}

}  // namespace lint
