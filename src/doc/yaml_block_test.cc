#include "doc/yaml_block.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>

#include "doc/json.h"
#include "doc/yaml_events.h"

namespace doc {
namespace {

using Reader = YamlOptions::Reader;

std::string place(Mark mark) {
  return "@" + std::to_string(mark.line) + ":" + std::to_string(mark.column);
}

/// Everything that there is to know of a value: kinds, order and marks, those of keys too.
void describe(const Value& value, std::string& out) {
  out += place(value.mark()) + std::string(kind_name(value.kind()));
  if (value.is_list()) {
    out += "[";
    for (const Value& item : value.items()) describe(item, out);
    out += "]";
  } else if (value.is_map()) {
    out += "{";
    for (const Entry& entry : value.entries()) {
      describe(entry.key, out);
      describe(entry.value, out);
    }
    out += "}";
  } else {
    out += to_json(value);
  }
}

std::string describe_all(const std::optional<std::vector<Value>>& documents,
                         const std::vector<Diagnostic>& notes) {
  if (!documents) return "refused";
  std::string out;
  for (const Value& document : *documents) {
    describe(document, out);
    out += "\n";
  }
  for (const Diagnostic& note : notes) out += place(note.mark) + note.message + note.hint + "\n";
  return out;
}

std::string by_events(std::string_view text, Reader reader) {
  std::vector<Diagnostic> notes;
  Diagnostic failure;
  return describe_all(read_events(text, {reader, &notes, nullptr}, failure), notes);
}

std::string by_block_style(std::string_view text, Reader reader) {
  std::vector<Diagnostic> notes;
  const auto documents = read_block_style(text, {reader, &notes, nullptr});
  EXPECT_TRUE(documents || notes.empty());
  return describe_all(documents, notes);
}

/// Reads `text` both ways. Whether the block style had it; where it did not, no harm is done.
bool reads_alike(const std::string& text) {
  bool taken = true;
  for (const Reader reader : {Reader::core, Reader::kubectl}) {
    const std::string ours = by_block_style(text, reader);
    taken = taken && ours != "refused";
    if (ours == "refused") continue;
    EXPECT_EQ(ours, by_events(text, reader)) << text;
  }
  return taken;
}

TEST(YamlBlockTest, TakesWhatManifestsAreWrittenIn) {
  for (const char* text :
       {"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    args:\n    - --x=1\n"
        "    - \"y\"\n    env: []\n  volumes:\n    - name: tmp\n      emptyDir: {}\n",
        "# A comment\n---\n# Another\na: 1 # one\nb: '# two' # 2\n---\nc:\n---\n---\n- x\n",
        "a:\nb: ~\nc: no\nd: 0644\ne: 1_000\nf: -1.5\ng: .5\nh: 2026-11-25\ni: 12:30:45\n",
        "- - a\n  - b\n-\n  - c\n- - - d\n-\n- k: v\n  l:\n  - m\n  n:\n    - o\n",
        "a: \"\\\"x\\\" \\\\ \\n\"\nb: 'it''s'\n\"c d\": 1\n'e''f': 2\ng h : 3\n",
        "a: |\n  one\n    two\n\n  three\n\n\nb: |-\n  x\n\nc: |+\n  y\n\n# z\nd: |\n",
        "a: >\n  one\n  two\n\n  three\n    four\n  five\n\nb: >-\n  x\n  y\n",
        "  a: 1\n  b:\n    c: 2\n", "a: b#c\nb: http://x:80/y\nc: a,b]\nd: -x\ne: --- x\n",
        "a:   \n  b:   c   \n   \n  d: e\n",
        "\xC3\xA4: \xE2\x82\xAC\nb: \"\xF0\x9F\x98\x80\" # x\nc:\n", "", "\n\n", "# only\n", "a: 1",
        "a:", "- ", "-"}) {
    EXPECT_TRUE(reads_alike(text)) << text;
  }
}

TEST(YamlBlockTest, LeavesTheRestAlone) {
  for (const char* text : {"a",
                           "a: [b]",
                           "a: {b: c}",
                           "a: &x b",
                           "a: *x",
                           "a: !!str b",
                           "? a\n: b",
                           "a: b\n  c\n",
                           "a: \"b\n  c\"\n",
                           "a:\n  b\n",
                           "a: 1\na: 2\n",
                           "\ta: 1\n",
                           "a: 1\r\n",
                           "a: 1\n...\n",
                           "%YAML 1.1\n---\na: 1\n",
                           "a: 1\n b: 2\n",
                           "a:\n    b: 1\n  c: 2\n",
                           "a: b: c\n",
                           "a: - b\n",
                           "a: |2\n  b\n",
                           "a: \"\\x41\"\n",
                           "<<: 1\n",
                           "--- a\n",
                           "a: 1\n---\n",
                           "a: 'b\n",
                           "a: 'b' c\n",
                           "- a\nb: 1\n",
                           "a: 1\n- b\n",
                           "a: \x01\n",
                           "a: \x7F\n",
                           "a: \xC2\x85\n",
                           "a: \xE2\x80\xA8\n",
                           "a: \xEF\xBB\xBF\n",
                           "a: @b\n",
                           "a: `b`\n",
                           "a: %b\n",
                           "a: |\n  b\n c\n",
                           "- a\n b\n",
                           "a: {}#\n"}) {
    EXPECT_FALSE(reads_alike(text)) << text;
  }
}

TEST(YamlBlockTest, LeavesWhatIsNearALimitToLibyaml) {
  EXPECT_TRUE(reads_alike(std::string(1000, 'k') + ": 1\n"));
  EXPECT_FALSE(reads_alike(std::string(1001, 'k') + ": 1\n"));
  const auto nested = [](int levels) {
    std::string text;
    while (levels-- > 0) text += "- ";
    return text + "a\n";
  };
  EXPECT_TRUE(reads_alike(nested(100)));
  EXPECT_FALSE(reads_alike(nested(101)));
}

/// Texts that are put together from pieces which matter to a reader, right and wrong.
class Texts {
 public:
  explicit Texts(std::uint32_t seed) : random_(seed) {}

