#include "catalog/section.h"

#include <algorithm>
#include <utility>

namespace catalog {

Section::Section(const doc::Value& value, std::string what, std::vector<std::string_view> known,
                 const doc::Source& source, Problems& problems)
    : value_(value), what_(std::move(what)), source_(source), problems_(problems) {
  if (!value_.is_map()) {
    problem(value_.mark(),
            what_ + " must be a map, not " + std::string(doc::kind_name(value_.kind())));
    return;
  }
  for (const doc::Entry& entry : value_.entries()) {
    if (std::find(known.begin(), known.end(), entry.name()) != known.end()) continue;
    problem(entry.key.mark(), "unknown key '" + std::string(entry.name()) + "' in " + what_,
            doc::hint_for_unknown(entry.name(), known));
  }
}

void Section::problem(doc::Mark mark, std::string message, std::string hint) {
  problems_.add(source_, mark, std::move(message), std::move(hint));
}

void Section::wrong_type(const doc::Value& value, std::string_view key, std::string_view wanted) {
  problem(value.mark(), "'" + std::string(key) + "' must be a " + std::string(wanted) + ", not " +
                            std::string(doc::kind_name(value.kind())));
}

doc::Mark Section::mark_of(std::string_view key) const {
  const doc::Value* value = find(key);
  return value == nullptr ? value_.mark() : value->mark();
}

doc::Value Section::required(std::string_view key) {
  const doc::Value* value = find(key);
  if (value != nullptr) return *value;
  if (usable()) problem(value_.mark(), what_ + " needs the key '" + std::string(key) + "'");
  return {};
}

std::string Section::text(std::string_view key, bool is_required) {
  const doc::Value value = is_required            ? required(key)
                           : find(key) != nullptr ? *find(key)
                                                  : doc::Value();
  if (value.is_string()) return std::string(value.as_string());
  if (find(key) != nullptr) wrong_type(value, key, "string");
  return "";
}

std::vector<doc::Value> Section::list(std::string_view key) {
  const doc::Value* value = find(key);
  if (value == nullptr) return {};
  if (!value->is_list()) {
    wrong_type(*value, key, "list");
    return {};
  }
  return {value->items().begin(), value->items().end()};
}

std::vector<std::string> Section::texts(std::string_view key) {
  std::vector<std::string> result;
  for (const doc::Value& item : list(key)) {
    if (item.is_string()) {
      result.emplace_back(item.as_string());
    } else {
      wrong_type(item, key, "list of strings");
    }
  }
  return result;
}

std::chrono::seconds Section::duration(std::string_view key, std::chrono::seconds fallback) {
  const doc::Value* value = find(key);
  if (value == nullptr) return fallback;
  const auto parsed = value->is_string() ? parse_duration(value->as_string())
                                         : std::optional<std::chrono::seconds>();
  if (!parsed) {
    problem(value->mark(), "'" + std::string(key) + "' must be a duration",
            "write it like 90s, 10m or 1h30m");
  }
  return parsed.value_or(fallback);
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  std::int64_t total = 0;
  std::int64_t last_unit = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    std::int64_t number = 0;
    const std::size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && at - begin < 6) {
      number = number * 10 + (text[at++] - '0');
    }
    if (at == begin || at == text.size()) return std::nullopt;
    const char unit = text[at++];
    const std::int64_t seconds = unit == 'h' ? 3600 : unit == 'm' ? 60 : unit == 's' ? 1 : 0;
    if (seconds == 0 || (last_unit != 0 && seconds >= last_unit)) return std::nullopt;
    last_unit = seconds;
    total += number * seconds;
  }
  if (last_unit == 0) return std::nullopt;
  return std::chrono::seconds(total);
}

}  // namespace catalog
