#include "drydock/record_reader.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "doc/diagnostic.h"
#include "doc/json.h"
#include "doc/yaml.h"

namespace drydock {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) {
    return Error{ErrorCode::not_found, "cannot read " + path.string()};
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<DataFile> read_data_file(const std::filesystem::path& path) {
  DataFile file;
  file.source.name = (path.parent_path().filename() / path.filename()).string();
  file.source.text = TRY(read_file(path));
  file.value = TRY(doc::parse_yaml(file.source.text, file.source.name));
  return file;
}

std::vector<std::filesystem::path> data_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

RecordReader::RecordReader(const doc::Source& source, const Value& record)
    : source_(source), record_(record) {
  if (!record.is_map()) {
    fail(record, "expected a map, found a " + std::string(doc::kind_name(record.kind())));
  }
}

void RecordReader::fail(const Value& place, std::string what, std::string hint) {
  if (error_) return;
  error_ = doc::to_error({place.mark(), std::move(what), std::move(hint)}, source_);
}

const Value* RecordReader::take(std::string_view key) {
  asked_.push_back(key);
  if (error_) return nullptr;
  const Value* value = record_.find(key);
  return value != nullptr && value->is_null() ? nullptr : value;
}

std::string RecordReader::text(std::string_view key) {
  std::string value = text_or(key, "");
  if (value.empty()) fail(record_, "'" + std::string(key) + "' is missing");
  return value;
}

std::string RecordReader::text_or(std::string_view key, std::string otherwise) {
  const Value* value = take(key);
  if (value == nullptr) return otherwise;
  if (value->is_string()) return std::string(value->as_string());
  if (value->is_map() || value->is_list()) {
    fail(*value, "'" + std::string(key) + "' should be a string");
    return otherwise;
  }
  return doc::to_json(*value);
}

std::int64_t RecordReader::number_or(std::string_view key, std::int64_t otherwise) {
  const Value* value = take(key);
  if (value == nullptr) return otherwise;
  if (value->is_int()) return value->as_int();
  fail(*value, "'" + std::string(key) + "' should be a whole number");
  return otherwise;
}

bool RecordReader::flag_or(std::string_view key, bool otherwise) {
  const Value* value = take(key);
  if (value == nullptr) return otherwise;
  if (value->is_bool()) return value->as_bool();
  fail(*value, "'" + std::string(key) + "' should be true or false");
  return otherwise;
}

std::vector<std::string> RecordReader::texts(std::string_view key) {
  std::vector<std::string> texts;
  for (const Value& item : list(key)) {
    if (!item.is_string()) {
      fail(item, "'" + std::string(key) + "' should be a list of strings");
      return {};
    }
    texts.emplace_back(item.as_string());
  }
  return texts;
}

const Value* RecordReader::any(std::string_view key) { return take(key); }

const Value* RecordReader::map(std::string_view key) {
  const Value* value = take(key);
  if (value == nullptr || value->is_map()) return value;
  fail(*value, "'" + std::string(key) + "' should be a map");
  return nullptr;
}

std::span<const Value> RecordReader::list(std::string_view key) {
  const Value* value = take(key);
  if (value == nullptr) return {};
  if (value->is_list()) return value->items();
  fail(*value, "'" + std::string(key) + "' should be a list");
  return {};
}

Result<void> RecordReader::finish() {
  if (error_) return *std::move(error_);
  for (const doc::Entry& entry : record_.entries()) {
    if (std::find(asked_.begin(), asked_.end(), entry.name()) != asked_.end()) continue;
    return doc::to_error({entry.key.mark(), "unknown key '" + std::string(entry.name()) + "'",
                          doc::hint_for_unknown(entry.name(), asked_)},
                         source_);
  }
  return {};
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::int64_t amount = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), amount);
  if (failed != std::errc() || amount < 0) return std::nullopt;
  const std::string_view unit(end, text.data() + text.size() - end);
  if (unit == "ms") return std::chrono::milliseconds(amount);
  if (unit == "s") return std::chrono::seconds(amount);
  if (unit == "m") return std::chrono::minutes(amount);
  return std::nullopt;
}

}  // namespace drydock