  std::string next() {
    text_.clear();
    for (int documents = pick(3); documents >= 0; --documents) {
      if (!text_.empty() || pick(2) == 0) text_ += pick(4) == 0 ? "--- # x\n" : "---\n";
      pick(4) == 0 ? list(pick(3), 3) : map(pick(8) == 0 ? 2 : 0, 3);
    }
    for (int faults = pick(4) - 2; faults > 0; --faults) break_something();
    return text_;
  }

 private:
  int pick(int below) { return int(random_() % std::uint32_t(below)); }
  template <std::size_t count>
  const char* one_of(const char* const (&of)[count]) {
    return of[pick(int(count))];
  }
  void indent(int by) { text_.append(std::size_t(by), ' '); }

  void end_line() {
    static constexpr const char* kEnds[] = {"\n",   "\n",   "\n",      "\n",      " # c: d\n",
                                            "  \n", "\n\n", "\n# x\n", "\n   \n", "\n      # y\n"};
    text_ += one_of(kEnds);
  }

  void map(int column, int depth) {
    for (int keys = 1 + pick(3); keys > 0; --keys) {
      indent(column);
      entry(column, depth);
    }
  }
  void entry(int column, int depth) {
    static constexpr const char* kForms[] = {"k",   "name", "a b", "\"q\"", "'r''s'",  "-x",
                                             "a:b", "no",   "1",   "a#",    "\xC3\xA4"};
    text_ += one_of(kForms);
    const bool quoted = text_.ends_with('"') || text_.ends_with('\'');
    if (!quoted && pick(9) != 0) text_ += std::to_string(pick(100));
    text_ += pick(20) == 0 ? " :" : ":";
    value(column, depth, false);
  }
  void list(int column, int depth) {
    for (int items = 1 + pick(3); items > 0; --items) {
      indent(column);
      text_ += "-";
      if (depth > 0 && pick(3) == 0) {
        const int spaces = 1 + pick(3);
        indent(spaces);
        entry(column + 1 + spaces, depth - 1);
        if (pick(2) == 0) map(column + 1 + spaces, depth - 1);
      } else {
        value(column, depth, true);
      }
    }
  }
  void value(int column, int depth, bool in_list) {
    const int what = pick(10);
    if (depth > 0 && what < 3) {
      end_line();
      map(column + 1 + pick(4), depth - 1);
    } else if (depth > 0 && what < 5) {
      end_line();
      list(column + (in_list ? 1 : 0) + pick(3), depth - 1);
    } else if (what == 5) {
      block(column);
    } else if (what == 6) {
      end_line();
    } else {
      indent(1 + pick(2));
      scalar();
      end_line();
    }
  }
  void scalar() {
    static constexpr const char* kTaken[] = {
        "x",          "a b",   "12",      "-1",      "0644",
        "no",         "~",     "1e3",     "a:b",     "a#b",
        "--x",        "a - b", "\"q r\"", "'it''s'", "\"\\\"\\\\\\n\"",
        "{}",         "[]",    "\"\"",    "''",      "\xE2\x82\xAC",
        "2026-11-25", "x # y", "'#'",     "1_0",     "\"a: b\""};
    static constexpr const char* kOther[] = {"[a]",     "\"\\t\"", "&a b", "*a",     "!!str 1",
                                             "a: b",    "-",       "?",    "{a: b}", "'x",
                                             "\"x\" y", "|2",      "@",    "%x"};
    text_ += pick(40) == 0 ? one_of(kOther) : one_of(kTaken);
  }
  void block(int column) {
    static constexpr const char* kHeads[] = {" |", " >", " |-", " >-", " |+", " >+", " | # c"};
    text_ += one_of(kHeads);
    text_ += "\n";
    const int deep = column + 1 + pick(3);
    for (int lines = pick(6); lines > 0; --lines) {
      static constexpr const char* kLines[] = {"",     "",  "x",   "  y", "# z",
                                               "a: b", " ", "---", "- w"};
      indent(pick(6) == 0 ? pick(deep + 2) : deep);
      text_ += one_of(kLines);
      text_ += "\n";
    }
  }
  void break_something() {
    static constexpr const char* kPieces[] = {" ",   "\n",    "-",  ":", "#",  "'",
                                              "\"",  "---\n", "\t", "a", "- ", ": ",
                                              "...", "\\",    "|",  ">", "  "};
    const auto at = std::size_t(pick(int(text_.size()) + 1));
    pick(2) == 0 ? text_.insert(at, one_of(kPieces)) : text_.erase(at, std::size_t(1 + pick(3)));
  }

  std::mt19937 random_;
  std::string text_;
};

TEST(YamlBlockTest, ReadsAsLibyamlDoesWhateverItTakes) {
  Texts texts(7);
  int taken = 0;
  constexpr int kTexts = 3000;
  for (int i = 0; i < kTexts && !HasFailure(); ++i) {
    const std::string text = texts.next();
    if (!find_unreadable(text)) taken += reads_alike(text);
  }
  EXPECT_GT(taken, kTexts / 4) << "too few of them are in the style to say anything";
  RecordProperty("taken", taken);
}

}  // namespace
}  // namespace doc
