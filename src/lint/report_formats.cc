#include "lint/report_formats.h"

#include <algorithm>
#include <map>
#include <set>

#include "doc/json.h"

namespace lint {
namespace {

using doc::Value;

std::string with_hint(const Finding& finding) {
  return finding.hint.empty() ? finding.message : finding.message + " (" + finding.hint + ")";
}

std::string title_of(const Document& document) {
  std::string title = document.kind.kind.empty() ? "document" : to_string(document.kind);
  title += document.name.empty() ? " " + std::to_string(document.number) : " " + document.name;
  return title;
}

/// XML 1.0 has no way to write most control characters; they become '?'.
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 && c != '\t' ? '?' : c;
    }
  }
  return out;
}

/// Escapes of workflow commands (actions/toolkit, command.ts).
std::string command(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','))) {
      constexpr char kHex[] = "0123456789ABCDEF";
      out.append(1, '%').append(1, kHex[c >> 4]).append(1, kHex[c & 15]);
    } else {
      out += c;
    }
  }
  return out;
}

Value region(const Finding& finding) {
  return Value::map({{"startLine", Value(std::int64_t(finding.mark.line))},
                     {"startColumn", Value(std::int64_t(finding.column_in_characters))}});
}

Value sarif_result(const Document& document, const Finding& finding) {
  std::vector<doc::Entry> place = {
      {Value("artifactLocation"), Value::map({{"uri", Value(document.file)}})}};
  if (finding.mark.known()) place.push_back({Value("region"), region(finding)});
  return Value::map(
      {{"ruleId", Value(finding.rule)},
       {"level", Value(finding.severity == Severity::error ? "error" : "warning")},
       {"message", Value::map({{"text", Value(with_hint(finding))}})},
       {"locations",
        Value::list({Value::map({{"physicalLocation", Value::map(std::move(place))}})})}});
}

enum class JunitOutcome { passed, failed, skipped };

JunitOutcome junit_outcome(const Document& document) {
  if (document.verdict == Verdict::skipped) return JunitOutcome::skipped;
  const bool failed =
      std::any_of(document.findings.begin(), document.findings.end(),
                  [](const Finding& finding) { return finding.severity == Severity::error; });
  if (failed) return JunitOutcome::failed;
  return document.verdict == Verdict::no_schema ? JunitOutcome::skipped : JunitOutcome::passed;
}

std::string junit_case(const Document& document) {
  std::string text = "    <testcase classname=\"" + xml(document.file) + "\" name=\"" +
                     xml(title_of(document)) + "\">\n";
  if (document.verdict == Verdict::skipped) {
    text += "      <skipped message=\"" + xml(document.why) + "\"/>\n";
  }
  std::string warnings;
  for (const Finding& finding : document.findings) {
    const std::string place = "line " + std::to_string(finding.mark.line) + ", column " +
                              std::to_string(finding.mark.column);
    if (finding.severity == Severity::error) {
      text += "      <failure type=\"" + xml(finding.rule) + "\" message=\"" +
              xml(with_hint(finding)) + "\">" + place + "</failure>\n";
    } else {
      warnings += (warnings.empty() ? "" : "\n") + place + ": " + with_hint(finding);
    }
  }
  if (junit_outcome(document) == JunitOutcome::skipped && !warnings.empty()) {
    text += "      <skipped message=\"" + xml(warnings) + "\"/>\n";
  } else if (!warnings.empty()) {
    text += "      <system-out>" + xml(warnings) + "</system-out>\n";
  }
  return text + "    </testcase>\n";
}

}  // namespace

std::string to_sarif(const Report& report) {
  std::vector<Value> results, rules;
  std::set<std::string> rule_ids;
  for (const Document& document : report.documents) {
    for (const Finding& finding : document.findings) {
      results.push_back(sarif_result(document, finding));
      rule_ids.insert(finding.rule);
    }
  }
  for (const std::string& id : rule_ids) rules.push_back(Value::map({{"id", Value(id)}}));
  const Value driver =
      Value::map({{"name", Value("slipway lint")}, {"rules", Value::list(std::move(rules))}});
  const Value run = Value::map({{"tool", Value::map({{"driver", driver}})},
                                {"columnKind", Value("unicodeCodePoints")},
                                {"results", Value::list(std::move(results))}});
  return doc::to_json_pretty(
      Value::map({{"$schema", Value("https://json.schemastore.org/sarif-2.1.0.json")},
                  {"version", Value("2.1.0")},
                  {"runs", Value::list({run})}}));
}

std::string to_junit(const Report& report) {
  std::map<std::string, std::vector<const Document*>> by_file;
  for (const Document& document : report.documents) by_file[document.file].push_back(&document);
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"slipway lint\">\n";
  for (const auto& [file, documents] : by_file) {
    std::size_t failures = 0, skipped = 0;
    for (const Document* document : documents) {
      failures += junit_outcome(*document) == JunitOutcome::failed ? 1 : 0;
      skipped += junit_outcome(*document) == JunitOutcome::skipped ? 1 : 0;
    }
    text += "  <testsuite name=\"" + xml(file) + "\" tests=\"" + std::to_string(documents.size()) +
            "\" failures=\"" + std::to_string(failures) + "\" skipped=\"" +
            std::to_string(skipped) + "\">\n";
    for (const Document* document : documents) text += junit_case(*document);
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

std::string to_github(const Report& report) {
  std::string text;
  for (const Document& document : report.documents) {
    if (document.verdict == Verdict::skipped) {
      text += "::notice file=" + command(document.file, true) +
              ",line=" + std::to_string(document.mark.line) +
              ",title=skipped::" + command(document.why, false) + "\n";
    }
    for (const Finding& finding : document.findings) {
      text += std::string(finding.severity == Severity::error ? "::error" : "::warning") +
              " file=" + command(document.file, true);
      if (finding.mark.known()) {
        text += ",line=" + std::to_string(finding.mark.line) +
                ",col=" + std::to_string(finding.column_in_characters);
      }
      text += ",title=" + command(finding.rule, true) + "::" + command(with_hint(finding), false) +
              "\n";
    }
  }
  return text + summary(report);
}

}  // namespace lint
