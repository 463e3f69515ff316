#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "lint/lint.h"

/// Of this folder's tests.
namespace lint {

/// Files that a test writes down, by name. A name is a folder where files lie below it.
class FakeFiles final : public Files {
 public:
  explicit FakeFiles(std::map<std::string, std::string> texts) : texts_(std::move(texts)) {}

  base::Result<std::vector<std::string>> list(const std::string& path) const override {
    std::vector<std::string> found;
    for (const auto& [name, text] : texts_) {
      if (name == path || name.starts_with(path + "/")) found.push_back(name);
    }
    if (found.empty()) {
      return base::Error{base::ErrorCode::not_found, "no file or directory '" + path + "'"};
    }
    return found;
  }
  base::Result<std::string> read(const std::string& file) const override { return texts_.at(file); }
  std::optional<CatalogPlace> catalog_of(const std::string& folder) const override {
    for (std::string root = folder; !root.empty(); root.resize(root.rfind('/'))) {
      if (texts_.contains(root + "/tracker.yaml")) {
        return CatalogPlace{root, folder.substr(std::min(folder.size(), root.size() + 1))};
      }
      if (root.find('/') == std::string::npos) break;
    }
    return std::nullopt;
  }
  base::Result<std::vector<catalog::File>> read_catalog(const std::string& root) const override {
    std::vector<catalog::File> files;
    for (const auto& [name, text] : texts_) {
      if (name.starts_with(root + "/")) files.push_back({name.substr(root.size() + 1), text});
    }
    return files;
  }

 private:
  std::map<std::string, std::string> texts_;
};

}  // namespace lint
