#pragma once

#include <cstdint>
#include <string>

namespace base {

/// A source of random bits. Threading: implementations are safe from any thread.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;

  /// Even over [0, bound); `bound` > 0.
  std::uint64_t below(std::uint64_t bound);
  /// In [0, 1).
  double unit();
  /// `length` letters of Kubernetes' name alphabet ("bcdfghjklmnpqrstvwxz2456789").
  std::string name_suffix(int length);
};

/// The same numbers for the same seed, on every machine (SplitMix64).
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() override;

 private:
  std::uint64_t state_;
};

}  // namespace base
