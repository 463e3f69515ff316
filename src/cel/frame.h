#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "cel/value.h"

/// Internal to src/cel.
namespace cel {

class TimeZones;

/// A variable of a comprehension or of cel.bind during an evaluation.
struct Local {
  Value value;
  bool ready = false;  ///< Of cel.bind: whether its value has been computed.
};

/// The locals of one evaluation. Most expressions have few: those stand here, and only as many as
/// there are.
class Locals {
 public:
  explicit Locals(std::size_t count) {
    if (count > kFew) many_ = std::make_unique<Local[]>(count);
    first_ = many_ ? many_.get() : std::launder(reinterpret_cast<Local*>(few_.data()));
    if (!many_) std::uninitialized_default_construct_n(first_, few_count_ = count);
  }
  ~Locals() { std::destroy_n(first_, few_count_); }
  Locals(const Locals&) = delete;
  Locals& operator=(const Locals&) = delete;
  Local* first() { return first_; }

 private:
  static constexpr std::size_t kFew = 6;
  alignas(Local) std::array<std::byte, kFew * sizeof(Local)> few_;
  std::size_t few_count_ = 0;
  std::unique_ptr<Local[]> many_;
  Local* first_;
};

/// What one evaluation works on: borrows it all. One thread, one evaluation.
class Frame {
 public:
  /// `variables` and `locals`: by slot; nullptr where the program has none.
  Frame(const doc::Value* const* variables, Local* locals, const TimeZones& time_zones,
        std::uint64_t cost_max)
      : variables_(variables), locals_(locals), time_zones_(time_zones), cost_max_(cost_max) {}
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  /// nullptr where the variable has no value.
  const doc::Value* variable(int slot) const { return variables_[slot]; }
  Local& local(int slot) { return locals_[slot]; }
  const TimeZones& time_zones() const { return time_zones_; }

  /// Counts work; false once the limit is passed, after which nothing that is computed matters.
  bool charge(std::uint64_t cost) {
    if (__builtin_add_overflow(cost_, cost, &cost_)) cost_ = UINT64_MAX;
    return cost_ <= cost_max_;
  }
  std::uint64_t cost() const { return cost_; }
  bool exhausted() const { return cost_ > cost_max_; }

 private:
  const doc::Value* const* variables_;
  Local* locals_;
  const TimeZones& time_zones_;
  std::uint64_t cost_ = 0;
  std::uint64_t cost_max_;
};

}  // namespace cel
