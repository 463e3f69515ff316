#pragma once

namespace schema {

/// The compiled x-kubernetes-validations of one node.
struct Rules {};

}  // namespace schema
