#pragma once

#include <array>
#include <cstdint>
#include <memory>
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
    if (locals > few_.size()) many_ = std::make_unique<Local[]>(locals);
    locals_ = many_ ? many_.get() : few_.data();
  }
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
  std::array<Local, 6> few_;
  std::unique_ptr<Local[]> many_;
  Local* locals_;
};

}  // namespace cel
