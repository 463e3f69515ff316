#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

#include "cel/value.h"

/// Internal to src/cel.
namespace cel {

class TimeZones;

/// A variable of a comprehension or of cel.bind during an evaluation.
struct Local {
  Value value;
  bool ready = false;  ///< Of cel.bind: whether its value has been computed.
};

/// What one evaluation works on. One thread, one evaluation.
class Frame {
 public:
  Frame(std::span<const doc::Value* const> variables, std::size_t locals,
        const TimeZones& time_zones, std::uint64_t cost_max)
      : variables_(variables), time_zones_(time_zones), cost_max_(cost_max) {
    if (locals > kFew) many_ = std::make_unique<Local[]>(locals);
    locals_ = many_ ? many_.get() : std::launder(reinterpret_cast<Local*>(few_.data()));
    if (!many_) std::uninitialized_default_construct_n(locals_, few_count_ = locals);
  }
  ~Frame() { std::destroy_n(locals_, few_count_); }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  /// nullptr where the variable has no value.
  const doc::Value* variable(int slot) const { return variables_[static_cast<std::size_t>(slot)]; }
  Local& local(int slot) { return locals_[slot]; }
  const TimeZones& time_zones() const { return time_zones_; }

  /// Counts work; false once the limit is passed, after which nothing that is computed matters.
  bool charge(std::uint64_t cost) {
    cost_ = cost > UINT64_MAX - cost_ ? UINT64_MAX : cost_ + cost;
    return cost_ <= cost_max_;
  }
  std::uint64_t cost() const { return cost_; }
  bool exhausted() const { return cost_ > cost_max_; }

 private:
  std::span<const doc::Value* const> variables_;
  const TimeZones& time_zones_;
  std::uint64_t cost_ = 0;
  std::uint64_t cost_max_;
  // Most expressions have few locals or none: those stand here, and only as many as there are.
  static constexpr std::size_t kFew = 6;
  alignas(Local) std::array<std::byte, kFew * sizeof(Local)> few_;
  std::size_t few_count_ = 0;
  std::unique_ptr<Local[]> many_;
  Local* locals_;
};

}  // namespace cel
