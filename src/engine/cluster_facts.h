#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "doc/value.h"

/// Small facts about a cluster's objects. Internal to this folder.
namespace engine {

/// "4.20.8" or "v1.33.13+e1f2a3b" as numbers.
struct Version {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::int64_t patch = 0;
};
std::optional<Version> parse_version(std::string_view text);

/// The running version of a ClusterVersion: the newest entry of its history that is Completed
/// (openshift/api config/v1 types_cluster_version.go; the GPU operator reads it the same way).
/// "" when there is none yet.
std::string completed_version(const doc::Value& cluster_version);

/// status.<field>["resource"] of a Node in whole units; 0 when it has none.
std::int64_t node_resource(const doc::Value& node, std::string_view field,
                           std::string_view resource);

/// The condition of that type, or nullptr. Borrowed.
const doc::Value* condition(const doc::Value& object, std::string_view type);

/// The extended resource by which a vendor's GPUs are asked for.
std::string_view gpu_resource(std::string_view vendor);

/// One line of at most kEvidenceBytesMax bytes: line breaks and tabs become spaces.
std::string one_line(std::string_view text);

}  // namespace engine
