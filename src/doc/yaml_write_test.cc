#include <gtest/gtest.h>

#include <limits>

#include "base/random.h"
#include "doc/json.h"
#include "doc/yaml.h"

namespace doc {
namespace {

std::string yaml_of(std::string_view json) { return to_yaml(parse_json(json).value()); }

TEST(YamlWriteTest, LooksLikeWhatPeopleWrite) {
  EXPECT_EQ(yaml_of(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{}},
                        "spec":{"containers":[{"name":"c","args":["x","-y"],"ports":[]},{"name":"d"}]}})"),
            "apiVersion: v1\n"
            "kind: Pod\n"
            "metadata:\n"
            "  name: a\n"
            "  labels: {}\n"
            "spec:\n"
            "  containers:\n"
            "  - name: c\n"
            "    args:\n"
            "    - x\n"
            "    - -y\n"
            "    ports: []\n"
            "  - name: d\n");
}

TEST(YamlWriteTest, QuotesWhatAReaderWouldMistake) {
  EXPECT_EQ(
      yaml_of(R"(["no","0644","1_000","~","","true","12:30:45","a: b","a #b","- a","*a","x:",
                        "{{ x }}","@a","<<"," a","a\tb","2026-01-01","1e3"])"),
      "- \"no\"\n- \"0644\"\n- \"1_000\"\n- \"~\"\n- \"\"\n- \"true\"\n- \"12:30:45\"\n"
      "- \"a: b\"\n- \"a #b\"\n- \"- a\"\n- \"*a\"\n- \"x:\"\n- \"{{ x }}\"\n- \"@a\"\n- \"<<\"\n"
      "- \" a\"\n- \"a\\tb\"\n- \"2026-01-01\"\n- \"1e3\"\n");
  EXPECT_EQ(yaml_of(R"(["nope","a:b","a#b","-a","10.0.0.1","1.2.3","v1","a b","/x","a=b"])"),
            "- nope\n- a:b\n- a#b\n- -a\n- 10.0.0.1\n- 1.2.3\n- v1\n- a b\n- /x\n- a=b\n");
}

TEST(YamlWriteTest, WritesLinesAsABlock) {
  EXPECT_EQ(yaml_of(R"({"a":"x\ny\n","b":["1\n2","1\n\n"],"c":"x \ny"})"),
            "a: |\n  x\n  y\n"
            "b:\n- |-\n  1\n  2\n- |+\n  1\n\n"
            "c: \"x \\ny\"\n");
}

TEST(YamlWriteTest, WritesListsInLists) {
  EXPECT_EQ(yaml_of(R"([[1,[2,{"a":3,"b":[4]}]],[]])"),
            "- - 1\n  - - 2\n    - a: 3\n      b:\n      - 4\n- []\n");
  EXPECT_EQ(to_yaml(Value("x")), "x\n");
  EXPECT_EQ(to_yaml(Value::list({Value(std::numeric_limits<double>::infinity()), Value(1.5)})),
            "- .inf\n- 1.5\n");
}

/// A value of up to `depth` levels with texts that are hard to write.
Value random_value(base::Random& random, int depth) {
  static constexpr std::string_view kPieces[] = {"a",        "-",  ":",  " ",        "#",
                                                 "\n",       "'",  "\"", "\\",       "\t",
                                                 "0",        "no", "|",  "\xC3\xA4", "\xE2\x80\xA8",
                                                 "\x01",     "~",  "{",  "*",        "\r",
                                                 "\xC2\x85", "?",  ",",  "]"};
  const std::uint64_t kind = random.below(depth > 0 ? 8 : 6);
  if (kind == 0) return Value();
  if (kind == 1) return Value(random.below(2) == 0);
  if (kind == 2) return Value(std::int64_t(random.next()));
  if (kind == 3) return Value(random.unit() * 1e10);
  if (kind < 6) {
    std::string text;
    for (std::uint64_t i = random.below(7); i > 0; --i) {
      text += kPieces[random.below(std::size(kPieces))];
    }
    return Value(text);
  }
  std::vector<Value> items;
  std::vector<Entry> entries;
  for (std::uint64_t i = random.below(4); i > 0; --i) {
    items.push_back(random_value(random, depth - 1));
    const Value key = random_value(random, 0);
    entries.push_back({Value(key.is_string() ? key.as_string() : "k"), items.back()});
  }
  return kind == 6 ? Value::list(std::move(items)) : Value::map(std::move(entries));
}

// libyaml takes no key of more than 1,024 characters in one line with its ':'. Found by the fuzzer.
TEST(YamlWriteTest, PutsALongKeyIntoALineOfItsOwn) {
  const std::string plain(1100, 'k'), with_quote = "'" + plain;
  const Value map =
      Value::map({{plain, "text"},
                  {with_quote, Value::list({1, 2})},
                  {plain + "1", Value::map({{plain, "a\nb\n"}})},
                  {"short", Value::list({Value::map({{plain, nullptr}, {"x", 1}})})}});
  const std::string text = to_yaml(map);
  EXPECT_EQ(text, "? " + plain + "\n: text\n? \"" + with_quote + "\"\n:\n- 1\n- 2\n? " + plain +
                      "1\n:\n  ? " + plain + "\n  : |\n    a\n    b\nshort:\n- ? " + plain +
                      "\n  : null\n  x: 1\n");
  const auto again = parse_yaml(text, "again");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, map);
}

TEST(YamlWriteTest, IsReadBackAsTheSameByBothReaders) {
  base::SeededRandom random(7);
  for (int i = 0; i < 20000; ++i) {
    const Value value = random_value(random, 4);
    const std::string text = to_yaml(value);
    for (const auto reader : {YamlOptions::Reader::core, YamlOptions::Reader::kubectl}) {
      const auto again = parse_yaml(text, "again", {reader, nullptr});
      ASSERT_TRUE(again) << text << "\n" << to_json(value) << "\n" << again.error().message;
      ASSERT_EQ(*again, value) << text << "\n" << to_json(value) << "\n" << to_json(*again);
    }
  }
}

}  // namespace
}  // namespace doc
