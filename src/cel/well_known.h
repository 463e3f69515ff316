#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cel/node.h"
#include "cel/type.h"

/// Internal to src/cel: the messages of google/protobuf/{wrappers,struct}.proto. CEL takes them for
/// the values they hold, so a literal of one needs no message: google.protobuf.Int32Value{value: 1}
/// is 1.
namespace cel {

struct WellKnown {
  enum class Content {
    boolean,
    bytes,
    floating,
    float32,
    int32,
    int64,
    string,
    uint32,
    uint64,
    value,
    list,
    map
  };
  std::string name;
  Content content;
  Type type;
  std::vector<Field> fields;
  const Field* find(std::string_view field) const;
};

/// By full name; nullptr if it is none of these.
const WellKnown* well_known(std::string_view name);

/// A literal of `message` with these fields.
NodePtr make_well_known(const WellKnown& message, const std::vector<std::string>& fields,
                        std::vector<NodePtr> values);

}  // namespace cel
