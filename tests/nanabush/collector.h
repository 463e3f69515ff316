#pragma once

#include <mutex>
#include <string>
#include <thread>

namespace nanabush_test {

/// An HTTP server that says 200 to everything and keeps what came: a collector of traces, a bucket.
/// One request a connection, one connection after the other.
class Collector {
 public:
  Collector();
  ~Collector();
  const std::string& url() const { return url_; }
  /// Every request that was read to its end, head and body.
  std::string received();

 private:
  void take(int peer);

  int listener_ = -1;
  std::string url_;
  std::mutex mutex_;
  std::string received_;
  std::jthread thread_;
};

}  // namespace nanabush_test
