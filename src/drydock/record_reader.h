#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doc/value.h"

namespace drydock {

/// A data file of drydock: its text, kept for diagnostics, and its one document.
struct DataFile {
  doc::Source source;
  doc::Value value;
};

/// Reads and parses a file. `name` in diagnostics is the path below the folder that holds it, as a
/// person names it ("behaviours/nfd.yaml"). Errors: not_found, invalid_argument.
base::Result<DataFile> read_data_file(const std::filesystem::path& path);
/// The *.yaml files of a folder, sorted by name; empty where there is no such folder.
std::vector<std::filesystem::path> data_files(const std::filesystem::path& folder);
/// The whole file. not_found.
base::Result<std::string> read_file(const std::filesystem::path& path);

/// Takes a map apart strictly: each key is asked for once, and finish() refuses what nobody asked
/// for, with a hint. Keeps the first problem; after it, all answers are empty.
/// Ownership: borrows the source and the value.
class RecordReader {
 public:
  RecordReader(const doc::Source& source, const doc::Value& record);

  std::string text(std::string_view key);                            ///< Required, not empty.
  std::string text_or(std::string_view key, std::string otherwise);  ///< Scalars become text.
  std::int64_t number_or(std::string_view key, std::int64_t otherwise);
  bool flag_or(std::string_view key, bool otherwise);
  std::vector<std::string> texts(std::string_view key);  ///< A list of strings; may be absent.
  const doc::Value* any(std::string_view key);           ///< nullptr when absent.
  const doc::Value* map(std::string_view key);           ///< nullptr when absent.
  std::span<const doc::Value> list(std::string_view key);

  /// Says that `what` is wrong at `place`, unless something was wrong before.
  void fail(const doc::Value& place, std::string what, std::string hint = {});
  bool failed() const { return error_.has_value(); }
  /// The first problem, an unknown key among them.
  base::Result<void> finish();

 private:
  const doc::Value* take(std::string_view key);
  const doc::Source& source_;
  const doc::Value& record_;
  std::vector<std::string_view> asked_;
  std::optional<base::Error> error_;
};

/// "250ms", "2s", "1m": what behaviours wait. nullopt for anything else.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace drydock
