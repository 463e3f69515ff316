#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/problems.h"
#include "doc/value.h"

namespace catalog {

/// One map of a catalog file, read strictly: unknown keys and wrong types go into Problems with
/// their place, and reading goes on. Internal to this folder.
/// Ownership: borrows everything it is made from.
class Section {
 public:
  /// `what` is how messages call it: "a task", "a check".
  Section(const doc::Value& value, std::string what, std::vector<std::string_view> known,
          const doc::Source& source, Problems& problems);

  bool usable() const { return value_.is_map(); }
  const doc::Value* find(std::string_view key) const { return value_.find(key); }
  /// The value of a key that must be there; null (and a problem) when it is not.
  doc::Value required(std::string_view key);
  /// A string; "" (and a problem when it is required or no string).
  std::string text(std::string_view key, bool is_required = true);
  std::vector<std::string> texts(std::string_view key);
  /// The items of a list; none when the key is absent.
  std::vector<doc::Value> list(std::string_view key);
  /// "90s", "10m", "1h30m".
  std::chrono::seconds duration(std::string_view key, std::chrono::seconds fallback);

  doc::Mark mark() const { return value_.mark(); }
  doc::Mark mark_of(std::string_view key) const;
  void problem(doc::Mark mark, std::string message, std::string hint = "");

 private:
  void wrong_type(const doc::Value& value, std::string_view key, std::string_view wanted);

  doc::Value value_;
  std::string what_;
  const doc::Source& source_;
  Problems& problems_;
};

/// nullopt when `text` is no duration.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace catalog
