#include "doc/yaml.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "doc/json.h"

namespace doc {
namespace {

std::string json_of(std::string_view text) {
  const auto result = parse_yaml(text, "x.yaml");
  return result ? to_json(*result) : base::to_string(result.error());
}

std::string stream_of(std::string_view text) {
  const auto result = parse_yaml_stream(text, "x.yaml");
  return result ? to_json(Value::list(*result)) : base::to_string(result.error());
}

TEST(YamlParseTest, ReadsAManifest) {
  EXPECT_EQ(
      json_of("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    args: [x, 1]\n"),
      R"({"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"a","args":["x",1]}]}})");
}

TEST(YamlParseTest, FollowsTheCoreSchema) {
  EXPECT_EQ(json_of("[~, null, Null, NULL, '', nUll]"), R"([null,null,null,null,"","nUll"])");
  EXPECT_EQ(json_of("[true, True, TRUE, false, no, yes, on, off, y, n]"),
            R"([true,true,true,false,"no","yes","on","off","y","n"])");
  EXPECT_EQ(json_of("[0, -1, +12, 0o17, 0x1F, 0644, 0b11, 1_000, 190:20:30]"),
            R"([0,-1,12,15,31,644,"0b11","1_000","190:20:30"])");
  EXPECT_EQ(json_of("[1.5, .5, 5., 1e3, -1.0E-2, .inf, -.INF, .nan, 1.2.3, '1', \"1\"]"),
            R"([1.5,0.5,5,1000,-0.01,null,null,null,"1.2.3","1","1"])");
  EXPECT_EQ(json_of("[9223372036854775808, -9223372036854775808, 99999999999999999999]"),
            R"([9223372036854775808,-9223372036854775808,1e+20])");
  EXPECT_EQ(json_of("[!!str 1, !!float 1, !!int '1', ! 1]"), R"(["1",1,1,"1"])");
  EXPECT_EQ(json_of("[2026-11-25, <<, =]"), R"(["2026-11-25","<<","="])");
}

std::string as_kubectl(std::string_view text, std::vector<Diagnostic>* ambiguous = nullptr) {
  const auto result = parse_yaml(text, "x.yaml", {YamlOptions::Reader::kubectl, ambiguous});
  return result ? to_json(*result) : base::to_string(result.error());
}

// What sigs.k8s.io/yaml v1.6.0 makes of the same texts.
TEST(YamlParseTest, ReadsAsKubectlDoesWhereAsked) {
  EXPECT_EQ(as_kubectl("[yes, No, ON, off, y, n, true, ~, null]"),
            "[true,false,true,false,true,false,true,null,null]");
  EXPECT_EQ(as_kubectl("[0644, 0o17, 0x1F, 0b11, 1_000, -012, 08, 1.5, .5, 1e3]"),
            "[420,15,31,3,1000,-10,8,1.5,0.5,1000]");
  EXPECT_EQ(as_kubectl("['no', \"yes\", 190:20:30, 2026-11-25, nope, 1.2.3, -, 0xZ]"),
            R"(["no","yes","190:20:30","2026-11-25","nope","1.2.3","-","0xZ"])");
}

TEST(YamlParseTest, MergesMapsForKubectl) {
  EXPECT_EQ(as_kubectl("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n  <<: [*a, *b]\n  x: 9\n"),
            R"({"a":{"x":1,"y":2},"b":{"y":3,"z":4},"c":{"x":9,"y":2,"z":4}})");
  EXPECT_EQ(as_kubectl("\"<<\": 1\n"), R"({"<<":1})");
  EXPECT_EQ(as_kubectl("<<: 1\n"),
            "error: x.yaml:1:5: '<<' must be a map or a list of maps\n"
            "  1 | <<: 1\n"
            "    |     ^\n"
            "hint: quote the key to have it as it is");
}

TEST(YamlParseTest, TellsWhatReadersDisagreeAbout) {
  std::vector<Diagnostic> ambiguous;
  as_kubectl("a: no\nb: 0644\nc: 12\nd: 'no'\ne: 1_000\n", &ambiguous);
  ASSERT_EQ(ambiguous.size(), 3U);
  EXPECT_EQ(ambiguous[0].message, "'no' is false to kubectl and \"no\" in YAML 1.2");
  EXPECT_EQ(ambiguous[1].message, "'0644' is 420 to kubectl and 644 in YAML 1.2");
  EXPECT_EQ(ambiguous[1].mark, (Mark{2, 4}));
  EXPECT_EQ(ambiguous[2].message, "'1_000' is 1000 to kubectl and \"1_000\" in YAML 1.2");
}

