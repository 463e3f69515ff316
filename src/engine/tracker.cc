#include "engine/tracker.h"

#include <algorithm>
#include <utility>

namespace engine {
namespace {

const catalog::Task* task_of_line(const catalog::Catalog& catalog, std::string_view line) {
  const auto found = std::find_if(catalog.tasks.begin(), catalog.tasks.end(),
                                  [&](const catalog::Task& task) { return task.line == line; });
  return found == catalog.tasks.end() ? nullptr : &*found;
}

const Verdict* verdict_of(const std::vector<Verdict>& verdicts, std::string_view task) {
  const auto found = std::find_if(verdicts.begin(), verdicts.end(),
                                  [&](const Verdict& verdict) { return verdict.task == task; });
  return found == verdicts.end() ? nullptr : &*found;
}

/// Ready, and shown to be: every check passed and says what it saw.
bool is_proved(const Verdict& verdict) {
  return verdict.state == State::ready && !verdict.checks.empty() &&
         std::all_of(verdict.checks.begin(), verdict.checks.end(), [](const CheckResult& check) {
           return check.passed && !check.evidence.empty();
         });
}

std::string evidence_text(const Evidence& evidence) {
  std::string text = evidence.object;
  if (!evidence.resource_version.empty()) text += " @" + evidence.resource_version;
  if (!evidence.value.empty()) text += (text.empty() ? "" : ": ") + evidence.value;
  // An object's version says when it was so; an answer has only its time.
  if (evidence.resource_version.empty() && evidence.object.starts_with("Pod ")) {
    text += ", " + base::to_rfc3339(evidence.time);
  }
  return text;
}

/// For a table cell or list: characters that Markdown would take for its own are escaped.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '*' || c == '_' || c == '`' || c == '<' || c == '[' || c == '\\')
      out += '\\';
    out += c;
  }
  return out;
}

/// What a check found: "yes: the GPUs are labelled (Node gpu-0 @812: 8)".
std::string finding(const CheckResult& check) {
  std::string text = std::string(check.passed ? "yes: " : "no: ") + check.says;
  if (!check.passed) return text + " (" + check.reason + ")";
  return check.evidence.empty() ? text : text + " (" + evidence_text(check.evidence[0]) + ")";
}

bool is_looked_at(State state) { return state != State::blocked && state != State::skipped; }

std::string state_text(const catalog::Task* task, const Verdict* verdict) {
  if (task == nullptr) return "no task yet";
  if (verdict == nullptr) return "not looked at";
  std::string text(to_string(verdict->state));
  if (!verdict->reason.empty()) text += ": " + verdict->reason;
  return text;
}

/// Whether `text` begins with the form of base::to_rfc3339, in whole seconds: the length of it.
std::size_t time_length(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00Z";
  if (text.size() < kForm.size()) return 0;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '0' ? !digit : text[i] != kForm[i]) return 0;
  }
  return kForm.size();
}

/// The page without the " @123" and ", 2026-01-01T00:00:00Z" of evidence_text.
std::string without_versions(std::string_view page) {
  std::string out;
  for (std::size_t i = 0; i < page.size();) {
    const std::string_view rest = page.substr(i);
    if (rest.starts_with(" @") && rest.size() > 2 && rest[2] >= '0' && rest[2] <= '9') {
      i += std::min(rest.find_first_not_of("0123456789", 2), rest.size());
    } else if (rest.starts_with(", ") && time_length(rest.substr(2)) > 0) {
      i += 2 + time_length(rest.substr(2));
    } else {
      out += page[i++];
    }
  }
  return out;
}

}  // namespace

bool same_state(std::string_view one, std::string_view other) {
  return without_versions(one) == without_versions(other);
}

std::string tracker_markdown(const catalog::Catalog& catalog,
                             const std::vector<Verdict>& verdicts) {
  std::string out;
  for (const catalog::Area& area : catalog.areas) {
    out +=
        (out.empty() ? "## " : "\n## ") + std::to_string(area.number) + ". " + area.title + "\n\n";
    for (const catalog::Line& line : area.lines) {
      const catalog::Task* task = task_of_line(catalog, line.id);
      const Verdict* verdict = task == nullptr ? nullptr : verdict_of(verdicts, task->id);
      const bool ticked = verdict != nullptr && is_proved(*verdict);
      out += std::string("- [") + (ticked ? "x" : " ") + "] **" + line.id + "** " +
             escaped(line.title);
      if (task != nullptr) out += " ([" + task->id + "](" + task->runbook + "))";
      out += ": " + escaped(state_text(task, verdict)) + "\n";
      if (verdict == nullptr) continue;
      for (const CheckResult& check : verdict->checks)
        out += "  - " + escaped(finding(check)) + "\n";
    }
  }
  return out;
}

std::string tracker_table(const catalog::Catalog& catalog, const std::vector<Verdict>& verdicts) {
  std::string out;
  for (const catalog::Area& area : catalog.areas) {
    out += (out.empty() ? "" : "\n") + std::to_string(area.number) + ". " + area.title + "\n";
    for (const catalog::Line& line : area.lines) {
      const catalog::Task* task = task_of_line(catalog, line.id);
      const Verdict* verdict = task == nullptr ? nullptr : verdict_of(verdicts, task->id);
      const bool ticked = verdict != nullptr && is_proved(*verdict);
      out += std::string("  ") + (ticked ? "[x] " : "[ ] ") + line.id + "  " + line.title;
      if (!ticked) out += "  (" + state_text(task, verdict) + ")";
      out += "\n";
      // What is blocked or left out has not been started: its reason says it all.
      if (verdict == nullptr || !is_looked_at(verdict->state)) continue;
      for (const CheckResult& check : verdict->checks) out += "           " + finding(check) + "\n";
    }
  }
  return out;
}

base::Result<std::string> with_tracker(std::string_view page, std::string_view tracker) {
  const std::size_t begin = page.find(kTrackerBegin);
  const std::size_t end = page.find(kTrackerEnd);
  const bool twice = begin != std::string_view::npos &&
                     (page.find(kTrackerBegin, begin + 1) != std::string_view::npos ||
                      page.find(kTrackerEnd, end + 1) != std::string_view::npos);
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin || twice) {
    return base::Error{base::ErrorCode::failed_precondition,
                       "the page does not have the tracker's two markers once each, in order",
                       "put '" + std::string(kTrackerBegin) + "' and '" + std::string(kTrackerEnd) +
                           "' on lines of their own"};
  }
  std::string out(page.substr(0, begin + kTrackerBegin.size()));
  out += "\n" + std::string(tracker);
  if (!tracker.empty() && tracker.back() != '\n') out += "\n";
  return out + std::string(page.substr(end));
}

}  // namespace engine
