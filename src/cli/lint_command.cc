#include <algorithm>
#include <filesystem>
#include <istream>
#include <ostream>
#include <sstream>
#include <system_error>
#include <thread>

#include "base/strings.h"
#include "cli/built_in_types.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "lint/lint.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

bool is_manifest(const fs::path& path) {
  const fs::path extension = path.extension();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

bool is_hidden(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.size() > 1 && name.front() == '.';
}

class DiskFiles final : public lint::Files {
 public:
  explicit DiskFiles(const Shell& shell) : shell_(shell) {}

  base::Result<std::vector<std::string>> list(const std::string& path) const override {
    std::error_code failed;
    if (path == "-" || !fs::is_directory(path, failed)) {
      if (path != "-" && !fs::exists(path, failed)) {
        return base::Error{base::ErrorCode::not_found, path + ": No such file or directory"};
      }
      return std::vector<std::string>{path};
    }
    std::vector<std::string> files;
    auto entry = fs::recursive_directory_iterator(path, failed);
    for (; !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
      if (is_hidden(entry->path())) {
        if (entry->is_directory(failed)) entry.disable_recursion_pending();
      } else if (entry->is_regular_file(failed) && is_manifest(entry->path())) {
        files.push_back(entry->path().string());
      }
    }
    if (failed) {
      return base::Error{base::ErrorCode::permission_denied, path + ": " + failed.message()};
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  base::Result<std::string> read(const std::string& file) const override {
    return file == "-" ? shell_.read_all() : read_file(file);
  }

  std::optional<lint::CatalogPlace> catalog_of(const std::string& folder) const override {
    std::error_code failed;
    // Absolute, because the catalog may begin above the folder that one is in.
    const fs::path here = (fs::current_path(failed) / folder / "").lexically_normal().parent_path();
    fs::path root = here;
    for (int above = 0; above < 3; ++above, root = root.parent_path()) {
      if (!fs::is_regular_file(root / "tracker.yaml", failed)) continue;
      const std::string below = here.lexically_relative(root).generic_string();
      return lint::CatalogPlace{root.string(), below == "." ? "" : below};
    }
    return std::nullopt;
  }

  base::Result<std::vector<catalog::File>> read_catalog(const std::string& root) const override {
    return cli::read_catalog(root);
  }

 private:
  const Shell& shell_;
};

/// The schemas that the cluster itself serves: everything below /openapi/v3.
base::Result<std::vector<std::pair<std::string, doc::Value>>> schemas_of_cluster(
    const Options& options, Shell& shell) {
  cluster::ConnectOptions connect;
  connect.kubeconfig = options.kubeconfig;
  connect.kubeconfig_env = shell.variable("KUBECONFIG");
  connect.home = shell.variable("HOME");
  connect.context = options.context;
  const std::unique_ptr<cluster::Connection> connection = TRY(shell.connect(connect));
  const cluster::Until until{base::SteadyTime::max(), shell.stop};
  std::vector<std::pair<std::string, doc::Value>> documents;
  for (const auto& [name, path] : TRY(connection->client().openapi_index(until))) {
    documents.emplace_back(name, TRY(connection->client().raw_get_json(path, until)));
  }
  return documents;
}

/// One source of the built-in types: the cluster, the files that were named, or the cache.
base::Result<void> add_built_in_types(const Options& options, Shell& shell, lint::Options& wanted) {
  const bool by_version = !options.kubernetes_version.empty();
  const int named = int(by_version) + int(!options.schemas.empty()) + int(!options.context.empty());
  if (named > 1) {
    return base::Error{base::ErrorCode::invalid_argument, "the built-in types have one source",
                       "use one of --kubernetes-version, --schemas and --context"};
  }
  if (!options.context.empty()) {
    wanted.documents = TRY(schemas_of_cluster(options, shell));
    wanted.built_in_types = "the cluster of context '" + options.context + "'";
  } else if (!options.schemas.empty()) {
    wanted.schemas.insert(wanted.schemas.end(), options.schemas.begin(), options.schemas.end());
    wanted.built_in_types = base::join(options.schemas, ", ");
  } else {
    const BuiltInTypes types = TRY(find_built_in_types(options.kubernetes_version, shell));
    if (types.folder.empty()) return {};
    wanted.schemas.push_back(types.folder.string());
    wanted.built_in_types = "Kubernetes " + types.version;
  }
  return {};
}

}  // namespace

base::Result<int> run_lint(const Options& options, Shell& shell) {
  lint::Options wanted;
  wanted.paths = options.arguments;
  wanted.schemas = options.crds;
  wanted.threads = std::max(1U, std::thread::hardware_concurrency());
  wanted.explain = options.explain;
  wanted.ignore_missing_schemas = options.ignore_missing_schemas;
  if (auto added = add_built_in_types(options, shell, wanted); !added) return added.error();
  const lint::Report report = TRY(lint::run(wanted, DiskFiles(shell)));
  shell.out << lint::to_text(report, TRY(lint::output_named(options.output)));
  return lint::exit_code(report);
}

}  // namespace cli
