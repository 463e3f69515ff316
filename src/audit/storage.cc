#include "audit/storage.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace audit {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;
using base::Result;

// A replaced file's new bytes stand here until they take its name; list() does not show them.
constexpr std::string_view kTemporarySuffix = ".new";

Error system_error(std::string_view what, const fs::path& path, int number) {
  return Error{number == ENOSPC ? ErrorCode::resource_exhausted : ErrorCode::unavailable,
               std::string(what) + " " + path.string() + ": " + std::strerror(number)};
}

Result<void> write_all(int file, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> write_file(const fs::path& path, std::string_view bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (file < 0) return system_error("create", path, errno);
  Result<void> result = write_all(file, bytes, path);
  if (::close(file) != 0 && result) return system_error("close", path, errno);
  return result;
}

Result<void> sync_path(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno == ENOENT ? Result<void>() : system_error("open", path, errno);
  const int failed = ::fsync(file) != 0 ? errno : 0;
  ::close(file);
  return failed == 0 ? Result<void>() : system_error("fsync", path, failed);
}

}  // namespace

struct FolderStorage::OpenFile {
  std::string path;
  int file = -1;
  ~OpenFile() {
    if (file >= 0) ::close(file);
  }
};

FolderStorage::FolderStorage(fs::path folder) : folder_(std::move(folder)) {}
FolderStorage::FolderStorage(FolderStorage&&) noexcept = default;
FolderStorage& FolderStorage::operator=(FolderStorage&&) noexcept = default;
FolderStorage::~FolderStorage() = default;

Result<FolderStorage> FolderStorage::open(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return system_error("create", folder, failed.value());
  return FolderStorage(folder);
}

Result<std::string> FolderStorage::read(const std::string& path) {
  const fs::path file = folder_ / path;
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) return Error{ErrorCode::not_found, "no file " + file.string()};
    return system_error("open", file, errno);
  }
  std::string bytes;
  char buffer[65536];
  ssize_t count = 0;
  while ((count = ::read(descriptor, buffer, sizeof buffer)) > 0 || (count < 0 && errno == EINTR)) {
    if (count > 0) bytes.append(buffer, static_cast<std::size_t>(count));
  }
  const int failed = count < 0 ? errno : 0;
  ::close(descriptor);
  if (failed != 0) return system_error("read", file, failed);
  return bytes;
}

/// The folders above `file`, made where absent and noted for the next sync: a new folder is durable
/// only when its parent is, up to the log's own.
Result<void> FolderStorage::make_parents(const fs::path& file) {
  for (fs::path at = file.parent_path(); unsynced_.insert(at).second && at != folder_;) {
    at = at.parent_path();
  }
  std::error_code failed;
  fs::create_directories(file.parent_path(), failed);
  if (failed) return system_error("create", file.parent_path(), failed.value());
  return {};
}

Result<void> FolderStorage::write(const std::string& path, std::string_view bytes) {
  const fs::path file = folder_ / path;
  TRY(make_parents(file));
  TRY(write_file(file, bytes));
  unsynced_.insert(file);
  return {};
}

Result<void> FolderStorage::append(const std::string& path, std::string_view bytes) {
  const fs::path file = folder_ / path;
  const bool first = appending_ == nullptr || appending_->path != path;
  if (first) {
    TRY(make_parents(file));
    auto opened = std::make_unique<OpenFile>();
    opened->path = path;
    opened->file = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (opened->file < 0) return system_error("open", file, errno);
    appending_ = std::move(opened);
  }
  TRY(write_all(appending_->file, bytes, file));
  if (::fdatasync(appending_->file) != 0) return system_error("fdatasync", file, errno);
  return first ? sync() : Result<void>();  // Its name, too.
}

Result<void> FolderStorage::sync() {
  for (const fs::path& path : unsynced_) TRY(sync_path(path));
  unsynced_.clear();
  return {};
}

Result<void> FolderStorage::replace(const std::string& path, std::string_view bytes) {
  const fs::path file = folder_ / path;
  const fs::path temporary = file.string() + std::string(kTemporarySuffix);
  TRY(write_file(temporary, bytes));
  TRY(sync_path(temporary));
  if (::rename(temporary.c_str(), file.c_str()) != 0) return system_error("rename", file, errno);
  return sync_path(file.parent_path());
}

Result<void> FolderStorage::remove(const std::string& path) {
  const fs::path file = folder_ / path;
  if (appending_ != nullptr && appending_->path == path) appending_.reset();
  if (::unlink(file.c_str()) != 0 && errno != ENOENT) return system_error("remove", file, errno);
  unsynced_.insert(file.parent_path());
  return {};
}

Result<std::vector<std::string>> FolderStorage::list() {
  std::vector<std::string> paths;
  std::error_code failed;
  for (fs::recursive_directory_iterator at(folder_, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (at->is_directory() || at->path().string().ends_with(kTemporarySuffix)) continue;
    paths.push_back(fs::relative(at->path(), folder_).generic_string());
  }
  if (failed) return system_error("list", folder_, failed.value());
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace audit
