#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace schema {

/// A place in an object, as a chain of borrowed pieces on the stack: its text is only made when
/// there is something to report. Each piece must outlive the deeper ones.
class Path {
 public:
  Path() = default;  ///< The whole object.

  Path field(std::string_view name) const { return Path(this, Step::field, name, 0); }
  /// A key of a map of any keys, which most checks write like a field and some in brackets.
  Path key(std::string_view name) const { return Path(this, Step::key, name, 0); }
  Path index(std::size_t index) const { return Path(this, Step::index, {}, index); }
  bool is_root() const { return step_ == Step::root; }

  /// "spec.list[0].name"; keys are written ".name", as the server's checks of values do.
  std::string dotted() const { return text(false); }
  /// The same with keys in brackets, as the server's checks of lists, metadata and rules do.
  std::string bracketed() const { return text(true); }

 private:
  enum class Step { root, field, key, index };
  Path(const Path* parent, Step step, std::string_view name, std::size_t index)
      : parent_(parent), step_(step), name_(name), index_(index) {}
  std::string text(bool brackets) const;

  const Path* parent_ = nullptr;
  Step step_ = Step::root;
  std::string_view name_;
  std::size_t index_ = 0;
};

}  // namespace schema
