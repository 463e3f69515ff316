#include "catalog/problems.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/check.h"

namespace catalog {

void Problems::add(const doc::Source& source, doc::Mark mark, std::string message,
                   std::string hint) {
  found_.push_back({&source, {mark, std::move(message), std::move(hint)}, false});
}

void Problems::add_in_expression(const doc::Source& source, doc::Mark mark, std::string message,
                                 std::string hint) {
  found_.push_back({&source, {mark, std::move(message), std::move(hint)}, true});
}

void Problems::add(base::Error error) { errors_.push_back(std::move(error)); }

std::vector<Problems::Found> Problems::sorted() const {
  std::vector<Found> sorted = found_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Found& a, const Found& b) {
    return std::tuple(std::string_view(a.source->name), a.diagnostic.mark.line,
                      a.diagnostic.mark.column) < std::tuple(std::string_view(b.source->name),
                                                             b.diagnostic.mark.line,
                                                             b.diagnostic.mark.column);
  });
  return sorted;
}

std::vector<Problem> Problems::list() const {
  std::vector<Problem> list;
  for (const base::Error& error : errors_) list.push_back({"", {{}, error.message, error.hint}});
  for (const Found& found : sorted()) {
    list.push_back({found.source->name, found.diagnostic, found.in_expression});
  }
  return list;
}

base::Error Problems::to_error() const {
  CHECK(!empty());
  std::vector<base::Error> all = errors_;
  for (const Found& found : sorted()) all.push_back(doc::to_error(found.diagnostic, *found.source));
  base::Error first = std::move(all[0]);
  if (all.size() == 1) return first;
  if (!first.hint.empty()) first.message += "\nhint: " + first.hint;
  first.hint.clear();
  for (std::size_t i = 1; i < all.size(); ++i) first.message += "\n" + base::to_string(all[i]);
  return first;
}

}  // namespace catalog
