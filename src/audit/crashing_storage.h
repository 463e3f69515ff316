#pragma once

#include <map>
#include <optional>

#include "audit/storage.h"
#include "base/random.h"

namespace audit {

/// Storage in memory that loses power when told to. Each call (and each moment within a write) is a
/// point at which it can die; what had not been synced is then kept, lost, emptied or torn, file by
/// file, as the seed has it. Afterwards every call fails until reboot().
class CrashingStorage final : public Storage {
 public:
  explicit CrashingStorage(std::uint64_t seed) : random_(seed) {}

  /// Dies at the `call`-th call from now (0: the next one).
  void crash_at(std::uint64_t call) { calls_left_ = call; }
  bool crashed() const { return crashed_; }
  /// Power is back: what survived is all there is, and durable.
  void reboot();
  std::uint64_t calls() const { return calls_; }
  std::map<std::string, std::string>& files() { return durable_; }

  base::Result<std::string> read(const std::string& path) override;
  base::Result<void> write(const std::string& path, std::string_view bytes) override;
  base::Result<void> append(const std::string& path, std::string_view bytes) override;
  base::Result<void> sync() override;
  base::Result<void> replace(const std::string& path, std::string_view bytes) override;
  base::Result<void> remove(const std::string& path) override;
  base::Result<std::vector<std::string>> list() override;

 private:
  bool dies();
  void lose_power();
  const std::string* find(const std::string& path) const;

  base::SeededRandom random_;
  std::map<std::string, std::string> durable_;
  std::map<std::string, std::optional<std::string>> pending_;  // nullopt: removed.
  std::optional<std::uint64_t> calls_left_;
  std::uint64_t calls_ = 0;
  bool crashed_ = false;
};

}  // namespace audit
