#include "lint/catalog_files.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "doc/yaml.h"

namespace lint {
namespace {

std::string folder_of(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? "" : file.substr(0, slash);
}

/// Other people's folders may have a file of that name.
bool is_catalog(const std::vector<catalog::File>& files) {
  const auto tracker = std::find_if(files.begin(), files.end(), [](const catalog::File& file) {
    return file.path == "tracker.yaml";
  });
  if (tracker == files.end()) return false;
  const auto value = doc::parse_yaml(tracker->text, tracker->path);
  return !value || value->find("areas") != nullptr;
}

}  // namespace

std::string CatalogFiles::name_of(const std::string& path) const {
  return root.empty() ? path : root + "/" + path;
}

base::Result<std::vector<CatalogFiles>> take_catalogs(std::vector<std::string>& names,
                                                      const Files& files) {
  std::map<std::string, std::optional<std::string>>
      root_of;  // By folder: hundreds of files share it.
  std::map<std::string, std::vector<std::string>> asked;
  std::vector<std::string> others;
  for (std::string& name : names) {
    const std::string folder = folder_of(name);
    auto known = root_of.find(folder);
    if (known == root_of.end()) known = root_of.emplace(folder, files.catalog_root(folder)).first;
    if (!known->second || name == "-") {
      others.push_back(std::move(name));
    } else {
      const std::string& root = *known->second;
      asked[root].push_back(root.empty() ? name : name.substr(root.size() + 1));
    }
  }
  std::vector<CatalogFiles> catalogs;
  for (auto& [root, paths] : asked) {
    std::sort(paths.begin(), paths.end());
    CatalogFiles one{root, TRY(files.read_catalog(root)), std::move(paths)};
    if (is_catalog(one.files)) {
      catalogs.push_back(std::move(one));
    } else {
      for (const std::string& path : one.asked) others.push_back(one.name_of(path));
    }
  }
  names = std::move(others);
  return catalogs;
}

}  // namespace lint
