#include "audit/crashing_storage.h"

namespace audit {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

Error no_power() { return {ErrorCode::unavailable, "no power"}; }

}  // namespace

bool CrashingStorage::dies() {
  if (crashed_) return true;
  ++calls_;
  if (!calls_left_) return false;
  if (*calls_left_ > 0) {
    --*calls_left_;
    return false;
  }
  lose_power();
  return true;
}

void CrashingStorage::lose_power() {
  crashed_ = true;
  calls_left_.reset();
  for (auto& [path, bytes] : pending_) {
    const std::uint64_t fate = random_.below(4);
    if (fate == 0) continue;  // Never reached the disk.
    if (!bytes) {
      durable_.erase(path);
    } else if (fate == 1) {
      durable_[path] = "";
    } else if (fate == 2) {
      durable_[path] = bytes->substr(0, random_.below(bytes->size() + 1));
    } else {
      durable_[path] = *bytes;
    }
  }
  pending_.clear();
}

void CrashingStorage::reboot() {
  pending_.clear();
  calls_left_.reset();
  crashed_ = false;
}

const std::string* CrashingStorage::find(const std::string& path) const {
  if (const auto at = pending_.find(path); at != pending_.end()) {
    return at->second ? &*at->second : nullptr;
  }
  const auto at = durable_.find(path);
  return at == durable_.end() ? nullptr : &at->second;
}

Result<std::string> CrashingStorage::read(const std::string& path) {
  if (dies()) return no_power();
  const std::string* bytes = find(path);
  if (bytes == nullptr) return Error{ErrorCode::not_found, "no file " + path};
  return *bytes;
}

Result<void> CrashingStorage::write(const std::string& path, std::string_view bytes) {
  pending_[path] = std::string(bytes);  // Before dying: the torn write is this one too.
  if (dies()) return no_power();
  return {};
}

Result<void> CrashingStorage::append(const std::string& path, std::string_view bytes) {
  if (crashed_) return no_power();
  if (!dies()) {
    durable_[path] += bytes;
    return {};
  }
  std::string part(bytes.substr(0, random_.below(bytes.size() + 1)));
  constexpr std::size_t kSector = 512;
  switch (random_.below(4)) {
    case 0:  // Not even the file.
      return no_power();
    case 1:  // Cut.
      break;
    case 2:  // The length reached the disk, some sectors did not.
      part = bytes;
      for (std::size_t at = 0; at < part.size(); at += kSector) {
        const std::size_t end = std::min(at + kSector, part.size());
        if (random_.below(2) == 0) std::fill(part.begin() + long(at), part.begin() + long(end), 0);
      }
      break;
    default:  // All of it, only that nobody was told.
      part = bytes;
  }
  durable_[path] += part;
  return no_power();
}

Result<void> CrashingStorage::sync() {
  if (dies()) return no_power();
  for (auto& [path, bytes] : pending_) {
    if (bytes) {
      durable_[path] = std::move(*bytes);
    } else {
      durable_.erase(path);
    }
  }
  pending_.clear();
  return {};
}

Result<void> CrashingStorage::replace(const std::string& path, std::string_view bytes) {
  if (crashed_) return no_power();
  const bool dying = dies();
  // Atomic: the old bytes or the new. Dying, either may be what is found afterwards.
  if (!dying || random_.below(2) == 0) durable_[path] = std::string(bytes);
  if (dying) return no_power();
  return {};
}

Result<void> CrashingStorage::remove(const std::string& path) {
  pending_[path] = std::nullopt;
  if (dies()) return no_power();
  return {};
}

Result<std::vector<std::string>> CrashingStorage::list() {
  if (dies()) return no_power();
  std::map<std::string, bool> names;
  for (const auto& [path, bytes] : durable_) names[path] = true;
  for (const auto& [path, bytes] : pending_) names[path] = bytes.has_value();
  std::vector<std::string> paths;
  for (const auto& [path, present] : names) {
    if (present) paths.push_back(path);
  }
  return paths;
}

}  // namespace audit
