#pragma once

#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "engine/verdict.h"

namespace cli {

/// The tasks' states in the form that -o asks for; "table" is the tracker.
std::string verdicts_text(const catalog::Catalog& catalog,
                          const std::vector<engine::Verdict>& verdicts, std::string_view format);

/// Whether every task is ready or not asked for.
bool all_ready(const std::vector<engine::Verdict>& verdicts);

}  // namespace cli
