#pragma once

namespace vllmsim {

/// The `vllm-sim` program: parses, serves until SIGTERM or SIGINT, returns the exit code.
int main(int argc, char** argv);

}  // namespace vllmsim
