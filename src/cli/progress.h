#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "engine/decide.h"
#include "engine/plan.h"
#include "engine/verdict.h"

/// What an `up` looks like while it happens: pure functions from what is known and the time to
/// text. A terminal shows a block that is drawn over and over; a pipe gets a line for each piece of
/// news.
namespace cli {

/// What is known of a run at one moment.
struct Progress {
  struct Row {
    std::string task;
    engine::State state = engine::State::waiting;
    std::string says;  ///< What is waited for, or why it failed, is blocked or skipped.
    std::optional<base::SteadyTime> since;  ///< When the wait began.
    std::chrono::seconds usual{0};          ///< 0: not known.
    std::chrono::seconds deadline{0};       ///< 0: looked at, not waited for.
  };
  base::SteadyTime started{};
  std::vector<Row> rows;  ///< In the plan's order.
};

Progress progress_of(const engine::Decision& decision, base::SteadyTime started);

struct Look {
  int width = 80;
  bool colour = false;
};

/// The block: a summary and a line a task, none wider than the terminal. Ends with a line break.
std::string live(const Progress& progress, base::SteadyTime now, const Look& look);

/// What a pipe is told: a line for each task whose state, or whose wait, is another than before.
/// Each begins with the time since the start ("[   12s] "). No line breaks.
std::vector<std::string> news(const Progress& before, const Progress& after, base::SteadyTime now);
/// The same for an action that ended.
std::string action_line(const engine::Action& action, const base::Error* error,
                        std::chrono::nanoseconds since_start);

/// "3 of 9 ready, 2 waiting, 4 blocked, 41s": states that nothing is in are left out.
std::string summary(const Progress& progress, base::SteadyTime now);

}  // namespace cli
