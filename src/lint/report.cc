#include <map>

#include "base/strings.h"
#include "doc/json.h"
#include "lint/lint.h"
#include "lint/report_formats.h"

namespace lint {
namespace {

using doc::Value;

constexpr std::pair<std::string_view, Output> kOutputs[] = {{"table", Output::table},
                                                            {"json", Output::json},
                                                            {"sarif", Output::sarif},
                                                            {"junit", Output::junit},
                                                            {"github", Output::github}};

std::string place(const Document& document, const Finding& finding) {
  std::string text = document.file;
  if (finding.mark.known()) {
    text += ":" + std::to_string(finding.mark.line) + ":" + std::to_string(finding.mark.column);
  }
  return text;
}

std::string_view severity_name(Severity severity) {
  return severity == Severity::error ? "error" : "warning";
}

void print_finding(const Document& document, const Finding& finding, std::string& text) {
  text += place(document, finding) + ": " + std::string(severity_name(finding.severity)) + ": " +
          finding.message + "\n";
  if (!finding.excerpt.empty()) text += finding.excerpt + "\n";
  if (!finding.schema.empty()) text += "schema: " + finding.schema + "\n";
  if (!finding.hint.empty()) text += "hint: " + finding.hint + "\n";
}

/// Documents that could not be judged, together: hundreds of them want the same one thing.
class Unjudged {
 public:
  void add(const Document& document, const Finding& finding) {
    Kind& kind = kinds_[finding.message];
    if (kind.count++ == 0) kind = {place(document, finding), finding, 1};
  }

  std::string text() const {
    std::string text;
    for (const auto& [message, kind] : kinds_) {
      text += kind.first_place + ": " + std::string(severity_name(kind.finding.severity)) + ": " +
              message;
      if (kind.count > 1) text += ", nor for " + counted(kind.count - 1, "document") + " after it";
      text += "\nhint: " + kind.finding.hint + "\n";
    }
    return text;
  }

 private:
  struct Kind {
    std::string first_place;
    Finding finding;
    std::size_t count = 0;
  };
  std::map<std::string, Kind> kinds_;
};

/// What is said about a catalog's expressions, which a count of documents does not show.
std::string of_expressions(const Expressions& expressions) {
  if (expressions.checked == 0) return "";
  std::string text = counted(expressions.checked, "expression") + " in fields checked";
  if (expressions.at_run_time > 0) {
    text += ", " + std::to_string(expressions.at_run_time) +
            " of them dyn: what they yield is known at run time only";
  }
  if (expressions.rules_waiting > 0) {
    text += "; the validation rules of " + counted(expressions.rules_waiting, "document") +
            " wait for their values";
  }
  return text + "\n";
}

/// Why the exit code is not 0 although no document is wrong; "" otherwise.
std::string closing(const Report& report) {
  if (report.count(Verdict::no_schema) > 0 && !report.ignore_missing_schemas) {
    return "error: what has no schema was not checked\n"
           "hint: --ignore-missing-schemas lets it pass\n";
  }
  if (report.count(Verdict::skipped) == report.documents.size()) {
    return "error: nothing was checked: there is no Kubernetes object in what was named\n";
  }
  return "";
}

/// The findings as compilers print them, then what was not judged and why, then the counts.
std::string to_table(const Report& report) {
  std::string text;
  std::map<std::string, std::size_t> skipped;
  Unjudged unjudged;
  for (const Document& document : report.documents) {
    if (document.verdict == Verdict::skipped) ++skipped[document.why];
    for (const Finding& finding : document.findings) {
      if (document.verdict == Verdict::no_schema) {
        unjudged.add(document, finding);
      } else {
        print_finding(document, finding, text);
      }
    }
  }
  text += unjudged.text();
  for (const auto& [why, count] : skipped) {
    text += "skipped: " + counted(count, "document") + ": " + why + "\n";
  }
  return text + of_expressions(report.expressions) + summary(report) + closing(report);
}

Value number(std::size_t count) { return Value(std::int64_t(count)); }

Value finding_value(const Finding& finding) {
  std::vector<doc::Entry> entries = {{Value("severity"), Value(severity_name(finding.severity))},
                                     {Value("rule"), Value(finding.rule)},
                                     {Value("path"), Value(finding.path)},
                                     {Value("line"), number(finding.mark.line)},
                                     {Value("column"), number(finding.mark.column)},
                                     {Value("message"), Value(finding.message)}};
  if (!finding.hint.empty()) entries.push_back({Value("hint"), Value(finding.hint)});
  if (!finding.schema.empty()) entries.push_back({Value("schema"), Value(finding.schema)});
  return Value::map(std::move(entries));
}

std::string to_json_report(const Report& report) {
  std::vector<Value> documents;
  for (const Document& document : report.documents) {
    std::vector<Value> findings;
    for (const Finding& finding : document.findings) findings.push_back(finding_value(finding));
    std::vector<doc::Entry> entries = {{Value("file"), Value(document.file)},
                                       {Value("document"), number(document.number)},
                                       {Value("line"), number(document.mark.line)},
                                       {Value("kind"), Value(to_string(document.kind))},
                                       {Value("name"), Value(document.name)},
                                       {Value("verdict"), Value(verdict_name(document.verdict))}};
    if (!document.why.empty()) entries.push_back({Value("why"), Value(document.why)});
    entries.push_back({Value("findings"), Value::list(std::move(findings))});
    documents.push_back(Value::map(std::move(entries)));
  }
  const Expressions& expressions = report.expressions;
  return doc::to_json_pretty(Value::map(
      {{"summary", Value::map({{"files", number(report.files)},
                               {"documents", number(report.documents.size())},
                               {"valid", number(report.count(Verdict::valid))},
                               {"invalid", number(report.count(Verdict::invalid))},
                               {"noSchema", number(report.count(Verdict::no_schema))},
                               {"skipped", number(report.count(Verdict::skipped))},
                               {"unreadable", number(report.count(Verdict::unreadable))},
                               {"exitCode", number(std::size_t(exit_code(report)))}})},
       {"expressions", Value::map({{"checked", number(expressions.checked)},
                                   {"atRunTime", number(expressions.at_run_time)},
                                   {"rulesWaiting", number(expressions.rules_waiting)}})},
       {"documents", Value::list(std::move(documents))}}));
}

}  // namespace

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

std::string summary(const Report& report) {
  return counted(report.documents.size(), "document") + " in " + counted(report.files, "file") +
         ": " + std::to_string(report.count(Verdict::valid)) + " valid, " +
         std::to_string(report.count(Verdict::invalid)) + " invalid, " +
         std::to_string(report.count(Verdict::no_schema)) + " without a schema, " +
         std::to_string(report.count(Verdict::skipped)) + " skipped, " +
         std::to_string(report.count(Verdict::unreadable)) + " unreadable\n";
}

base::Result<Output> output_named(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& [known, output] : kOutputs) {
    if (known == name) return output;
    names.emplace_back(known);
  }
  return base::Error{base::ErrorCode::invalid_argument,
                     "unknown output '" + std::string(name) + "'",
                     "use one of " + base::join(names, ", ")};
}

std::string to_text(const Report& report, Output output) {
  switch (output) {
    case Output::table:
      return to_table(report);
    case Output::json:
      return to_json_report(report);
    case Output::sarif:
      return to_sarif(report);
    case Output::junit:
      return to_junit(report);
    case Output::github:
      return to_github(report);
  }
  CHECK(false);
}

}  // namespace lint
