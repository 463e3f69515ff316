#include "base/system_random.h"

#include <sys/random.h>

#include "base/check.h"

namespace base {
namespace {

class SystemRandom final : public Random {
 public:
  std::uint64_t next() override {
    std::uint64_t value = 0;
    CHECK(getrandom(&value, sizeof value, 0) == sizeof value);
    return value;
  }
};

}  // namespace

Random& system_random() {
  static SystemRandom random;
  return random;
}

}  // namespace base
