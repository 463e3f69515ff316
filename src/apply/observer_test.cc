#include "apply/observer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/inventory.h"

namespace apply {
namespace {

bool has(const std::vector<kube::GroupVersionKind>& kinds, const kube::GroupVersionKind& kind) {
  return std::count(kinds.begin(), kinds.end(), kind) == 1;
}

doc::Value inventory_of(std::string_view kinds) {
  return doc::Value::map(
      {{"metadata",
        doc::Value::map({{"annotations", doc::Value::map({{engine::kKindsAnnotation, kinds}})}})}});
}

TEST(KindsToObserveTest, KindsOfAnOlderCatalogAreObservedInTheVersionTheServerPrefers) {
  const kube::Discovery discovery({{"old.dev", "v2", "olds", "Old", true, {}, {}},
                                   {"old.dev", "v1", "olds", "Old", true, {}, {}},
                                   {"", "v1", "secrets", "Secret", true, {}, {}}});
  const auto kinds = kinds_to_observe({}, inventory_of("Old.old.dev,Secret"), discovery);
  EXPECT_TRUE(has(kinds, {"old.dev", "v2", "Old"}));
  EXPECT_TRUE(has(kinds, {"", "v1", "Secret"}));
  EXPECT_FALSE(has(kinds, {"old.dev", "v1", "Old"}));
}

TEST(KindsToObserveTest, KindsThatAreNotServedAnyMoreAreLeftOut) {
  EXPECT_EQ(kinds_to_observe({}, inventory_of("Gone.gone.dev"), {}),
            kinds_to_observe({}, doc::Value(), {}));
}

TEST(KindsToObserveTest, EachKindIsObservedOnce) {
  const auto plain = kinds_to_observe({}, doc::Value(), {});
  ASSERT_FALSE(plain.empty());
  const kube::GroupVersionKind& first = plain.front();
  const std::string name = first.kind + (first.group.empty() ? "" : "." + first.group);
  const kube::Discovery discovery({{first.group, first.version, "x", first.kind, true, {}, {}}});
  EXPECT_EQ(kinds_to_observe({}, inventory_of(name), discovery), plain);
}

}  // namespace
}  // namespace apply
