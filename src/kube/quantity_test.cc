#include "kube/quantity.h"

#include <gtest/gtest.h>

#include <utility>

namespace kube {
namespace {

std::string canonical(std::string_view text) { return Quantity::parse(text).value().to_string(); }
Quantity q(std::string_view text) { return Quantity::parse(text).value(); }

// The right sides are what apimachinery's resource.Quantity prints (its quantity_test.go and the
// rules of its documentation).
TEST(QuantityTest, PrintsTheCanonicalForm) {
  const std::pair<const char*, const char*> cases[] = {
      {"0", "0"},
      {"0Gi", "0"},
      {"0n", "0"},
      {"1", "1"},
      {"1024", "1024"},
      {"1000", "1k"},
      {"1500", "1500"},
      {"1.5", "1500m"},
      {"0.1", "100m"},
      {".5", "500m"},
      {"5.", "5"},
      {"100m", "100m"},
      {"1000m", "1"},
      {"1Ki", "1Ki"},
      {"1024Ki", "1Mi"},
      {"1.5Gi", "1536Mi"},
      {"0.5Ki", "512"},
      {"1.1Ki", "1126400m"},
      {"1e3", "1e3"},
      {"12E6", "12e6"},
      {"1e0", "1"},
      {"1E-3", "1e-3"},
      {"1e4", "10e3"},
      {"-1.5Gi", "-1536Mi"},
      {"+2", "2"},
      {"0.0000000001", "1n"},
      {"-0.0000000001", "-1n"},
      {"1.0000000001", "1000000001n"},
      {"123456789.123456789", "123456789123456789n"},
      {"8Ei", "9223372036854775807"},
      {"10E", "9223372036854775807"},
      {"-10E", "-9223372036854775807"},
      {"7Ei", "7Ei"},
      {"9E", "9E"},
      {"1e30", "9223372036854775807"},
      {"1000000G", "1P"},
      {"80Gi", "80Gi"},
  };
  for (const auto& [text, printed] : cases) EXPECT_EQ(canonical(text), printed) << text;
}

TEST(QuantityTest, PrintedTextMeansTheSame) {
  for (const char* text : {"1.1Ki", "1e3", "1500m", "1u", "8191Pi", "-3.3M", "0.000001"}) {
    EXPECT_EQ(q(canonical(text)), q(text)) << text;
  }
}

TEST(QuantityTest, ComparesByAmount) {
  EXPECT_EQ(q("1000m"), q("1"));
  EXPECT_EQ(q("1Gi"), q("1073741824"));
  EXPECT_LT(q("1k"), q("1Ki"));
  EXPECT_LT(q("-1"), q("1n"));
  EXPECT_GT(q("16Gi"), q("16G"));
}

TEST(QuantityTest, AddsExactlyAndKeepsTheLeftSidesFormat) {
  EXPECT_EQ((q("1Gi") + q("512Mi")).to_string(), "1536Mi");
  EXPECT_EQ((q("100m") + q("1")).to_string(), "1100m");
  EXPECT_EQ((Quantity() + q("2Gi")).to_string(), "2Gi");
  EXPECT_EQ((q("2") - q("500m")).to_string(), "1500m");
  EXPECT_EQ((q("9E") + q("9E")).to_string(), "9223372036854775807");
}

TEST(QuantityTest, WholeUnitsAndThousandthsAreRoundedUp) {
  EXPECT_EQ(q("1.1").units(), 2);
  EXPECT_EQ(q("-1.1").units(), -2);
  EXPECT_EQ(q("1500u").milli_units(), 2);
  EXPECT_EQ(q("8").milli_units(), 8000);
  EXPECT_EQ(Quantity::of(8).to_string(), "8");
  EXPECT_DOUBLE_EQ(q("250m").as_double(), 0.25);
}

TEST(QuantityTest, WhatIsNoQuantityIsRefused) {
  for (const char* text : {"", ".", "-", "1x", "1KI", "1ki", "1 Gi", " 1", "1e", "1e1.5", "0x10",
                           "1.2.3", "Gi", "--1", "1EE3", "1e99999999999"}) {
    EXPECT_EQ(base::to_string(Quantity::parse(text).error()),
              "error: '" + std::string(text) +
                  "' is no quantity\nhint: write it like 500m, 2, 16Gi or 1e3");
  }
}

}  // namespace
}  // namespace kube
