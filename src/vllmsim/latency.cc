#include "vllmsim/latency.h"

namespace vllmsim {
namespace {

using std::chrono::duration;
using std::chrono::duration_cast;
using std::chrono::nanoseconds;

nanoseconds scaled(duration<double> time, double speed) {
  return speed <= 0 ? nanoseconds(0) : duration_cast<nanoseconds>(time / speed);
}

}  // namespace

nanoseconds LatencyModel::prefill(std::size_t prompt_tokens) const {
  const duration<double> time(static_cast<double>(prompt_tokens) / prefill_tokens_per_second);
  return scaled(time + step_base, speed);
}

nanoseconds LatencyModel::step(std::size_t running) const {
  return scaled(step_base + step_per_sequence * static_cast<double>(running), speed);
}

std::size_t count_tokens(std::size_t bytes) { return (bytes + 3) / 4; }

}  // namespace vllmsim
