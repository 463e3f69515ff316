#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace audit {

/// The files of one log, by path relative to its folder. What a crash may do to them is part of the
/// contract, so that the twin in crashing_storage.h can do all of it.
/// Threading: not thread-safe; a log uses it from one thread at a time.
class Storage {
 public:
  virtual ~Storage() = default;
  /// not_found when there is no such file.
  virtual base::Result<std::string> read(const std::string& path) = 0;
  /// Creates or replaces a file. Until sync() returns a crash may leave it absent, empty, torn at
  /// any byte or whole, and in any order with other writes.
  virtual base::Result<void> write(const std::string& path, std::string_view bytes) = 0;
  /// Adds to the end of a file, or creates it, and has it on disk when it returns. A crash within
  /// leaves what was there before and, of the new bytes, a part: cut at any byte, or with any
  /// sectors of it zero.
  virtual base::Result<void> append(const std::string& path, std::string_view bytes) = 0;
  /// Everything written before is on disk when it returns.
  virtual base::Result<void> sync() = 0;
  /// Replaces a file at once: after a crash it holds the old bytes or the new, and the new when
  /// this has returned.
  virtual base::Result<void> replace(const std::string& path, std::string_view bytes) = 0;
  /// Removing what is not there is no error. Durable at the next sync().
  virtual base::Result<void> remove(const std::string& path) = 0;
  /// Every file's path, sorted.
  virtual base::Result<std::vector<std::string>> list() = 0;
};

/// A folder of the file system. Creates it when it is absent.
class FolderStorage final : public Storage {
 public:
  /// unavailable, with the reason of the system, when the folder cannot be made.
  static base::Result<FolderStorage> open(const std::filesystem::path& folder);
  FolderStorage(FolderStorage&&) noexcept;
  FolderStorage& operator=(FolderStorage&&) noexcept;
  ~FolderStorage() override;
  base::Result<std::string> read(const std::string& path) override;
  base::Result<void> write(const std::string& path, std::string_view bytes) override;
  base::Result<void> append(const std::string& path, std::string_view bytes) override;
  base::Result<void> sync() override;
  base::Result<void> replace(const std::string& path, std::string_view bytes) override;
  base::Result<void> remove(const std::string& path) override;
  base::Result<std::vector<std::string>> list() override;

 private:
  struct OpenFile;
  explicit FolderStorage(std::filesystem::path folder);
  base::Result<void> make_parents(const std::filesystem::path& file);

  std::filesystem::path folder_;
  std::unique_ptr<OpenFile> appending_;       // The file of the last append().
  std::set<std::filesystem::path> unsynced_;  // Files and folders written since the last sync.
};

}  // namespace audit
