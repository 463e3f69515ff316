#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "doc/value.h"
#include "schema/schema.h"

namespace catalog {
struct File;
}

/// `slipway lint`: manifests against the schemas of their kinds. Pure: files come through an
/// interface, schemas from CRDs and OpenAPI documents that the caller names or hands over.
namespace lint {

/// A folder of a catalog (infra/openshift is one).
struct CatalogPlace {
  std::string root;
  std::string below;  ///< "3-core-operators/objects"; "" is the root itself.
};

/// Where texts come from. Threading: read() is called from several threads at once.
class Files {
 public:
  virtual ~Files() = default;
  /// The files that `path` means, sorted: itself, or for a directory every *.yaml, *.yml and *.json
  /// below it (names that start with a dot left out). not_found if there is nothing there.
  virtual base::Result<std::vector<std::string>> list(const std::string& path) const = 0;
  /// The text of a file; "-" is standard input. What was named by itself is read once, since it may
  /// be a pipe; a file of a folder may be read again.
  virtual base::Result<std::string> read(const std::string& file) const = 0;
  /// Where in a catalog the files of `folder` stand: its root is the nearest of the folder and the
  /// two above it that has a tracker.yaml. nullopt: they are plain manifests.
  virtual std::optional<CatalogPlace> catalog_of(const std::string& folder) const;
  /// Every file of that catalog, runbooks too, for catalog::load().
  virtual base::Result<std::vector<catalog::File>> read_catalog(const std::string& root) const;
};

struct Options {
  std::vector<std::string> paths;    ///< Files, directories, "-".
  std::vector<std::string> schemas;  ///< Files or directories: CRDs, documents of /openapi/v3.
  /// Schemas already at hand (of a cluster's /openapi/v3): name and document.
  std::vector<std::pair<std::string, doc::Value>> documents;
  /// Whose built-in types are among the schemas: "Kubernetes 1.33.13", "context 'dev'"; "" when
  /// there are none, so that a report says what to do about it.
  std::string built_in_types;
  unsigned threads = 1;
  /// Show the schema's line behind each finding.
  bool explain = false;
  /// A kind without a schema is a warning, and no reason for an exit code.
  bool ignore_missing_schemas = false;
};

enum class Severity { error, warning };

/// One thing to change.
struct Finding {
  Severity severity = Severity::error;
  std::string rule;  ///< "wrong-type", "unknown-field", "yaml": stable, for SARIF and filters.
  std::string path;  ///< "spec.replicas"; "" for the document as a whole.
  doc::Mark mark;    ///< In the file; the column in bytes.
  /// The same column in Unicode characters, for reports whose readers count so; 0 where unknown.
  std::uint32_t column_in_characters = 0;
  std::string message;  ///< As the API server words it, with the path.
  std::string hint;
  std::string excerpt;  ///< The source line and a caret, two lines; "" where there is no place.
  std::string schema;   ///< With Options::explain: "crds/x.yaml:12" and the schema's own line.
};

enum class Verdict {
  valid,
  invalid,
  no_schema,   ///< Not judged, because there is no schema for its kind; one finding says so.
  skipped,     ///< No Kubernetes object, and `why` says why. Never counted as valid.
  unreadable,  ///< No YAML or JSON; one finding.
};
std::string_view verdict_name(Verdict verdict);

/// What came of one document of a file (an item of a List is a document of its own).
struct Document {
  std::string file;
  std::size_t number = 1;  ///< In the file, from 1.
  schema::Kind kind;
  std::string name;  ///< "namespace/name" or "name"; "" where it has none.
  doc::Mark mark;    ///< Where it begins.
  Verdict verdict = Verdict::valid;
  std::string why;  ///< Of skipped: "no apiVersion and kind".
  std::vector<Finding> findings;
};

/// What came of the expressions that stand in fields of a catalog's manifests.
struct Expressions {
  std::size_t checked = 0;
  /// Of these: what they yield (dyn) is known at run time only.
  std::size_t at_run_time = 0;
  /// Manifests whose x-kubernetes-validations wait for the values of their expressions.
  std::size_t rules_waiting = 0;
};

struct Report {
  /// By file as given, then in the file's order; catalogs after the other files.
  std::vector<Document> documents;
  std::size_t files = 0;
  std::size_t kinds_known = 0;  ///< Compiled: of kinds that some document names.
  bool ignore_missing_schemas = false;
  Expressions expressions;
  std::size_t count(Verdict verdict) const;
};

/// Reads and judges everything. CRDs among `paths` are judged, and serve as schemas for the others.
/// The same input gives the same report, whatever `threads` is.
/// Errors: of Files (not_found, permission_denied); invalid_argument when a schema that was named
/// cannot be read. A manifest that cannot be read is in the report.
base::Result<Report> run(const Options& options, const Files& files);

enum class Output { table, json, sarif, junit, github };
/// Errors: invalid_argument, with the known names.
base::Result<Output> output_named(std::string_view name);
/// The report as text. Ends with a line break.
std::string to_text(const Report& report, Output output);

/// base::kExitDone when every document is valid or skipped and there is one that was judged;
/// otherwise base::kExitCheckFailed. With ignore_missing_schemas documents without a schema count
/// as judged.
int exit_code(const Report& report);

}  // namespace lint
