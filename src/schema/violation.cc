#include "schema/violation.h"

namespace schema {

std::string to_string(const Violation& violation) {
  if (violation.path.empty() || violation.type == Violation::Type::unknown_field) {
    return violation.message;
  }
  return violation.path + ": " + violation.message;
}

}  // namespace schema
