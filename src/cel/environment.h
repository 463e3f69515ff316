#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cel/cel.h"
#include "cel/overload.h"
#include "cel/type.h"

/// Internal to src/cel.
namespace cel {
class TimeZones;
}

namespace cel::detail {

/// What an Environment stands for. Immutable once shared.
struct EnvironmentRep {
  std::shared_ptr<const FunctionTable> functions;         // Shared by all environments of a kind.
  std::vector<std::shared_ptr<const Overload>> declared;  // Shared by derived environments.
  std::map<std::string, Type, std::less<>> variables;
  std::string container;
  bool macros = true;
  bool check = true;
  bool homogeneous_literals = false;
  std::shared_ptr<const TimeZones> time_zones;  // Shared by derived environments.

  /// The overloads of a name, declared ones last. Empty if there are none.
  std::vector<const Overload*> overloads(std::string_view name) const;
  /// "a.b.x", "a.x", "x" for x in container a.b; only "x" for ".x".
  std::vector<std::string> candidates(std::string_view name) const;
  /// The type that a name denotes ("int", "google.protobuf.Timestamp"), with that name, which lives
  /// as long as the program; nullptr if there is none.
  static const std::pair<const std::string, Type>* denoted(std::string_view name);
};

}  // namespace cel::detail
