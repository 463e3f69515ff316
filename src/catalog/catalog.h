#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/expression.h"
#include "doc/value.h"
#include "kube/types.h"

namespace catalog {

/// One file of the catalog, read by the caller. `path` is relative to the catalog's root and uses
/// '/': "3-core-operators/gpu-operator-nvidia.yaml". The catalog does no I/O.
struct File {
  std::string path;
  std::string text;
};

/// Something of the cluster that a task's expressions read as `objects.NAME`.
///
/// With `name` it is one object; without, the list of all in `namespace_name` (all namespaces when
/// that is empty too) that carry `labels`. One object that is not there, and a list that could not
/// be read, are absent in CEL: to read them is an error, so a check over them fails. A list that
/// was read and holds nothing is an empty list: `all()` over it is true, so say how many there must
/// be.
struct Read {
  std::string as;
  kube::GroupVersionKind kind;
  Template namespace_name;  ///< Empty string: cluster-scoped, or every namespace.
  Template name;            ///< Null: a list.
  doc::Value labels;        ///< A map of strings; null: any.
};

/// A sentence and the expression that must be true for it to hold.
struct Check {
  std::string says;
  Expression that;
  /// What `that` joins by && at its top, each by itself; only `that` where it joins nothing.
  std::vector<Expression> conditions;
  std::optional<Expression> shows;  ///< What to show as evidence; the objects read otherwise.
};

/// An active probe: a command in a pod. Carrying it out is not the engine's: it hands over the
/// answer.
struct Proof {
  std::string id;  ///< "nvidia-smi"; unique in its task.
  std::string says;
  Template namespace_name;
  doc::Value labels;  ///< Selects the pods; every selected pod is asked.
  std::string container;
  std::vector<std::string> command;
  /// Over `stdout`, `exitCode`, `pod`, `site`, `cluster`: must be true for each pod.
  Expression expect;
  /// How many pods must answer (an integer over site and cluster); fewer is a failure.
  Expression pods;
  std::chrono::seconds timeout{60};
};

enum class InstallMode { own_namespace, all_namespaces };

/// An operator installed by OLM. Expands to a Namespace, an OperatorGroup and a Subscription with
/// Manual approval, to the reads `subscription`, `csv`, and to the checks that they are as planned.
struct Operator {
  std::string package;
  std::string source;  ///< CatalogSource, in openshift-marketplace.
  std::string namespace_name;
  InstallMode mode = InstallMode::own_namespace;
  Template channel;                ///< Null value: the package's default channel.
  Template starting_csv;           ///< Null value: the channel's head.
  std::vector<std::string> makes;  ///< Namespaces that the operator makes by itself, and leaves.
  bool monitoring = false;         ///< The namespace is labelled for cluster monitoring.
};

/// A manifest of a task. `id` is the file's name without ".yaml" ("clusterpolicy"), and the object
/// is read as `objects.<id>` (letters and digits only; other characters are left out of that name).
struct ObjectTemplate {
  std::string id;
  std::string file;
  kube::GroupVersionKind kind;
  Template body;
  std::optional<Expression> when;  ///< Of the object alone; absent: always.
};

/// One task: a line of the tracker that Slipway can do, and show that it is done.
struct Task {
  std::string id;
  std::string title;
  std::string line;                ///< Of the tracker: "3.2".
  std::vector<std::string> needs;  ///< Ids of tasks, sorted.
  std::optional<Expression> when;
  std::string when_says;  ///< Why it is skipped when `when` is false.
  std::optional<Operator> operator_;
  std::vector<ObjectTemplate> objects;  ///< The operator's first.
  std::vector<Read> reads;              ///< Those of its objects and operator included.
  std::vector<Check> ready;             ///< The operator's first.
  std::vector<Proof> proofs;
  std::string runbook;  ///< A path of the catalog.
  std::string cite;
  std::chrono::seconds usual{0};  ///< How long it usually takes.
  /// How long to wait for it. 0: it is looked at and not waited for (a precondition).
  std::chrono::seconds deadline{0};
  std::string file;
};

/// A line of the tracker, whether there is a task for it or not.
struct Line {
  std::string id;  ///< "3.2"
  std::string title;
};
struct Area {
  int number;
  std::string title;
  std::string folder;
  std::vector<Line> lines;
};

/// Something that goes wrong in the field and is recognised by its signs.
struct KnownIssue {
  std::string id;
  std::vector<std::string> tasks;  ///< Whose explanation it belongs to; empty: any.
  std::vector<Read> reads;
  Expression detect;  ///< Not evaluable: not detected.
  std::string says;
  std::string fix;  ///< The next command or step.
  std::string cite;
  std::string remove_when;
};

/// The whole catalog, checked. Immutable after load; safe from many threads.
struct Catalog {
  std::vector<Area> areas;
  std::vector<Task> tasks;         ///< In dependency order; ties by line, then id.
  std::vector<KnownIssue> issues;  ///< By id.

  const Task* find(std::string_view id) const;
  /// Every kind that an observer has to list and watch, sorted: what tasks apply and read, what
  /// CEL's `cluster` is made of, what explain() looks at.
  std::vector<kube::GroupVersionKind> kinds() const;
};

/// Reads and checks a whole catalog: tracker.yaml, known-issues.yaml, the task files and manifests
/// in area folders. Files may come in any order. Strict.
///
/// Errors: invalid_argument that shows every problem found, as file:line:col with the source line:
/// unknown keys, bad CEL (the place inside the expression), a need that no task has, a cycle (shown
/// whole), a task id used twice, a runbook that is not there, a task without a ready check, a line
/// that the tracker does not have or that two tasks claim.
base::Result<Catalog> load(std::span<const File> files);

/// Kinds that `cluster` and explain() are made from, and those that people keep in namespaces,
/// which `down` must see before it removes one; whatever the tasks say.
const std::vector<kube::GroupVersionKind>& standing_kinds();

}  // namespace catalog
