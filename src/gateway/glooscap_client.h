#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/grpc_client.h"

namespace gateway {

/// A channel as grpc-go's passthrough resolver gives: one connection, dialled again by itself when
/// it is lost or its server says GOAWAY. Threading: any thread.
class GrpcChannel {
 public:
  GrpcChannel(std::string host, std::uint16_t port, const base::Clock& clock)
      : host_(std::move(host)), port_(port), clock_(&clock) {}
  base::Result<GrpcClient::Answer> unary(std::string_view path, const std::string& message,
                                         const net::Until& until);
  bool ready() const;

 private:
  std::string host_;
  std::uint16_t port_;
  const base::Clock* clock_;
  mutable std::mutex mutex_;
  std::shared_ptr<GrpcClient> client_;  // Shared with calls under way on an older connection.
};

struct GlooscapOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 50051;
  std::string name = "glooscap";
  /// The real client takes it and speaks plaintext all the same.
  bool secure = false;
  /// How long one of its seconds is: tests make it short.
  std::chrono::milliseconds second{1000};
};

/// What its custom resource and its UI would show, and what tests count.
struct GlooscapStatus {
  std::string client_id;
  std::string status;  ///< "healthy", "warning" or "error".
  bool connected = false, registered = false;
  int missed = 0;
  int interval_seconds = 5;
  int registrations = 0, heartbeats = 0, heartbeats_failed = 0;
  std::chrono::nanoseconds slowest_heartbeat{0};
};

/// A page that came back.
struct GlooscapTranslation {
  std::string markdown;
  int tokens = 0;
  std::string audit_id;
};

/// The Glooscap operator's client as it really behaves, errors included, so that we can be tested
/// against it without it. Written from the observed behaviour of dasmlab/glooscap fef951d (contract
/// sections 1.3 to 1.5):
///
/// - it registers once, and sends a heartbeat every interval, each with a deadline of 10 seconds;
/// - its count of translations under way is inverted: it counts free slots. With a slot free it
///   believes to be busy and only notes a heartbeat that failed; with none free it registers again,
///   without a deadline and while holding its lock;
/// - after a failed heartbeat with no slot free it takes itself for unregistered, and never sends
///   another one ("bricked");
/// - it runs two translations at a time and fails a third one at once.
///
/// Threading: any thread. Ownership: borrows the clock.
class GlooscapClient {
 public:
  /// Connects and registers, within 30 seconds. Errors: the call's; failed_precondition when the
  /// server refuses the registration.
  static base::Result<std::unique_ptr<GlooscapClient>> create(GlooscapOptions options,
                                                              const base::Clock& clock);
  ~GlooscapClient();  ///< Says no goodbye, as runners do not.

  /// Blocks. Errors: resource_exhausted when two are under way; aborted with the server's text when
  /// it answers success=false; else the call's.
  base::Result<GlooscapTranslation> translate(const std::string& job_id, const std::string& page,
                                              const std::string& target_language,
                                              const std::string& source_language = "en",
                                              std::stop_token stop = {});
  /// ready and message of the answer. As the real one, without a deadline.
  base::Result<std::pair<bool, std::string>> check_title(const std::string& title,
                                                         const std::string& target_language);
  GlooscapStatus status() const;
  int translations_under_way() const { return under_way_; }

 private:
  GlooscapClient(GlooscapOptions options, const base::Clock& clock);
  base::Result<void> register_now(const net::Until& until);
  void beat();
  void on_beat_failed(bool lost);
  void run_heartbeats(const std::stop_token& stop);
  void run_watchdog(const std::stop_token& stop);

  GlooscapOptions options_;
  const base::Clock* clock_;
  GrpcChannel channel_;
  std::atomic<int> under_way_{0};
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  GlooscapStatus state_;
  base::SteadyTime last_success_{};
  bool had_success_ = false;
  std::jthread heartbeats_, watchdog_;
};

}  // namespace gateway
