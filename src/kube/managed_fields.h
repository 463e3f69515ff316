#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "doc/value.h"

/// Who owns which field of a live object: metadata.managedFields (FieldsV1).
namespace kube {

struct FieldOwner {
  std::string manager;
  std::string operation;    ///< "Apply" or "Update".
  std::string subresource;  ///< "status", or "".
  std::string time;         ///< RFC 3339, as the server wrote it.
  bool operator==(const FieldOwner&) const = default;
};

/// The fields of one managedFields entry. Paths are written as the API server writes them in
/// conflict messages: ".spec.replicas", `.spec.containers[name="a"].image`,
/// `.spec.finalizers[="x"]`.
struct OwnedFields {
  FieldOwner owner;
  std::vector<std::string> paths;  ///< Leaves, sorted.
};

/// Every entry, in the server's order. Entries that cannot be read are left out.
std::vector<OwnedFields> owned_fields(const doc::Value& object);
/// The owners of exactly `path`, or of a leaf below it.
std::vector<FieldOwner> owners_of(const doc::Value& object, std::string_view path);

}  // namespace kube
