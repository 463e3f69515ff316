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
  return slash == std::string::npos ? "" : file.substr(0, std::max<std::size_t>(slash, 1));
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

base::Result<std::vector<CatalogFiles>> take_catalogs(std::vector<std::string>& names,
                                                      const Files& files) {
  // By folder: hundreds of files share it.
  std::map<std::string, std::optional<CatalogPlace>> places;
  std::map<std::string, std::map<std::string, std::string>> asked;  // By root.
  std::vector<std::string> others;
  for (std::string& name : names) {
    const std::string folder = folder_of(name);
    auto known = places.find(folder);
    if (known == places.end()) known = places.emplace(folder, files.catalog_of(folder)).first;
    const std::optional<CatalogPlace>& place = known->second;
    if (!place || name == "-") {
      others.push_back(std::move(name));
      continue;
    }
    const std::string file = name.substr(name.rfind('/') + 1);
    asked[place->root].emplace(place->below.empty() ? file : place->below + "/" + file, name);
  }
  std::vector<CatalogFiles> catalogs;
  for (auto& [root, paths] : asked) {
    CatalogFiles one{TRY(files.read_catalog(root)), std::move(paths)};
    if (is_catalog(one.files)) {
      catalogs.push_back(std::move(one));
    } else {
      for (const auto& [path, name] : one.asked) others.push_back(name);
    }
  }
  names = std::move(others);
  return catalogs;
}

}  // namespace lint
