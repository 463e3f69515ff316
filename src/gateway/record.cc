#include "gateway/record.h"

namespace gateway {

std::map<std::string, std::int64_t> HiddenReport::counts() const {
  std::map<std::string, std::int64_t> counts;
  for (const auto* spans : {&title, &page}) {
    for (const auto& span : *spans) ++counts[std::string(translate::kind_name(span.kind))];
  }
  return counts;
}

doc::Value counts_value(const std::map<std::string, std::int64_t>& counts) {
  std::vector<doc::Entry> entries;
  for (const auto& [name, count] : counts) entries.push_back({doc::Value(name), doc::Value(count)});
  return doc::Value::map(std::move(entries));
}

}  // namespace gateway
