#pragma once

namespace gateway {

/// The `nanabush` program: parses the command line, runs one command, returns its exit code
/// (base::ErrorCodeFacts::exit_code).
int main(int argc, char** argv);

}  // namespace gateway
