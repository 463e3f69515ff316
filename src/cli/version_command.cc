#include <ostream>

#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/print.h"

namespace cli {

base::Result<int> run_version(const Options& options, Shell& shell) {
  if (options.output == "table") {
    shell.out << "slipway " SLIPWAY_VERSION "\n";
  } else {
    shell.out << formatted(doc::Value::map({{"version", doc::Value(SLIPWAY_VERSION)}}),
                           options.output);
  }
  return base::kExitDone;
}

base::Result<int> run_completion(const Options& options, Shell& shell) {
  shell.out << TRY(completion(options.arguments.front()));
  return base::kExitDone;
}

}  // namespace cli
