#include "catalog/tracker_file.h"

#include <utility>

#include "catalog/section.h"

namespace catalog {
namespace {

Area read_area(const doc::Value& item, int number, const doc::Source& source, Problems& problems) {
  Section section(item, "an area", {"title", "folder", "lines"}, source, problems);
  Area area;
  area.number = number;
  if (!section.usable()) return area;
  area.title = section.text("title");
  area.folder = section.text("folder");
  const std::string prefix = std::to_string(number);
  if (area.folder.rfind(prefix + "-", 0) != 0) {
    section.problem(section.mark_of("folder"),
                    "the folder of area " + prefix + " must begin with '" + prefix + "-'");
  }
  for (const std::string& title : section.texts("lines")) {
    area.lines.push_back({prefix + "." + std::to_string(area.lines.size() + 1), title});
  }
  if (area.lines.empty()) section.problem(section.mark(), "an area needs lines");
  return area;
}

}  // namespace

std::vector<Area> read_tracker(const doc::Value& value, const doc::Source& source,
                               Problems& problems) {
  Section section(value, "the tracker", {"areas"}, source, problems);
  std::vector<Area> areas;
  if (!section.usable()) return areas;
  for (const doc::Value& item : section.list("areas")) {
    areas.push_back(read_area(item, static_cast<int>(areas.size()) + 1, source, problems));
  }
  if (areas.empty()) section.problem(section.mark(), "the tracker needs areas");
  return areas;
}

}  // namespace catalog
