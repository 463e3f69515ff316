#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "doc/value.h"
#include "schema/violation.h"

namespace schema {

class Path;
class Registry;
struct Document;
struct Node;

/// What a text of a schema is, because the two mean different things by the same words.
enum class Dialect {
  /// A CRD's openAPIV3Schema: structural, pruned, defaulted, with rules (apiextensions.k8s.io/v1).
  custom_resource,
  /// A Kubernetes built-in type of /openapi/v3. The server decodes those into Go types: a null is
  /// an
  /// absent field, nothing is defaulted or pruned, and what the schema does not say is not checked.
  built_in,
};

struct ValidateOptions {
  /// The object as it was, when this is an update: rules that read `oldSelf` then apply.
  const doc::Value* old = nullptr;
  /// Whether fields that the schema does not know are violations (kubectl's --validate=strict) or
  /// pass (the server prunes them).
  bool unknown_fields = true;
  /// Whether defaults are filled in before the checks, as the server does.
  bool defaults = true;
  /// Whether x-kubernetes-validations are evaluated; only where nothing else is wrong, as the
  /// server does.
  bool rules = true;
};

/// One compiled schema: immutable, cheap to copy, safe from many threads.
///
/// Sources: k8s.io/apiextensions-apiserver v0.33 pkg/apiserver/{schema,validation} and
/// k8s.io/kube-openapi pkg/validation; what they accept and print, this accepts and prints.
/// Limits: base/limits.h for documents; rules within Kubernetes' cost limits.
class Schema {
 public:
  /// Compiles an OpenAPI v3 schema. `definitions` are what "#/components/schemas/NAME" refers to.
  /// Whatever Kubernetes would refuse about it goes to `problems`, with path and place inside the
  /// schema; the rest of the schema is still used.
  static Schema compile(const doc::Value& open_api, Dialect dialect, Violations& problems,
                        const doc::Value* definitions = nullptr);

  /// Every violation of `object`, in the order of the schema's checks: types and values, embedded
  /// metadata, list types, then rules.
  Violations validate(const doc::Value& object, const ValidateOptions& options = {}) const;
  /// `object` with the schema's defaults where fields are absent (or null and not nullable).
  doc::Value with_defaults(const doc::Value& object) const;
  /// `object` without what the schema does not know. A dropped field is reported in `dropped` when
  /// that is given.
  doc::Value pruned(const doc::Value& object, Violations* dropped = nullptr) const;

  Dialect dialect() const;
  const Node& root() const { return *root_; }

 private:
  friend class Registry;
  Schema(std::shared_ptr<const Document> document, const Node* root)
      : document_(std::move(document)), root_(root) {}
  doc::Value prepared(const doc::Value& object, bool defaults, Violations* unknown) const;
  /// compile() with problems' paths under `path`.
  static Schema compile_at(const doc::Value& open_api, Dialect dialect, const Path& path,
                           Violations& problems, const doc::Value* definitions = nullptr);

  std::shared_ptr<const Document> document_;  // Shared by copies, and by the kinds of one document.
  const Node* root_;                          // Of `document_`.
};

struct Kind {
  std::string group, version, kind;
  auto operator<=>(const Kind&) const = default;
};

/// "apps/v1" and "Deployment" of an object; empty strings where it has none.
Kind kind_of(const doc::Value& object);
/// "apps/v1 Deployment", "v1 Pod".
std::string to_string(const Kind& kind);

/// Where a kind's schema came from.
struct KindSchema {
  Schema schema;
  bool namespaced = true;
  std::string source;  ///< A file's name, or "cluster".
};

/// The schemas of many kinds. Filled by one thread, then read by any number.
class Registry {
 public:
  /// What came of one CRD or OpenAPI document: the kinds that can now be found, and what Kubernetes
  /// would refuse about it.
  struct Added {
    std::vector<Kind> kinds;
    Violations problems;
  };

  /// A CustomResourceDefinition (apiextensions.k8s.io/v1): each served version. A kind that is
  /// there already is replaced. An object that is no CRD is a problem.
  Added add_crd(const doc::Value& crd, std::string_view source = "");
  /// One document of /openapi/v3 (one group and version): every schema with a
  /// x-kubernetes-group-version-kind. A kind that is there already stays: a CRD says more.
  /// `wanted`, where given: only these kinds are compiled (a document holds dozens).
  Added add_openapi(const doc::Value& document, std::string_view source = "",
                    const std::set<Kind>* wanted = nullptr);

  /// nullptr where there is none. Borrowed from the registry.
  const KindSchema* find(const Kind& kind) const;
  /// The kinds that are known, sorted.
  std::vector<Kind> kinds() const;
  /// find() by the object's apiVersion and kind, then validate(). nullopt: no schema for its kind,
  /// which is never to be shown as "valid".
  std::optional<Violations> validate(const doc::Value& object,
                                     const ValidateOptions& options = {}) const;

 private:
  std::map<Kind, KindSchema> entries_;
};

}  // namespace schema
