#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "gateway/dataset.h"
#include "gateway/log.h"
#include "gateway/s3_signer.h"
#include "net/transport.h"

namespace gateway {

struct DatasetOptions {
  std::string endpoint;  ///< "https://s3.example.com", no trailing slash. Addressed by path.
  std::string bucket;
  std::string prefix;  ///< In front of every key; "" or "a/b".
  AwsKey key;
  std::set<translate::PersonalKind> kinds;    ///< What was hidden; for the manifest.
  std::chrono::seconds flush_after{60};       ///< A pair waits at most so long for others.
  std::size_t object_bytes_max = 8U << 20;    ///< One PUT.
  std::size_t waiting_bytes_max = 64U << 20;  ///< Eight objects: a minute of a busy gateway.
  std::size_t objects_max = 1000;             ///< Of one manifest, which is written anew with each.
};

/// Writes sanitised pairs into an S3-compatible bucket, off the path of translations: add() only
/// queues, and what the bucket does not take is dropped, counted and logged, never waited for.
///
/// Keys: PREFIX/NAME/pairs-000001.jsonl ... and PREFIX/NAME/manifest.json, which is written after
/// each object and lists those that are there. NAME is made of the time and random letters, so that
/// gateways side by side and after one another never write over each other's; after objects_max it
/// is a new one.
///
/// A busy or unreachable bucket is asked again, base::limits::kRequestAttemptsMax times in all
/// (net/retry.h); a PUT of the same object is the same when repeated. A manifest that could not
/// be written comes with the next object.
///
/// Ownership: borrows transport, clock, sleeper, random and log. Threading: any thread.
class DatasetWriter {
 public:
  DatasetWriter(net::Transport& transport, const base::Clock& clock, net::Sleeper& sleeper,
                base::Random& random, Log& log, DatasetOptions options);
  ~DatasetWriter();  ///< Drops what waits; flush() before.

  /// Never blocks on the network.
  void add(const PairBatch& batch);
  /// Writes all that waits now; true when it has, within `deadline`.
  bool flush(std::chrono::milliseconds deadline);
  DatasetCounts counts() const;

 private:
  struct Line {
    std::string text;
    std::string model;
    base::WallTime time;
    base::SteadyTime since;
  };
  void run(const std::stop_token& stop);
  bool due() const;
  std::vector<Line> take();
  void write(const std::vector<Line>& lines, const std::stop_token& stop);
  void begin_dataset();
  base::Result<void> put(const std::string& key, const std::string& body, std::string_view type,
                         const std::stop_token& stop);
  void drop(std::uint64_t pairs, std::string_view why);

  net::Transport* transport_;
  const base::Clock* clock_;
  net::Sleeper* sleeper_;
  base::Random* random_;
  Log* log_;
  const DatasetOptions options_;

  std::string name_;  // Touched by the thread alone, as the objects.
  std::vector<DatasetObject> objects_;
  std::size_t number_ = 0;  // Of the object; a failed one's is not used again.

  mutable std::mutex mutex_;  // Guards what is below.
  std::condition_variable_any changed_;
  std::deque<Line> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool writing_ = false;
  bool flushing_ = false;
  bool full_ = false;  // Told once, until there is room again.
  DatasetCounts counts_;
  std::jthread thread_;
};

}  // namespace gateway
