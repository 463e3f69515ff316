#include "cel/test_evaluate.h"

namespace cel {
namespace {

TEST(StringFunctionsTest, Standard) {
  expect({{"'abc'.contains('b') && 'abc'.startsWith('ab') && 'abc'.endsWith('bc')", "true"},
          {"'abc'.matches('^a.c$') && matches('abc', 'b')", "true"},
          {"'abc'.matches('(')", "error: error parsing regexp: missing ): ("},
          {"size('héé')", "3"},
          {"'a' + 'b'", R"("ab")"}});
}

TEST(StringFunctionsTest, PositionsCountCodePoints) {
  expect({{"'héllo'.charAt(1) + 'héllo'.charAt(5)", R"("é")"},
          {"'héllo'.charAt(6)", "error: index out of range: 6"},
          {"'héllo'.charAt(-1)", "error: index out of range: -1"},
          {"'héllo hé'.indexOf('hé')", "0"},
          {"'héllo hé'.indexOf('hé', 1)", "6"},
          {"'abc'.indexOf('z')", "-1"},
          {"'abc'.indexOf('a', 4)", "error: index out of range: 4"},
          {"'héllo hé'.lastIndexOf('hé')", "6"},
          {"'héllo hé'.lastIndexOf('hé', 5)", "0"},
          {"'abc'.lastIndexOf('')", "3"},
          {"'héllo'.substring(1, 3)", R"("él")"},
          {"'héllo'.substring(4)", R"("o")"},
          {"'abc'.substring(2, 1)", "error: invalid substring range. start: 2, end: 1"},
          {"'abc'.substring(0, 9)", "error: index out of range: 9"},
          {"'héllo'.reverse()", R"("olléh")"}});
}

TEST(StringFunctionsTest, CutsAndJoins) {
  expect({{"'a,b,,c'.split(',')", R"(["a","b","","c"])"},
          {"'a,b,c'.split(',', 2)", R"(["a","b,c"])"},
          {"'a,b'.split(',', 0)", "[]"},
          {"'héy'.split('')", R"(["h","é","y"])"},
          {"'héy'.split('', 2)", R"(["h","éy"])"},
          {"''.split(',')", R"([""])"},
          {"''.split('')", "[]"},
          {"['a', 'b'].join('-') + ['c'].join()", R"("a-bc")"},
          {"[1].join()",
           "1:5: found no matching overload for 'join' applied to 'list(int).()' [it "
           "is called as list(string).join() or list(string).join(string)]"},
          {"[dyn(1)].join()", "error: no such overload: join(list) of int"},
          {"'banana'.replace('a', 'o')", R"("bonono")"},
          {"'banana'.replace('a', 'o', 2)", R"("bonona")"},
          {"'banana'.replace('a', 'o', 0)", R"("banana")"},
          {"'ab'.replace('', '-')", R"("-a-b-")"},
          {"' \\u00a0x\\t'.trim()", R"("x")"},
          {"'Ab'.lowerAscii() + 'Ab'.upperAscii()", R"("abAB")"},
          {"strings.quote('a\"b\\n')", R"("\"a\\\"b\\n\"")"}});
}

TEST(StringFunctionsTest, Format) {
  expect({{"'%s is %d'.format(['x', 3])", R"("x is 3")"},
          {"'%.2f %e %%'.format([1.005, 12345.678])", R"("1.00 1.234568e+04 %")"},
          {"'%b %o %x %X'.format([5, 8, 255, 255])", R"("101 10 ff FF")"},
          {"'%x %x'.format(['hi', b'\\xff'])", R"("6869 ff")"},
          {"'%s'.format([[1, 'a', null, {'k': 1.5}]])", R"("[1, a, null, {k: 1.5}]")"},
          {"'%s %s'.format([timestamp(0), duration('1m')])", R"("1970-01-01T00:00:00Z 60s")"},
          {"'%d'.format([1.0 / 0.0])", R"("Infinity")"},
          {"'%d'.format(['a'])",
           "error: error during formatting: decimal clause can only be used on integers, was given "
           "string"},
          {"'%s'.format([])", "error: index 0 out of range"},
          {"'%q'.format([1])",
           "error: could not parse formatting clause: unrecognized formatting clause \"q\""},
          {"'%'.format([1])", "error: could not parse formatting clause: unexpected end of string"},
          {"'%.f'.format([1])",
           "error: could not parse formatting clause: error while parsing precision"}});
}

TEST(StringFunctionsTest, NothingGrowsWithoutBound) {
  const std::string doubled =
      "cel.bind(a, '0123456789'.replace('', '0123456789'), cel.bind(b, a.replace('', a), "
      "cel.bind(c, b.replace('', b), c.replace('', c))))";
  EXPECT_EQ(evaluate(doubled), "error: value too large: more than 16777216 parts");
}

TEST(RegexFunctionsTest, ReplaceAndExtract) {
  expect({{"regex.replace('a1b22', '[0-9]+', '#')", R"("a#b#")"},
          {"regex.replace('a1b22', '[0-9]+', '#', 1)", R"("a#b22")"},
          {"regex.replace('ab', '(a)(b)', '\\\\2\\\\1')", R"("ba")"},
          {"regex.replace('ab', '(a)', '\\\\2')",
           "error: invalid replacement string: Rewrite schema requests 2 matches, but the regexp "
           "only has 1 parenthesized subexpressions."},
          {"regex.extract('v1.2', 'v([0-9])').value()", R"("1")"},
          {"regex.extract('x', 'v([0-9])').hasValue()", "false"},
          {"regex.extractAll('a1 b2', '[a-z]([0-9])')", R"(["1","2"])"},
          {"regex.extract('a', '(a)(b)?')",
           "error: regular expression has more than one capturing group: \"(a)(b)?\""},
          {"'a1b22'.find('[0-9]+')", R"("1")"},
          {"'ab'.find('[0-9]+')", R"("")"},
          {"'a1b22'.findAll('[0-9]+')", R"(["1","22"])"},
          {"'a1b22'.findAll('[0-9]+', 1)", R"(["1"])"},
          {"'aab'.findAll('a*')", R"(["aa",""])"}});
}

TEST(EncoderFunctionsTest, Base64) {
  expect({{"base64.encode(b'hello')", R"("aGVsbG8=")"},
          {"string(base64.decode('aGVsbG8='))", R"("hello")"},
          {"string(base64.decode('aGVsbG8'))", R"("hello")"},
          {"base64.decode('*')", "error: illegal base64 data"}});
}

}  // namespace
}  // namespace cel
