#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "kube/types.h"

/// A catalog of two tasks for tests: a namespace with settings, and a question in it that somebody
/// who plays its operator has to answer in its status. No more than that.
namespace apply {

inline constexpr std::string_view kTracker = R"(areas:
  - title: A test
    folder: 1-test
    lines: [The workspace, The answer]
)";
inline constexpr std::string_view kWorkspace = R"(task: workspace
title: A namespace with its settings
line: "1.1"
objects: [space.yaml, settings.yaml]
ready:
  - says: the settings are blue
    that: ${objects.settings.data.colour == "blue"}
runbook: runbooks/test.md
cite: https://example.com/
deadline: 5m
)";
inline constexpr std::string_view kAnswer = R"(task: answer
title: A question that an operator answers
line: "1.2"
needs: [workspace]
objects: [question.yaml]
ready:
  - says: the operator answered
    that: ${objects.question.status.answer == "42"}
runbook: runbooks/test.md
cite: https://example.com/
deadline: 5m
)";
inline constexpr std::string_view kSpaceManifest =
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: w}\n";
inline constexpr std::string_view kSettingsManifest =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: w}\n"
    "data: {colour: blue}\n";
inline constexpr std::string_view kQuestionManifest =
    "apiVersion: test.dev/v1\nkind: Question\nmetadata: {name: question, namespace: w}\n"
    "spec: {text: why}\n";

inline std::vector<catalog::File> test_catalog() {
  return {
      {"tracker.yaml", std::string(kTracker)},
      {"known-issues.yaml", "issues: []\n"},
      {"1-test/workspace.yaml", std::string(kWorkspace)},
      {"1-test/answer.yaml", std::string(kAnswer)},
      {"1-test/objects/space.yaml", std::string(kSpaceManifest)},
      {"1-test/objects/settings.yaml", std::string(kSettingsManifest)},
      {"1-test/objects/question.yaml", std::string(kQuestionManifest)},
      {"1-test/runbooks/test.md", "# Test\n"},
  };
}

/// What the tests' API server has to serve for it.
inline std::vector<kube::Resource> test_resources() {
  const std::vector<std::string> verbs = {"get", "list", "watch", "patch", "delete"};
  std::vector<kube::Resource> resources;
  resources.push_back({"test.dev", "v1", "questions", "Question", true, verbs, {}});
  for (const kube::GroupVersionKind& gvk : catalog::standing_kinds()) {
    std::string plural = gvk.kind;
    std::transform(plural.begin(), plural.end(), plural.begin(), ::tolower);
    const bool namespaced = gvk.kind != "Namespace" && gvk.kind != "Node";
    resources.push_back({gvk.group, gvk.version, plural + "s", gvk.kind, namespaced, verbs, {}});
  }
  for (const kube::GroupVersionKind& gvk : {kube::GroupVersionKind{"", "v1", "ConfigMap"},
                                            kube::GroupVersionKind{"", "v1", "Namespace"}}) {
    const bool known = std::any_of(resources.begin(), resources.end(),
                                   [&](const auto& other) { return other.gvk() == gvk; });
    if (known) continue;
    resources.push_back({gvk.group,
                         gvk.version,
                         gvk.kind == "Namespace" ? "namespaces" : "configmaps",
                         gvk.kind,
                         gvk.kind != "Namespace",
                         verbs,
                         {}});
  }
  return resources;
}

}  // namespace apply
