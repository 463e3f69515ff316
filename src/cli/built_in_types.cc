#include "cli/built_in_types.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include "base/strings.h"
#include "cli/shell.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

/// "1.33.13" as {1, 33, 13}; nullopt where something else stands than two or three numbers.
std::optional<std::vector<int>> numbers_of(std::string_view version) {
  std::vector<int> numbers;
  for (const std::string_view part : base::split(version, '.')) {
    int number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (error != std::errc() || end != part.data() + part.size() || number < 0) return std::nullopt;
    numbers.push_back(number);
  }
  if (numbers.size() < 2 || numbers.size() > 3) return std::nullopt;
  return numbers;
}

fs::path cache_of(const Shell& shell) {
  const std::string cache = shell.variable("XDG_CACHE_HOME");
  const fs::path base =
      cache.empty() ? fs::path(shell.variable("HOME")) / ".cache" : fs::path(cache);
  return base / "slipway" / "openapi";
}

/// The versions that are there, oldest first.
std::vector<std::vector<int>> versions_in(const fs::path& folder) {
  std::vector<std::vector<int>> versions;
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed)) {
    const auto numbers = numbers_of(entry.path().filename().string());
    if (numbers && numbers->size() == 3) versions.push_back(*numbers);
  }
  std::sort(versions.begin(), versions.end());
  return versions;
}

std::string text_of(const std::vector<int>& numbers) {
  std::string text;
  for (const int number : numbers) text += (text.empty() ? "" : ".") + std::to_string(number);
  return text;
}

base::Error not_there(const std::string& version, const std::vector<std::vector<int>>& there,
                      const fs::path& cache) {
  std::vector<std::string> known;
  for (const std::vector<int>& numbers : there) known.push_back(text_of(numbers));
  std::string hint = "make openapi KUBERNETES_VERSION=" + version + " fetches them";
  if (!known.empty()) hint += "; these are there: " + base::join(known, ", ");
  return {base::ErrorCode::not_found,
          "no schemas of Kubernetes " + version + " in " + cache.string(), std::move(hint)};
}

}  // namespace

std::string_view default_kubernetes_version() { return SLIPWAY_KUBERNETES_VERSION; }

base::Result<BuiltInTypes> find_built_in_types(const std::string& version, const Shell& shell) {
  const fs::path cache = cache_of(shell);
  std::string wanted(version.empty() ? default_kubernetes_version() : version);
  if (wanted.front() == 'v') wanted.erase(0, 1);
  const auto numbers = numbers_of(wanted);
  if (!numbers) {
    return base::Error{base::ErrorCode::invalid_argument,
                       "--kubernetes-version cannot be '" + version + "'",
                       "write it like " + std::string(default_kubernetes_version()) + " or 1.33"};
  }
  const std::vector<std::vector<int>> there = versions_in(cache);
  const auto found = std::find_if(there.rbegin(), there.rend(), [&](const std::vector<int>& one) {
    return std::equal(numbers->begin(), numbers->end(), one.begin());
  });
  if (found != there.rend()) {
    const std::string name = text_of(*found);
    return BuiltInTypes{name, cache / name};
  }
  if (version.empty()) return BuiltInTypes{wanted, {}};
  return not_there(numbers->size() == 3 ? wanted : wanted + ".0", there, cache);
}

}  // namespace cli
