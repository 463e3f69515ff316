#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "net/wait.h"
#include "vllmsim/engine.h"
#include "vllmsim/faults.h"
#include "vllmsim/latency.h"

namespace vllmsim {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: a free one.
  std::string model = "sim";
  std::string api_key;  ///< Empty: none is asked for.
  LatencyModel latency;
};

/// The simulated server. Each connection has a thread; more than kSimConnectionsMax are closed.
/// Ownership: borrows engine, clock and sleeper. Threading: any thread.
class Server {
 public:
  static base::Result<std::unique_ptr<Server>> start(Engine& engine, const base::Clock& clock,
                                                     net::Sleeper& sleeper, ServerOptions options);
  ~Server();
  std::uint16_t port() const;
  void set_fault(Fault fault);
  /// Requests under way, streams included: what a cancelled client must bring down to nothing.
  std::size_t running() const;

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vllmsim
