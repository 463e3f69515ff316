#pragma once

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace lint {

/// work(0) to work(count - 1), on up to `threads` threads, this one among them; in no order.
/// Returns when all is done. `work` is called from several threads at once.
template <typename Work>
void for_each(std::size_t count, unsigned threads, const Work& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> others;
  for (unsigned i = 1; i < threads && i < count; ++i) others.emplace_back(run);
  run();
}

}  // namespace lint
