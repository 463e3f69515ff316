#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "engine/verdict.h"

namespace engine {

inline constexpr std::string_view kTrackerBegin = "<!-- tracker:begin -->";
inline constexpr std::string_view kTrackerEnd = "<!-- tracker:end -->";

/// The tracker as Markdown: nine areas, every line, its state and its evidence. A line is ticked
/// only when its task is ready and every check shows evidence; a line without a task says so.
std::string tracker_markdown(const catalog::Catalog& catalog, const std::vector<Verdict>& verdicts);

/// The same on a terminal: areas as headings, a line each, and under it what each check found.
std::string tracker_table(const catalog::Catalog& catalog, const std::vector<Verdict>& verdicts);

/// `page` with what stands between the markers replaced.
/// Errors: failed_precondition when the markers are missing, twice, or the wrong way round.
base::Result<std::string> with_tracker(std::string_view page, std::string_view tracker);

/// Whether two pages with a tracker say the same: what is ready, and why not. The versions of the
/// objects behind it, and the times of answers, move on a quiet cluster, and are left out.
bool same_state(std::string_view one, std::string_view other);

}  // namespace engine
