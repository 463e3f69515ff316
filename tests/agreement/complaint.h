#pragma once

#include <compare>
#include <set>
#include <string>
#include <vector>

#include "kube/status.h"
#include "schema/violation.h"

namespace agreement {

/// One thing that is said about an object, in the API server's words.
struct Complaint {
  std::string path;     ///< "<nil>" where the server names none.
  std::string message;  ///< "Required value"; of an unknown field `unknown field "spec.a"`.
  auto operator<=>(const Complaint&) const = default;
};
/// "spec.a: Required value"; an unknown field without its path before it.
std::string to_string(const Complaint& complaint);

/// Sorted, each once. An object is accepted where there are none.
using Complaints = std::vector<Complaint>;
std::set<std::string> paths_of(const Complaints& complaints);

/// All that src/schema says.
Complaints complaints_of(const schema::Violations& violations);
/// Of these what a server says: it refuses unknown fields before it looks at anything else.
Complaints as_a_server_says(const Complaints& complaints);
/// What a server said in a Status of 400 or 422.
Complaints complaints_of(const kube::Status& status);

}  // namespace agreement
