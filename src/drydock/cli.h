#pragma once

namespace drydock {

/// The `drydock` program: parses, runs, prints, and returns the exit code (base/error.h).
int main(int argc, char** argv);

}  // namespace drydock
