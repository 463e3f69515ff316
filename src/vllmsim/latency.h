#pragma once

#include <chrono>
#include <cstddef>

namespace vllmsim {

/// Continuous batching in three numbers: a prefill takes time by its tokens, a decoding step has a
/// fixed part and one for every sequence in the batch, and the batch has a size.
///
/// The defaults are of the order of a 7B model on one H100; they are there to give tests and demos
/// a shape, not to predict a machine.
struct LatencyModel {
  double prefill_tokens_per_second = 20'000;
  std::chrono::duration<double, std::milli> step_base{8};
  std::chrono::duration<double, std::milli> step_per_sequence{0.1};
  std::size_t sequences_max = 64;  ///< vLLM's --max-num-seqs: more than these wait.
  double speed = 1;                ///< 10: ten times as fast; 0: no time at all.

  /// From the batch's having room to the first token.
  std::chrono::nanoseconds prefill(std::size_t prompt_tokens) const;
  /// From one token to the next, with `running` sequences in the batch.
  std::chrono::nanoseconds step(std::size_t running) const;
};

/// Tokens of a text as far as a simulator cares: four bytes each, at least one for a text.
std::size_t count_tokens(std::size_t bytes);

}  // namespace vllmsim
