#pragma once

#include <string>
#include <vector>

#include "drydock/trace.h"

namespace drydock {

/// What differs between a mark of a recording and the same mark replayed; empty when they are the
/// same. Pure. `recorded` sets the measure:
///
/// - the same objects appear, in the same order, with the same owners;
/// - each object goes through the same statuses, conditions and labels, write by write, word by
///   word: a write that is missing, added, split or merged is a difference;
/// - the same objects go (in any order: the garbage collector decides);
/// - the same Kubernetes Events are told (names that carry a random suffix without it);
/// - counts of pods end where they ended. How they get there is the scheduler's and the kubelets'.
///
/// Writes to different objects may interleave in another way, as durations do not count.
/// `counts` are those of the replay at the end of the mark.
using PodCounts = std::map<std::string, std::map<std::string, doc::Value>>;
std::vector<std::string> differences(const TraceMark& recorded, const TraceMark& replayed,
                                     const PodCounts& counts);

/// Brings the counts of DaemonSets and Deployments ("Kind/name") from a mark's begin to its end.
void count_pods(const TraceMark& mark, PodCounts& counts);

}  // namespace drydock
