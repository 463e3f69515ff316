#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lint/judge.h"
#include "lint/lint.h"
#include "lint/manifest.h"

namespace lint {

/// The files that `paths` mean, each once, in the order in which they are first named.
base::Result<std::vector<std::string>> list_all(const Files& files,
                                                const std::vector<std::string>& paths);

/// The schemas of one run, compiled as documents of their kinds turn up: of the hundreds that a
/// folder of CRDs or an OpenAPI document holds few are needed, and compiling the rules of one takes
/// longer than judging many documents.
///
/// What was loaded first has no say: a kind means the same whenever it is asked for. A CRD among
/// the manifests comes before those that were named, a CRD before an OpenAPI document.
/// Ownership: borrows `options` and `files`. Threading: while no call that is not const runs, any
/// number of threads may call the others.
class Loader {
 public:
  /// `also`: kinds whose schemas are needed besides those of the manifests.
  Loader(const Options& options, const Files& files, std::set<schema::Kind> also = {})
      : options_(options), files_(files), also_(std::move(also)) {}

  /// Loads what the named schemas say about the kinds of `manifests`, then the CRDs among them. The
  /// first call, be it for nothing, also finds whether what was named holds schemas.
  /// Errors: of Files; invalid_argument when a named schema cannot be read or is none.
  base::Result<void> learn(const std::vector<const Manifest*>& manifests);

  /// Whether learn() has nothing to learn from `manifest`: it can be judged.
  bool has_all_of(const Manifest& manifest) const;
  const Schemas& schemas() const { return schemas_; }

  /// Counts the calls of learn() that brought CRDs.
  unsigned generation() const { return generation_; }
  /// Whether a verdict on a document of `kind` from that generation is out of date.
  bool changed_since(unsigned generation, const schema::Kind& kind) const;

  /// The named files that hold a CRD, of a kind that was asked for, which the server would refuse.
  std::vector<Manifest> bad_schemas() const;

 private:
  /// A group and a kind, in any version.
  using Name = std::pair<std::string, std::string>;
  struct Named {
    std::string file;
    bool alone = false;  ///< By its own name, not by its folder, where other files may lie too.
    bool is_read = false;
    bool is_bad = false;
    std::set<Name> names;  ///< What it has schemas for, once it is read.
  };
  /// What is asked for the first time.
  struct Fresh {
    std::set<schema::Kind> kinds;
    std::set<Name> names;
    bool empty() const { return kinds.empty() && names.empty(); }
  };

  base::Result<void> list_named();
  base::Result<void> load(std::set<schema::Kind> kinds, std::set<Name> names);
  base::Result<void> load_named(const std::vector<Named*>& wanted, const Fresh& fresh);
  base::Result<void> add_named(Named& named, Manifest manifest, const Fresh& fresh);
  schema::Registry::Added add_crd(const doc::Value& crd, const std::string& file);

  const Options& options_;
  const Files& files_;
  std::set<schema::Kind> also_;  // Until the first load.
  bool is_listed_ = false;
  std::vector<Named> named_;
  std::set<schema::Kind> kinds_;  // Asked for.
  std::set<Name> names_;          // The same, and what CRDs among the manifests define.
  Schemas schemas_;
  unsigned generation_ = 0;
  std::map<schema::Kind, unsigned> found_;  // Of CRDs among the manifests: when.
};

}  // namespace lint
