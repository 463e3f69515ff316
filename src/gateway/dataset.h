#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "translate/job.h"

namespace gateway {

/// Prompt/response pairs of one translation, for a dataset. A SanitisedPair comes from
/// translate::Job::pairs() alone, which has none that was not sanitised; placeholders stay.
struct PairBatch {
  std::string model, source_language, target_language;
  base::WallTime time;
  std::vector<translate::SanitisedPair> pairs;
};

/// What became of the pairs since the gateway began.
struct DatasetCounts {
  std::uint64_t pairs_written = 0;
  std::uint64_t pairs_dropped = 0;
};

/// One object of a dataset, as the manifest tells of it.
struct DatasetObject {
  std::string key;  ///< Beside the manifest: "pairs-000001.jsonl".
  std::string sha256;
  std::size_t bytes = 0;
  std::size_t pairs = 0;
  base::WallTime from, to;  ///< Of the first and the last translation in it.
  std::set<std::string> models;
};

/// The batch's lines (JSON Lines), each
/// {"prompt", "response", "from", "to", "model", "time"}, keys in that order.
std::vector<std::string> lines_of(const PairBatch& batch);

/// manifest.json of the objects, for a person and for a program:
///
///     {"schemaVersion": 1, "name", "sanitised": true, "kinds": ["EMAIL", ...], "models": [...],
///      "from": RFC 3339, "to": ..., "pairs": N, "objects": [{"key", "sha256", "bytes", "pairs",
///      "from", "to"}, ...]}
///
/// REQUIRES: there are objects.
std::string manifest_of(const std::string& name, const std::set<translate::PersonalKind>& kinds,
                        const std::vector<DatasetObject>& objects);

}  // namespace gateway
