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
};

/// nanabush.v1.TranslationService as an unchanged Glooscap operator needs it.
///
/// Registration and heartbeats are answered at once on the connection's thread, and never refuse
/// anybody: an operator that is told `success=false` does not come back. CheckTitle tells what the
/// translator knows now. Translate waits in Jobs' line; what goes wrong there is an OK status with
/// success=false and a short text, as the operator expects. INVALID_ARGUMENT is for requests that
/// the servers before this one refused too.
///
/// Ownership: borrows everything. Threading: methods run on connections' threads.
class TranslationService {
 public:
  TranslationService(Clients& clients, Jobs& jobs, const Translator& translator,
                     const base::Clock& clock, base::Random& random, ServiceOptions options);
  /// Adds its methods.
  void serve(GrpcHandler& handler);

 private:
  void register_client(const GrpcRequest& request, const std::string& message, GrpcCall& call);
  void heartbeat(const GrpcRequest& request, const std::string& message, GrpcCall& call);
  void check_title(const GrpcRequest& request, const std::string& message, GrpcCall& call);
  GrpcMethod translate_method();

  Clients* clients_;
  Jobs* jobs_;
  const Translator* translator_;
  const base::Clock* clock_;
  base::Random* random_;
  ServiceOptions options_;
};

/// A W3C traceparent: the request's where it has a well-formed one, a new one otherwise.
std::string traceparent_of(const GrpcRequest& request, base::Random& random);

/// The text cut to at most `bytes`, never within a character.
std::string cut_utf8(std::string text, std::size_t bytes);

}  // namespace gateway
