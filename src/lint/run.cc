#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "doc/json.h"
#include "doc/yaml.h"
#include "lint/judge.h"
#include "lint/lint.h"
#include "lint/manifest.h"

namespace lint {
namespace {

using doc::Value;

/// work(0) to work(count - 1), on `threads` threads; in no order.
template <typename Work>
void for_each(std::size_t count, unsigned threads, Work work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> others;
  for (unsigned i = 1; i < threads && i < count; ++i) others.emplace_back(run);
  run();
}

base::Result<std::vector<std::string>> list_all(const Files& files,
                                                const std::vector<std::string>& paths) {
  std::vector<std::string> all;
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    for (std::string& file : TRY(files.list(path))) {
      if (seen.insert(file).second) all.push_back(std::move(file));
    }
  }
  return all;
}

base::Result<std::vector<Manifest>> read_all(const Files& files, std::vector<std::string> names,
                                             unsigned threads) {
  std::vector<Manifest> manifests(names.size());
  std::vector<std::optional<base::Error>> errors(names.size());
  for_each(names.size(), threads, [&](std::size_t i) {
    auto text = files.read(names[i]);
    if (text) {
      manifests[i] = parse_manifest(std::move(names[i]), std::move(text).value());
    } else {
      errors[i] = std::move(text).error();
    }
  });
  for (auto& error : errors) {
    if (error) return std::move(*error);
  }
  return manifests;
}

bool is_open_api(const Value& document) {
  return document.find_path("components.schemas") != nullptr;
}

/// Kubernetes names a file of its OpenAPI documents after the group and version in it
/// ("apis__apps__v1_openapi.json"): those that nobody asked for need not be read. An unknown name
/// is always read.
bool may_hold(const std::string& file, const std::set<schema::Kind>& wanted) {
  const std::string name = file.substr(file.rfind('/') + 1);
  if (!name.ends_with("_openapi.json") || !name.starts_with("api")) return true;
  return std::any_of(wanted.begin(), wanted.end(), [&](const schema::Kind& kind) {
    const std::string group = kind.group.empty() ? "api__" : "apis__" + kind.group + "__";
    return name == group + kind.version + "_openapi.json";
  });
}

class Loader {
 public:
  explicit Loader(Schemas& schemas, const std::set<schema::Kind>& wanted)
      : schemas_(schemas), wanted_(wanted) {}

  /// `named_alone`: by its own name, not by its folder, where other files may lie beside schemas.
  base::Result<void> add_named(Manifest manifest, bool named_alone) {
    if (manifest.failure) {
      return to_error(*manifest.failure, {manifest.file, manifest.text});
    }
    bool any = false;
    for (const Value& document : manifest.documents) {
      any |= is_crd(document) || is_open_api(document);
      if (is_open_api(document)) schemas_.registry.add_openapi(document, manifest.file, &wanted_);
      if (is_crd(document) && is_wanted(document)) add_crd(document, manifest);
    }
    if (!any && named_alone) {
      return base::Error{base::ErrorCode::invalid_argument,
                         "'" + manifest.file + "' holds no schema",
                         "name CustomResourceDefinitions or documents of /openapi/v3"};
    }
    schemas_.texts.emplace(manifest.file, manifest.text);
    const bool bad = std::any_of(manifest.documents.begin(), manifest.documents.end(),
                                 [&](const Value& document) {
                                   return !schemas_.problems_of(manifest.file, document).empty();
                                 });
    if (bad) bad_schemas_.push_back(std::move(manifest));
    return {};
  }

  /// The named files that hold a CRD which the server would refuse.
  std::vector<Manifest> take_bad_schemas() { return std::move(bad_schemas_); }

  /// CRDs that stand among what is judged.
  void add_found(const Manifest& manifest) {
    bool any = false;
    for (const Value& document : manifest.documents) {
      if (!is_crd(document)) continue;
      any = true;
      add_crd(document, manifest);
    }
    if (any) schemas_.texts.emplace(manifest.file, manifest.text);
  }

 private:
  /// Whether some document is of the CRD's kind, in any version. A folder of CRDs holds hundreds,
  /// and compiling the rules of one takes longer than judging many documents.
  bool is_wanted(const Value& crd) const {
    const std::string_view group = crd.string_at("spec.group"),
                           kind = crd.string_at("spec.names.kind");
    return std::any_of(wanted_.begin(), wanted_.end(), [&](const schema::Kind& one) {
      return one.group == group && one.kind == kind;
    });
  }

  void add_crd(const Value& crd, const Manifest& manifest) {
    schemas_.problems[{manifest.file, crd.mark().line}] =
        schemas_.registry.add_crd(crd, manifest.file).problems;
  }

  Schemas& schemas_;
  const std::set<schema::Kind>& wanted_;
  std::vector<Manifest> bad_schemas_;
};

/// `bad_schemas`: see Loader.
base::Result<Schemas> load(const Options& options, const Files& files,
                           const std::vector<Manifest>& manifests,
                           std::vector<Manifest>& bad_schemas) {
  std::set<schema::Kind> wanted;
  for (const Manifest& manifest : manifests) {
    for (const Value& document : manifest.documents) wanted.insert(schema::kind_of(document));
  }
  std::vector<std::string> names = TRY(list_all(files, options.schemas));
  std::erase_if(names, [&](const std::string& name) { return !may_hold(name, wanted); });
  Schemas schemas;
  Loader loader(schemas, wanted);
  for (Manifest& manifest : TRY(read_all(files, std::move(names), options.threads))) {
    const bool alone = std::find(options.schemas.begin(), options.schemas.end(), manifest.file) !=
                       options.schemas.end();
    if (auto added = loader.add_named(std::move(manifest), alone); !added) return added.error();
  }
  bad_schemas = loader.take_bad_schemas();
  for (const Manifest& manifest : manifests) loader.add_found(manifest);
  for (const auto& [name, document] : options.documents) {
    schemas.registry.add_openapi(document, name, &wanted);
  }
  return schemas;
}

}  // namespace

base::Result<Report> run(const Options& options, const Files& files) {
  std::vector<std::string> names = TRY(list_all(files, options.paths));
  const std::vector<Manifest> manifests = TRY(read_all(files, std::move(names), options.threads));
  std::vector<Manifest> bad_schemas;
  const Schemas schemas = TRY(load(options, files, manifests, bad_schemas));
  std::vector<std::vector<Document>> judged(manifests.size());
  for_each(manifests.size(), options.threads,
           [&](std::size_t i) { judged[i] = judge(manifests[i], schemas, options); });
  Report report;
  report.files = manifests.size();
  report.kinds_known = schemas.registry.kinds().size();
  report.ignore_missing_schemas = options.ignore_missing_schemas;
  for (const Manifest& manifest : bad_schemas) {
    // A schema that is wrong makes every verdict by it doubtful: it is shown with the rest.
    judged.push_back(judge(manifest, schemas, options));
    std::erase_if(judged.back(), [](const Document& d) { return d.verdict != Verdict::invalid; });
  }
  for (auto& documents : judged) {
    std::move(documents.begin(), documents.end(), std::back_inserter(report.documents));
  }
  return report;
}

}  // namespace lint