TEST(YamlParseTest, TakesKeysAsTheirText) {
  EXPECT_EQ(json_of("1: a\ntrue: b\n~: c\n\"\": d\n"), R"({"1":"a","true":"b","~":"c","":"d"})");
}

TEST(YamlParseTest, ReadsEveryDocument) {
  EXPECT_EQ(stream_of("a: 1\n---\n---\n- 2\n...\n# end\n"), R"([{"a":1},null,[2]])");
  EXPECT_EQ(stream_of("# nothing\n"), "[]");
  EXPECT_EQ(stream_of(""), "[]");
  EXPECT_EQ(stream_of("---\n"), "[null]");
  EXPECT_EQ(stream_of("\xEF\xBB\xBF"
                      "a: 1"),
            R"([{"a":1}])");
}

TEST(YamlParseTest, ExpandsAliases) {
  EXPECT_EQ(json_of("a: &x {b: 1}\nc: *x\nd: [*x, *x]\ne: &k key\n*k : f\n"),
            R"({"a":{"b":1},"c":{"b":1},"d":[{"b":1},{"b":1}],"e":"key","key":"f"})");
}

TEST(YamlParseTest, MarksValuesAndKeys) {
  const Value value = parse_yaml("a: 1\nlist:\n- x\n-   y: z\n", "x").value();
  const auto entries = value.entries();
  EXPECT_EQ(entries[0].value.mark(), (Mark{1, 4}));
  EXPECT_EQ(entries[1].key.mark(), (Mark{2, 1}));
  EXPECT_EQ(entries[1].value.mark(), (Mark{3, 1}));
  EXPECT_EQ(entries[1].value.items()[1].mark(), (Mark{4, 5}));
  EXPECT_EQ(entries[1].value.items()[1].find("y")->mark(), (Mark{4, 8}));
}

TEST(YamlParseTest, CountsColumnsInBytesAndLinesAsEditorsDo) {
  const Value value = parse_yaml(
                          "\xC3\xA4: [\xE2\x82\xAC, x]\r\nb: \"a\xC2\x85"
                          "b\"\rc: 1\n",
                          "x")
                          .value();
  const auto entries = value.entries();
  EXPECT_EQ(entries[0].value.items()[1].mark(), (Mark{1, 11}));
  EXPECT_EQ(entries[1].value.mark(), (Mark{2, 4}));
  EXPECT_EQ(entries[2].value.mark(), (Mark{3, 4}));
}

TEST(YamlParseTest, RefusesBombs) {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'k'; ++c) {
    const std::string before = "*" + std::string(1, char(c - 1)) + " ";
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i) bomb += before + ",";
    bomb += "]\n";
  }
  const auto result = parse_yaml(bomb, "bomb.yaml");
  ASSERT_FALSE(result);
  EXPECT_EQ(base::to_string(result.error()),
            "error: bomb.yaml:6:36: aliases expand to more than 1000000 values\n"
            "  6 | f: &f [*e ,*e ,*e ,*e ,*e ,*e ,*e ,*e ,*e ,*e ,]\n"
            "    |                                    ^");
}

TEST(YamlParseTest, RefusesDepthAlsoThroughAliases) {
  const int most = base::limits::kDocumentDepthMax;
  const std::string opened(std::size_t(most), '['), closed(std::size_t(most), ']');
  EXPECT_TRUE(parse_yaml(opened + closed, "x"));
  EXPECT_FALSE(parse_yaml("[" + opened + closed + "]", "x"));
  const std::string half(std::size_t(most / 2), '['), half_closed(std::size_t(most / 2), ']');
  EXPECT_TRUE(parse_yaml("[&a " + half.substr(1) + half_closed.substr(1) + ", " + half.substr(1) +
                             "*a" + half_closed.substr(1) + "]",
                         "x"));
  EXPECT_FALSE(
      parse_yaml("[&a " + half + half_closed + ", " + half + "*a" + half_closed + "]", "x"));
}

}  // namespace
}  // namespace doc
