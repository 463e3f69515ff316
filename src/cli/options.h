#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cli {

/// Everything that the command line can say, for all commands together. What a command does not
/// take keeps its default. Which command takes which flag stands in the table of cli/command.h.
struct Options {
  std::string site = "site.yaml";
  std::string catalog;     ///< "": the environment's SLIPWAY_CATALOG, or beside the program.
  std::string context;     ///< "": the kubeconfig's current one.
  std::string kubeconfig;  ///< "": $KUBECONFIG, or ~/.kube/config.
  std::string output = "table";
  std::string only;      ///< A task: it and what it needs.
  std::string deadline;  ///< "": as the tasks say. Read by parse_duration().
  bool yes = false;
  bool watch = false;
  bool check = false;
  bool explain = false;
  std::vector<std::string> crds;
  std::vector<std::string> schemas;  ///< Of the built-in types, in place of the cache's.
  std::string kubernetes_version;    ///< "": default_kubernetes_version().
  bool ignore_missing_schemas = false;
  std::vector<std::string> arguments;  ///< The positional ones.
};

/// "90s", "15m", "1h30m": whole hours, minutes and seconds, each at most once and in that order.
/// Errors: invalid_argument that quotes the text; nothing and zero are refused.
base::Result<std::chrono::seconds> parse_duration(std::string_view text);
/// The shortest form that parse_duration reads back: "1h30m", "45s"; zero and less is "0s".
std::string to_string(std::chrono::seconds duration);

}  // namespace cli
