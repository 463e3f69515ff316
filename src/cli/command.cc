#include "cli/command.h"

#include "base/strings.h"
#include "cli/commands.h"

namespace cli {
namespace {

constexpr Flag kSite{
    "site", 0, "FILE", "the site file (default site.yaml)", &Options::site, Completes::files};
constexpr Flag kCatalog{"catalog",
                        0,
                        "DIR",
                        "the catalog (default: $SLIPWAY_CATALOG, else the one that came along)",
                        &Options::catalog,
                        Completes::folders};
constexpr Flag kContext{"context", 0, "NAME", "the kubeconfig's context (default: its current one)",
                        &Options::context};
constexpr Flag kKubeconfig{"kubeconfig",
                           0,
                           "FILE",
                           "the kubeconfig (default: $KUBECONFIG, else ~/.kube/config)",
                           &Options::kubeconfig,
                           Completes::files};
constexpr Flag kOutput{"output",         'o',
                       "FORMAT",         "how to print the result",
                       &Options::output, Completes::choices,
                       "table json yaml"};
constexpr Flag kOnly{"only", 0, "TASK", "this task and what it needs, nothing else",
                     &Options::only};
constexpr Flag kDeadline{"deadline", 0, "TIME", "end after this long (90s, 15m, 1h30m)",
                         &Options::deadline};
constexpr Flag kYes{"yes", 'y', "", "do not ask", &Options::yes};
constexpr Flag kWatch{"watch", 'w', "", "keep showing it until ctrl-C", &Options::watch};
constexpr Flag kCheck{"check", 0, "",
                      "write nothing; exit 4 when the page differs from the live state",
                      &Options::check};

constexpr Flag kReportFormat{"output",
                             'o',
                             "FORMAT",
                             "how to print the result",
                             &Options::output,
                             Completes::choices,
                             "table json sarif junit github"};
constexpr Flag kCrds{"crds",         0,
                     "PATH",         "a CRD or an OpenAPI document, or a folder of them; repeat it",
                     &Options::crds, Completes::files};
constexpr Flag kSchemasOf{"context", 0, "NAME",
                          "take the schemas that this context's cluster serves", &Options::context};
constexpr Flag kSchemas{"schemas",
                        0,
                        "PATH",
                        "take the built-in types from these documents of /openapi/v3; repeat it",
                        &Options::schemas,
                        Completes::files};
constexpr Flag kKubernetesVersion{"kubernetes-version", 0, "VERSION",
                                  "whose built-in types (1.33.13, or 1.33; default: drydock's)",
                                  &Options::kubernetes_version};
constexpr Flag kIgnoreMissingSchemas{"ignore-missing-schemas", 0, "",
                                     "let documents pass whose kind has no schema",
                                     &Options::ignore_missing_schemas};
constexpr Flag kExplain{"explain", 0, "", "show the schema's line behind each finding",
                        &Options::explain};

Command plan() {
  return {
      .name = "plan",
      .summary = "what would change, in which order and why",
      .about =
          "Reads the cluster and writes nothing: read permission is enough. The same site, catalog "
          "and\n"
          "cluster give the same bytes. Exits 0 when nothing would change, 4 when something would.",
      .example =
          "slipway plan --context my-cluster\n"
          "slipway plan -o json > plan.json",
      .flags = {&kSite, &kCatalog, &kContext, &kKubeconfig, &kOnly, &kOutput},
      .run = run_plan};
}

Command up() {
  return {
      .name = "up",
      .summary = "apply in dependency order, wait, prove",
      .about =
          "Applies nothing before everything it needs is ready. Decides from the cluster as it "
          "is,\n"
          "never from a record, so it may be stopped at any moment and run again. Where everything "
          "is\n"
          "as planned it writes nothing. On a terminal it shows the plan and asks first.",
      .example =
          "slipway up --context my-cluster\n"
          "slipway up --yes --only gpu-operator-nvidia",
      .flags = {&kSite, &kCatalog, &kContext, &kKubeconfig, &kOnly, &kDeadline, &kYes, &kOutput},
      .run = run_up};
}

Command status() {
  return {.name = "status",
          .summary = "nine areas, every task, its state and its evidence",
          .about = "Exits 0 when every task is ready and 3 when one is not.",
          .example =
              "slipway status\n"
              "slipway status --watch",
          .flags = {&kSite, &kCatalog, &kContext, &kKubeconfig, &kWatch, &kOutput},
          .run = run_status};
}

Command explain() {
  return {.name = "explain",
          .summary = "why a task is not ready: the chain of causes and the next step",
          .about =
              "Follows what is not ready to its root: what the task needs, what the API server "
              "refused,\n"
              "the operator's Subscription and CSV, pods, nodes, fields that somebody else took, "
              "known\n"
              "issues.",
          .example =
              "slipway explain gpu-operator-nvidia\n"
              "slipway explain gpu-workers -o json",
          .arguments = {.name = "TASK",
                        .summary = "a task's id, as slipway status shows it",
                        .min = 1,
                        .max = 1},
          .flags = {&kSite, &kCatalog, &kContext, &kKubeconfig, &kOutput},
          .run = run_explain};
}

Command docs() {
  return {
      .name = "docs",
      .summary = "write the tracker from the live state",
      .about =
          "Writes what stands between the markers of README.md in the catalog's folder. A line is\n"
          "ticked only when its task is ready and every check shows its evidence.",
      .example =
          "slipway docs\n"
          "slipway docs --check",
      .flags = {&kSite, &kCatalog, &kContext, &kKubeconfig, &kCheck},
      .run = run_docs};
}

Command down() {
  return {
      .name = "down",
      .summary = "take it back out, in reverse, and list what is left over",
      .about =
          "Removes exactly what the inventory in the cluster says is ours, last applied first, "
          "and\n"
          "waits for each stage to be gone. On a terminal it shows what would go and asks first.",
      .example =
          "slipway down --context my-cluster\n"
          "slipway down --yes --deadline 15m",
      .flags = {&kSite, &kCatalog, &kContext, &kKubeconfig, &kDeadline, &kYes},
      .run = run_down};
}

Command lint() {
  return {
      .name = "lint",
      .summary = "check manifests against the schemas of their kinds",
      .about =
          "Reads files, folders and - (standard input); speaks to a cluster only with --context.\n"
          "The built-in types of Kubernetes come from the folder that make openapi fills, from\n"
          "--schemas or from --context; CRDs among what is named serve as schemas too.\n"
          "Exits 0 when every document was checked and none is wrong; 2 when a path or a schema\n"
          "cannot be read; 3 when a document is wrong, cannot be read or has no schema for its "
          "kind,\n"
          "and when nothing was there to check.",
      .example =
          "slipway lint manifests/ --crds crds/\n"
          "slipway lint manifests/ --kubernetes-version 1.33\n"
          "slipway lint app.yaml --context my-cluster -o github",
      .arguments = {.name = "PATH",
                    .summary = "a file, a folder, or - for standard input",
                    .min = 1,
                    .max = 10000,
                    .completes = Completes::files},
      .flags = {&kCrds, &kKubernetesVersion, &kSchemas, &kSchemasOf, &kKubeconfig,
                &kIgnoreMissingSchemas, &kReportFormat, &kExplain},
      .run = run_lint};
}

Command version() {
  return {.name = "version",
          .summary = "which version this is",
          .example =
              "slipway version\n"
              "slipway version -o json",
          .flags = {&kOutput},
          .run = run_version};
}

Command completion() {
  return {.name = "completion",
          .summary = "print a shell's completion script",
          .example =
              "source <(slipway completion bash)\n"
              "slipway completion fish > ~/.config/fish/completions/slipway.fish",
          .arguments = {.name = "SHELL",
                        .summary = "bash, zsh or fish",
                        .min = 1,
                        .max = 1,
                        .completes = Completes::choices,
                        .choices = "bash zsh fish"},
          .run = run_completion};
}

const std::vector<Command>& table() {
  static const std::vector<Command> commands = {plan(), up(),   status(),  explain(),   docs(),
                                                down(), lint(), version(), completion()};
  return commands;
}

}  // namespace

std::span<const Command> commands() { return table(); }

const Command* find_command(std::string_view name) {
  for (const Command& command : commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

std::vector<std::string_view> words(std::string_view text) {
  if (text.empty()) return {};
  return base::split(text, ' ');
}

}  // namespace cli
