#include "cli/verdicts.h"

#include <algorithm>
#include <string>

#include "cli/print.h"
#include "engine/tracker.h"

namespace cli {

std::string verdicts_text(const catalog::Catalog& catalog,
                          const std::vector<engine::Verdict>& verdicts, std::string_view format) {
  if (format == "table") return engine::tracker_table(catalog, verdicts);
  std::vector<doc::Value> tasks;
  for (const engine::Verdict& verdict : verdicts) tasks.push_back(engine::to_value(verdict));
  return formatted(doc::Value::map({{"ready", doc::Value(all_ready(verdicts))},
                                    {"tasks", doc::Value::list(std::move(tasks))}}),
                   format);
}

bool all_ready(const std::vector<engine::Verdict>& verdicts) {
  return std::all_of(verdicts.begin(), verdicts.end(), [](const engine::Verdict& verdict) {
    return verdict.state == engine::State::ready || verdict.state == engine::State::skipped;
  });
}

}  // namespace cli
