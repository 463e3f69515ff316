#pragma once

#include <string>
#include <vector>

#include "drydock/scenario.h"

namespace drydock {

/// A shell script that answers as `nvidia-smi` does on a node of these GPUs: the table, -L, and
/// --query-gpu=... --format=csv[,noheader][,nounits] with the fields that people ask for. An
/// unknown field is refused in nvidia-smi's words, exit code 2.
/// Layout and words: NVIDIA's "nvidia-smi" 580 manual. Pure.
std::string nvidia_smi_script(const Scenario::Gpu& gpu);

}  // namespace drydock
