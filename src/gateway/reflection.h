#pragma once

#include <string>
#include <vector>

#include "gateway/grpc.h"

namespace gateway {

/// grpc.reflection.v1 and v1alpha, for grpcurl and people: which services there are and what their
/// messages look like. `services` are full names whose descriptors are linked in.
void serve_reflection(GrpcHandler& handler, std::vector<std::string> services);

}  // namespace gateway
