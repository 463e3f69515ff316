#include "cli/progress.h"

#include <algorithm>
#include <array>

#include "apply/perform.h"
#include "cli/options.h"
#include "cli/print.h"

namespace cli {
namespace {

using engine::State;

std::chrono::seconds whole(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time);
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string stamp(std::chrono::nanoseconds since_start) {
  const std::string text = to_string(whole(since_start));
  return "[" + std::string(text.size() < 6 ? 6 - text.size() : 0, ' ') + text + "] ";
}

/// SGR codes, for people who see colours.
std::string_view colour_of(State state) {
  switch (state) {
    case State::ready:
      return "\x1b[32m";
    case State::waiting:
      return "\x1b[33m";
    case State::failed:
      return "\x1b[31m";
    case State::blocked:
    case State::skipped:
      return "\x1b[2m";
  }
  return "";
}

/// "12s, usually 40s": how long a wait has lasted, and what to expect.
std::string how_long(const Progress::Row& row, base::SteadyTime now) {
  if (!row.since.has_value()) return "";
  std::string text = to_string(whole(now - *row.since));
  if (row.usual.count() > 0) text += ", usually " + to_string(row.usual);
  return text;
}

std::string wait_line(const Progress::Row& row) {
  std::string text = row.task + ": waiting: " + row.says;
  std::string expect;
  if (row.usual.count() > 0) expect = "usually " + to_string(row.usual);
  if (row.deadline.count() > 0) {
    expect += (expect.empty() ? "at most " : ", at most ") + to_string(row.deadline);
  }
  return expect.empty() ? text : text + " (" + expect + ")";
}

}  // namespace

Progress progress_of(const engine::Decision& decision, base::SteadyTime started) {
  Progress progress;
  progress.started = started;
  for (const engine::Verdict& verdict : decision.verdicts) {
    Progress::Row row;
    row.task = verdict.task;
    row.state = verdict.state;
    row.says = verdict.reason;
    for (const engine::Wait& wait : decision.waits) {
      if (wait.task != verdict.task) continue;
      row.says = wait.what;
      row.since = wait.since;
      row.usual = wait.usual;
      row.deadline = wait.deadline;
    }
    progress.rows.push_back(std::move(row));
  }
  return progress;
}

std::string summary(const Progress& progress, base::SteadyTime now) {
  std::array<int, 5> counts{};
  for (const Progress::Row& row : progress.rows) ++counts[static_cast<std::size_t>(row.state)];
  const auto skipped = counts[static_cast<std::size_t>(State::skipped)];
  std::string text = std::to_string(counts[static_cast<std::size_t>(State::ready)]) + " of " +
                     std::to_string(static_cast<int>(progress.rows.size()) - skipped) + " ready";
  for (const State state : {State::waiting, State::failed, State::blocked, State::skipped}) {
    const int count = counts[static_cast<std::size_t>(state)];
    if (count > 0) text += ", " + std::to_string(count) + " " + std::string(to_string(state));
  }
  return text + ", " + to_string(whole(now - progress.started));
}

std::string live(const Progress& progress, base::SteadyTime now, const Look& look) {
  // A column is left free: a terminal that is written to its last one may begin a new line.
  const int width = std::max(look.width - 1, 20);
  std::size_t names = 0;
  for (const Progress::Row& row : progress.rows) names = std::max(names, row.task.size());
  std::string text = cut(summary(progress, now), width) + "\n";
  for (const Progress::Row& row : progress.rows) {
    const std::string state = padded(std::string(to_string(row.state)), 7);
    std::string rest = "  " + row.task;
    if (row.state != State::ready) {
      rest = "  " + padded(row.task, names);
      const std::string time = how_long(row, now);
      if (!time.empty()) rest += "  " + time;
      if (!row.says.empty()) rest += "  " + row.says;
    }
    text +=
        look.colour ? "  " + std::string(colour_of(row.state)) + state + "\x1b[0m" : "  " + state;
    text += cut(rest, width - 9) + "\n";
  }
  return text;
}

std::vector<std::string> news(const Progress& before, const Progress& after, base::SteadyTime now) {
  std::vector<std::string> lines;
  for (const Progress::Row& row : after.rows) {
    const auto old = std::find_if(before.rows.begin(), before.rows.end(),
                                  [&](const auto& other) { return other.task == row.task; });
    const bool known = old != before.rows.end();
    if (known && old->state == row.state &&
        (row.state != State::waiting || old->says == row.says)) {
      continue;
    }
    std::string line;
    switch (row.state) {
      case State::ready:
        line = row.task + ": ready";
        break;
      case State::waiting:
        line = wait_line(row);
        break;
      case State::failed:
        line = row.task + ": failed: " + row.says;
        break;
      case State::skipped:
        line = row.task + ": skipped: " + row.says;
        break;
      case State::blocked:
        continue;  // Said by what it waits for; at the start it would be most of the tasks.
    }
    lines.push_back(stamp(now - after.started) + line);
  }
  return lines;
}

std::string action_line(const engine::Action& action, const base::Error* error,
                        std::chrono::nanoseconds since_start) {
  std::string line = stamp(since_start);
  const std::string_view task = apply::task_of(action);
  if (!task.empty()) line += std::string(task) + ": ";
  line += engine::to_string(action);
  if (error != nullptr) line += ": " + cut(error->message, 300);
  return line;
}

}  // namespace cli
