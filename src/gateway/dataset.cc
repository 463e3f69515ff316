#include "gateway/dataset.h"

#include <algorithm>

#include "base/check.h"
#include "doc/json.h"

namespace gateway {
namespace {

using doc::Value;

constexpr int kSchemaVersion = 1;

Value count(std::size_t number) { return Value(static_cast<std::int64_t>(number)); }

template <typename Texts>
Value list_of(const Texts& texts) {
  std::vector<Value> items;
  for (const auto& text : texts) items.emplace_back(text);
  return Value::list(std::move(items));
}

}  // namespace

std::vector<std::string> lines_of(const PairBatch& batch) {
  std::vector<std::string> lines;
  const std::string time = base::to_rfc3339(batch.time);
  for (const translate::SanitisedPair& pair : batch.pairs) {
    lines.push_back(doc::to_json(Value::map({{"prompt", pair.prompt},
                                             {"response", pair.response},
                                             {"from", batch.source_language},
                                             {"to", batch.target_language},
                                             {"model", batch.model},
                                             {"time", time}})) +
                    "\n");
  }
  return lines;
}

std::string manifest_of(const std::string& name, const std::set<translate::PersonalKind>& kinds,
                        const std::vector<DatasetObject>& objects) {
  CHECK(!objects.empty());
  std::vector<Value> rows;
  std::vector<std::string_view> names;
  std::set<std::string> models;
  std::size_t pairs = 0;
  base::WallTime from = objects.front().from, to = objects.front().to;
  for (const translate::PersonalKind kind : kinds) names.push_back(translate::kind_name(kind));
  for (const DatasetObject& object : objects) {
    models.insert(object.models.begin(), object.models.end());
    pairs += object.pairs;
    from = std::min(from, object.from);
    to = std::max(to, object.to);
    rows.push_back(Value::map({{"key", object.key},
                               {"sha256", object.sha256},
                               {"bytes", count(object.bytes)},
                               {"pairs", count(object.pairs)},
                               {"from", base::to_rfc3339(object.from)},
                               {"to", base::to_rfc3339(object.to)}}));
  }
  return doc::to_json_pretty(Value::map({{"schemaVersion", kSchemaVersion},
                                         {"name", name},
                                         {"sanitised", true},
                                         {"kinds", list_of(names)},
                                         {"models", list_of(models)},
                                         {"from", base::to_rfc3339(from)},
                                         {"to", base::to_rfc3339(to)},
                                         {"pairs", count(pairs)},
                                         {"objects", Value::list(std::move(rows))}}));
}

}  // namespace gateway
