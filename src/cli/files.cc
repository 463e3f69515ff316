#include "cli/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "base/limits.h"

namespace cli {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;

Error file_error(const fs::path& path, int number) {
  const ErrorCode code = number == ENOENT || number == ENOTDIR ? ErrorCode::not_found
                         : number == EACCES                    ? ErrorCode::permission_denied
                                                               : ErrorCode::invalid_argument;
  return Error{code, path.string() + ": " + std::generic_category().message(number)};
}

}  // namespace

base::Result<std::string> read_file(const fs::path& path) {
  // Not a stream: `slipway lint` reads thousands of small files, and a stream's own buffer costs
  // more than the reading.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return file_error(path, errno);
  std::string text;
  struct stat status {};
  if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
    text.reserve(std::min(std::size_t(status.st_size), base::limits::kDocumentBytesMax));
  }
  std::array<char, 65536> block;
  ssize_t got = 0;
  while ((got = ::read(file, block.data(), block.size())) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    text.append(block.data(), std::size_t(got));
    if (text.size() > base::limits::kDocumentBytesMax) break;
  }
  const int number = errno;
  ::close(file);
  if (got < 0) return file_error(path, number);
  if (text.size() > base::limits::kDocumentBytesMax) {
    return Error{ErrorCode::invalid_argument,
                 path.string() + ": larger than " +
                     std::to_string(base::limits::kDocumentBytesMax >> 20U) + " MiB"};
  }
  return text;
}

base::Result<void> replace_file(const fs::path& path, std::string_view text) {
  fs::path beside = path;
  beside += ".new";
  errno = 0;
  std::ofstream file(beside, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) return file_error(beside, errno != 0 ? errno : EIO);
  std::error_code failed;
  fs::rename(beside, path, failed);
  if (failed) return file_error(path, failed.value());
  return {};
}

base::Result<std::vector<catalog::File>> read_catalog(const fs::path& folder) {
  std::error_code failed;
  if (!fs::exists(folder / "tracker.yaml", failed)) {
    return Error{ErrorCode::not_found, folder.string() + " is no catalog: it has no tracker.yaml",
                 "name the catalog's folder with --catalog"};
  }
  std::vector<fs::path> paths;
  for (auto entry = fs::recursive_directory_iterator(folder, failed);
       !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
    const fs::path extension = entry->path().extension();
    if (entry->is_regular_file(failed) && (extension == ".yaml" || extension == ".md")) {
      paths.push_back(entry->path());
    }
  }
  if (failed) return file_error(folder, failed.value());
  std::sort(paths.begin(), paths.end());
  std::vector<catalog::File> files;
  for (const fs::path& path : paths) {
    files.push_back({path.lexically_relative(folder).generic_string(), TRY(read_file(path))});
  }
  return files;
}

base::Result<fs::path> find_catalog(const std::string& flag, const std::string& variable,
                                    const fs::path& executable) {
  if (!flag.empty()) return fs::path(flag);
  if (!variable.empty()) return fs::path(variable);
  std::error_code failed;
  fs::path folder = executable.parent_path();
  for (fs::path above; !folder.empty() && folder != above; folder = above.parent_path()) {
    for (const char* place : {"infra/openshift", "share/slipway/openshift"}) {
      if (fs::exists(folder / place / "tracker.yaml", failed)) return folder / place;
    }
    above = folder;
  }
  return Error{ErrorCode::not_found, "no catalog beside the program",
               "name its folder with --catalog or SLIPWAY_CATALOG"};
}

}  // namespace cli
