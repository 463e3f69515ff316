#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "gateway/clients.h"
#include "gateway/grpc.h"
#include "gateway/jobs.h"

namespace gateway {

/// What the service does by the clock, and how much it takes.
struct ServiceOptions {
  /// Told to every client. Its status turns healthy after one interval, and it counts a heartbeat
  /// as missed after two: short enough to be soon, long enough to be cheap.
  int heartbeat_seconds = 10;
  /// For a call without a deadline of its own. Under an operator's five minutes, so that our answer
  /// is what arrives and not its timeout.
  std::chrono::seconds translate_deadline{290};
  /// Taken off a caller's deadline: for the answer's way back.
  std::chrono::milliseconds answer_margin{500};
  /// grpc-go clients take no message above 4 MiB.
  std::size_t response_bytes_max = 4U << 20;
  /// Told the name of each call's method; may be empty.
  std::function<void(std::string_view method)> on_call;
};

/// nanabush.v1.TranslationService as an unchanged Glooscap operator needs it.
///
/// Registration and heartbeats are answered at once on the connection's thread, and never refuse
/// anybody: an operator that is told `success=false` does not come back. CheckTitle tells
/// whether a translation can be expected within an operator's patience. Translate and
/// TranslateStream wait in Jobs' line; what goes wrong there is an OK status with success=false and
/// a short text, as the operator expects. INVALID_ARGUMENT is for requests that the servers before
/// this one refused too.
///
/// Ownership: borrows everything. Threading: methods run on connections' threads.
class TranslationService {
 public:
  TranslationService(Clients& clients, Jobs& jobs, const Translator& translator,
                     const base::Clock& clock, base::Random& random, ServiceOptions options);
  /// Adds its methods.
  void serve(GrpcHandler& handler);

 private:
  void register_client(const std::string& message, GrpcCall& call);
  void heartbeat(const std::string& message, GrpcCall& call);
  void check_title(const std::string& message, GrpcCall& call);
  GrpcMethod translate_method();

  Clients* clients_;
  Jobs* jobs_;
  const Translator* translator_;
  const base::Clock* clock_;
  base::Random* random_;
  ServiceOptions options_;
};

/// The trailer that names a translation's audit entry: the messages have no field for it.
inline constexpr const char* kAuditIdTrailer = "nanabush-audit-id";
/// It with the outcome's entry; nothing where there is none.
Headers audit_metadata(const Outcome& outcome);

/// Gives the order its place in a trace (W3C Trace Context): a span of its own under the caller's
/// where the request has a well-formed traceparent, in a new trace otherwise.
void take_trace(const GrpcRequest& request, base::Random& random, Order& order);

/// What is wrong with the words that an order's audit entry and log lines carry; "" when nothing
/// is. They are names: none is longer than 256 bytes, all are UTF-8.
std::string fault_of(const Order& order);

/// When a call must be answered: its own deadline less the margin, or ours if that is sooner.
base::SteadyTime answer_by(const GrpcRequest& request, const ServiceOptions& options,
                           const base::Clock& clock);

/// The text cut to at most `bytes`, never within a character.
std::string cut_utf8(std::string text, std::size_t bytes);

}  // namespace gateway
