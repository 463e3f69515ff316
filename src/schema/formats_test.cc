#include "schema/formats.h"

#include <gtest/gtest.h>

namespace schema {
namespace {

struct Case {
  const char* format;
  std::vector<const char*> good, bad;
};

// Each verdict is that of kube-openapi's strfmt (v0.33's), tried with its Go code.
const Case kCases[] = {
    {"date-time",
     {"2026-01-01T00:00:00Z", "2026-01-01t23:59:59.5+01:00", "2024-02-29T00:00:00z"},
     {"2026-01-01", "2026-01-01T24:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00", "x"}},
    {"date", {"2026-01-31", "2024-02-29"}, {"2026-1-1", "2026-02-29", "2026-13-01", ""}},
    {"duration",
     {"1h30m", "5m", "-1.5h", "10ns", "1 day", "5 minutes", "3w", "0"},
     {"", "x", "10", "1y"}},
    {"byte", {"YQ==", "YWI=", "YWJj"}, {"", "YQ", "YQ=", "Y Q=", "YWJj\n "}},
    {"uri",
     {"https://a.b/c", "/a", "mailto:a", "http://[::1]:80/"},
     {"", "a", "a b", "http://[::1"}},
    {"email", {"a@b", "a.b@c.d", "X <a@b.c>"}, {"a", "@b", "a@", "a b@c"}},
    {"hostname", {"a", "a.bc", "a-b.example.com", "1.com"}, {"", "-a", "a_b.com", "a..b"}},
    {"ipv4", {"1.2.3.4", "010.1.1.1"}, {"1.2.3", "1.2.3.256", "::1", "1.2.3.4.5"}},
    {"ipv6",
     {"::1", "fd00::1", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4"},
     {"1.2.3.4", ":::", "1:2", "g::"}},
    {"cidr", {"10.0.0.0/8", "fd00::/64"}, {"10.0.0.0", "10.0.0.0/33", "fd00::/129", "x/8"}},
    {"mac",
     {"aa:bb:cc:dd:ee:ff", "AA-BB-CC-DD-EE-FF", "aabb.ccdd.eeff"},
     {"aa:bb", "aa:bb:cc:dd:ee:gg"}},
    {"uuid",
     {"123e4567-e89b-12d3-a456-426614174000"},
     {"123", "123e4567-e89b-12d3-a456-42661417400g"}},
    {"uuid4", {"123e4567-e89b-42d3-a456-426614174000"}, {"123e4567-e89b-12d3-a456-426614174000"}},
    {"isbn", {"0321751043", "978-0321751041"}, {"0321751044", "978-0321751042"}},
    {"creditcard", {"4111 1111 1111 1111"}, {"4111 1111 1111 1112", "1"}},
    {"ssn", {"123-45-6789"}, {"123-456789", "x"}},
    {"hexcolor", {"#fff", "FFFFFF"}, {"#ffff", "red"}},
    {"rgbcolor", {"rgb(1, 2,255)"}, {"rgb(1,2)", "rgb(256,1,1)"}},
    {"password", {"", "anything"}, {}},
    {"int32", {"anything"}, {}},
};

TEST(FormatsTest, JudgeAsTheServerDoes) {
  for (const Case& row : kCases) {
    const Format format = format_named(row.format);
    for (const char* text : row.good)
      EXPECT_TRUE(matches(format, text)) << row.format << " " << text;
    for (const char* text : row.bad)
      EXPECT_FALSE(matches(format, text)) << row.format << " " << text;
  }
}

TEST(FormatsTest, DashesInTheNameDoNotMatter) {
  EXPECT_EQ(format_named("date-time"), Format::date_time);
  EXPECT_EQ(format_named("datetime"), Format::date_time);
  EXPECT_EQ(format_named("double"), Format::none);
}

}  // namespace
}  // namespace schema
