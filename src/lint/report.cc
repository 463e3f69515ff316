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

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

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

/// The findings as compilers print them, then what was skipped and why, then the counts.
std::string to_table(const Report& report) {
  std::string text;
  std::map<std::string, std::size_t> skipped;
  for (const Document& document : report.documents) {
    if (document.verdict == Verdict::skipped) ++skipped[document.why];
    for (const Finding& finding : document.findings) {
      text += place(document, finding) + ": " + std::string(severity_name(finding.severity)) +
              ": " + finding.message + "\n";
      if (!finding.excerpt.empty()) text += finding.excerpt + "\n";
      if (!finding.schema.empty()) text += "schema: " + finding.schema + "\n";
      if (!finding.hint.empty()) text += "hint: " + finding.hint + "\n";
    }
  }
  for (const auto& [why, count] : skipped) {
    text += "skipped: " + counted(count, "document") + ": " + why + "\n";
  }
  return text + counted(report.documents.size(), "document") + " in " +
         counted(report.files, "file") + ": " + std::to_string(report.count(Verdict::valid)) +
         " valid, " + std::to_string(report.count(Verdict::invalid)) + " invalid, " +
         std::to_string(report.count(Verdict::skipped)) + " skipped, " +
         std::to_string(report.count(Verdict::unreadable)) + " unreadable\n";
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
  return doc::to_json_pretty(Value::map(
      {{"summary", Value::map({{"files", number(report.files)},
                               {"documents", number(report.documents.size())},
                               {"valid", number(report.count(Verdict::valid))},
                               {"invalid", number(report.count(Verdict::invalid))},
                               {"skipped", number(report.count(Verdict::skipped))},
                               {"unreadable", number(report.count(Verdict::unreadable))}})},
       {"documents", Value::list(std::move(documents))}}));
}

}  // namespace

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
