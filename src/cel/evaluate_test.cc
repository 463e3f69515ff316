#include "cel/test_evaluate.h"

namespace cel {
namespace {

TEST(EvaluateTest, IntegersDoNotWrap) {
  expect({{"9223372036854775807 + 1", "error: integer overflow"},
          {"-9223372036854775807 - 2", "error: integer overflow"},
          {"9223372036854775807 * 2", "error: integer overflow"},
          {"-9223372036854775808 / -1", "error: integer overflow"},
          {"-(-9223372036854775808)", "error: integer overflow"},
          {"1 / 0", "error: division by zero"},
          {"1 % 0", "error: modulus by zero"},
          {"1u / 0u", "error: division by zero"},
          {"0u - 1u", "error: unsigned integer overflow"},
          {"18446744073709551615u + 1u", "error: unsigned integer overflow"},
          {"18446744073709551615u * 2u", "error: unsigned integer overflow"},
          {"-7 / 2", "-3"},
          {"-7 % 2", "-1"},
          {"string(1.0 / 0.0)", R"("+Inf")"}});
}

TEST(EvaluateTest, LogicAbsorbsErrorsInEitherOrder) {
  expect({{"true || 1 / 0 > 0", "true"},
          {"1 / 0 > 0 || true", "true"},
          {"false && 1 / 0 > 0", "false"},
          {"1 / 0 > 0 && false", "false"},
          {"1 / 0 > 0 || false", "error: division by zero"},
          {"true && 1 / 0 > 0", "error: division by zero"},
          {"true ? 1 : 1 / 0", "1"},
          {"1 / 0 > 0 ? 1 : 2", "error: division by zero"},
          {"[0, 1].exists(x, 1 / x == 1)", "true"},
          {"[0, 2].exists(x, 1 / x == 1)", "error: division by zero"},
          {"[0, 1].all(x, 1 / x != 1)", "false"},
          {"[0, 2].all(x, 1 / x != 1)", "error: division by zero"},
          {"[1, 0].exists_one(x, 1 / x == 1)", "error: division by zero"},
          {"[0].map(x, 1 / x)", "error: division by zero"},
          {"[0].filter(x, 1 / x > 0)", "error: division by zero"}});
}

// What is absorbed on one side must not be taken for the outcome of the whole.
TEST(EvaluateTest, AnAbsorbedErrorIsForgotten) {
  expect({{"[1].exists_one(x, 1 / 0 == x || true)", "true"},
          {"[1].exists(x, 1 / 0 == x || x == 1)", "true"},
          {"[1, 2].filter(x, 1 / 0 == x || x > 1 || x == 1).size() == 2", "true"},
          {"!(1 / 0 == 1 && false)", "true"},
          {"(1 / 0 == 1 || true) ? 'a' : 'b'", "\"a\""}});
}

TEST(EvaluateTest, WhatIsNoBoolIsSaid) {
  expect({{"dyn(1) && dyn(true)", "error: no such overload: _&&_(int, bool)"},
          {"dyn(true) && dyn('a')", "error: no such overload: _&&_(bool, string)"},
          {"dyn(1) || dyn(true)", "true"},
          {"dyn(1) || dyn('a')", "error: no such overload: _||_(int, string)"},
          {"dyn(1) || 1 / 0 > 0", "error: division by zero"},
          {"!dyn(1)", "error: no such overload: !_(int)"},
          {"dyn(1) ? 2 : 3", "error: no such overload: _?_:_(int)"},
          {"[1].all(x, dyn(x))", "error: no such overload: got 'int', expected 'bool'"},
          {"[1].exists_one(x, dyn(x))", "error: no such overload: got 'int', expected 'bool'"}});
}

TEST(EvaluateTest, TestsOfTextsTakeTextsOnly) {
  expect(
      {{"dyn('abc').startsWith('ab') && dyn('abc').endsWith('') && 'abc'.contains('bc')", "true"},
       {"'abc'.contains('cd') || ''.contains('a') || 'ab'.startsWith('abc')", "false"},
       {"''.contains('') && 'a'.contains('')", "true"},
       {"dyn(1).startsWith('a')", "error: no such overload: startsWith(int, string)"},
       {"'a'.contains(dyn(1))", "error: no such overload: contains(string, int)"},
       {"string(1 / 0).endsWith('a')", "error: division by zero"},
       {"'a'.endsWith(string(1 / 0))", "error: division by zero"},
       {"dyn(1).matches('a')", "error: no such overload: matches(int, string)"},
       {"'ab'.matches('^a') && matches('ab', 'b$') && 'ab'.matches('a' + 'b')", "true"},
       {"size(dyn(1))", "error: no such overload: size(int)"},
       {"size(dyn('äö')) + size(dyn([1])) + size(dyn({1: 2})) + b'äö'.size()", "8"},
       {"dyn('b') in ['a', 'b'] && !(dyn(1) in ['a']) && 1.0 in [dyn('a'), 1]", "true"}});
}

TEST(EvaluateTest, EqualityIsByValueAcrossNumbers) {
  expect({{"dyn(1) == 1.0", "true"},
          {"dyn(1u) == 1", "true"},
          {"dyn(1) == 'a'", "false"},
          {"dyn(null) == 0", "false"},
          {"[1, 2] == [1.0, 2u]", "true"},
          {"dyn([1, 2]) == [1.0, dyn(2u)]", "true"},
          {"{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "true"},
          {"{'a': 1} != {'a': 2}", "true"},
          {"0.0 / 0.0 == 0.0 / 0.0", "false"},
          {"0.0 / 0.0 != 0.0 / 0.0", "true"},
          {"b'a' == b'a'", "true"},
          {"duration('60s') == duration('1m')", "true"},
          {"type(1) == int && type(type(1)) == type", "true"},
          {"1 < 1.5 && 2u > 1 && 1.5 >= 1u", "true"},
          {"'a' < 'b' && b'a' < b'b' && false < true", "true"},
          {"1.0 < 0.0 / 0.0 || 1.0 >= 0.0 / 0.0", "false"},
          {"dyn(-1) < 1u", "true"}});
}

TEST(EvaluateTest, ListsAndMaps) {
  expect({{"[1, 2] + [3]", "[1,2,3]"},
          {"size([1, 2]) + {'a': 1}.size()", "3"},
          {"2 in [1, 2]", "true"},
          {"'b' in {'a': 1}", "false"},
          {"{1: 'a', 2u: 'b'}[1.0]", R"("a")"},
          {"{1: 'a'}[dyn(1u)]", R"("a")"},
          {"[1, 2][dyn(1.0)]", "2"},
          {"[1, 2][dyn(0.5)]", "error: unsupported index value: 0.500000"},
          {"{'a': 1, 'a': 2}", "error: Failed with repeated key: a"},
          {"{1: 1, 1u: 2}", "error: Failed with repeated key: 1"},
          {"{1.5: 1}", "error: unsupported key type: double"},
          {"{'a': {'b': 1}}.a.b", "1"},
          {"{'a': 1}.b", "error: no such key: b"},
          {"{'a': 1}['b']", "error: no such key: b"},
          {"has({'a': 1}.a) && !has({'a': 1}.b)", "true"},
          {"lists.range(12).transformMap(i, v, v * v)[11]", "121"}});
}

TEST(EvaluateTest, MapsOfManyKeys) {
  EXPECT_EQ(evaluate("cel.bind(m, lists.range(100).transformMapEntry(i, v, {string(v): v * 2}), "
                     "m['57'] + m.size())"),
            "214");
}

TEST(EvaluateTest, Comprehensions) {
  expect(
      {{"[1, 2, 3].map(x, x > 1, x * 10)", "[20,30]"},
       {"[1, 2, 3].exists_one(x, x == 2)", "true"},
       {"[1, 2, 3].existsOne(i, v, i == v - 1)", "false"},
       {"[5, 6].transformList(i, v, i * v)", "[0,6]"},
       {"[5, 6].transformList(i, v, i > 0, v)", "[6]"},
       {"{'a': 1}.transformMap(k, v, k + string(v))", R"({"a":"a1"})"},
       {"{'a': 1}.transformMapEntry(k, v, {v: k})", R"({"1":"a"})"},
       {"{'a': 1, 'b': 1}.transformMapEntry(k, v, {v: k})", "error: Failed with repeated key: 1"},
       {"{'a': 1, 'b': 2}.filter(k, k > 'a')", R"(["b"])"},
       {"{'a': 1}.all(k, v, k == 'a' && v == 1)", "true"},
       {"[1, 2].exists(i, v, i == 1 && v == 2)", "true"},
       {"[[1, 2], [3]].map(x, x.map(y, y + size(x)))", "[[3,4],[4]]"},
       {"cel.bind(x, 2, cel.bind(y, x + 1, x * y))", "6"},
       {"cel.bind(x, 1 / 0, true || x > 0)", "true"},
       {"cel.bind(x, 1 / 0, 5)", "5"},
       {"[1, 2].map(x, cel.bind(y, x * 10, y + y))", "[20,40]"},
       {"cel.block([1 + 1, cel.index(0) * 2], cel.index(1) + cel.index(0))", "6"}});
}

TEST(EvaluateTest, Optionals) {
  expect({{"{'a': 1}.?a.orValue(5) + {}.?a.orValue(5)", "6"},
          {"[1][?0].hasValue() && ![1][?1].hasValue()", "true"},
          {"{'a': {'b': 2}}.?a.b.value()", "2"},
          {"{'a': {}}.?a.?b.or(optional.of(3)).value()", "3"},
          {"optional.none().value()", "error: optional.none() dereference"},
          {"optional.ofNonZeroValue('').hasValue()", "false"},
          {"optional.of(2).optMap(x, x * 2).value()", "4"},
          {"optional.none().optMap(x, x * 2).hasValue()", "false"},
          {"optional.of({'k': 1}).optFlatMap(x, x.?k).value()", "1"},
          {"{?'a': optional.none(), 'b': 1}", R"({"b":1})"},
          {"[?optional.of(1), ?optional.none()]", "[1]"},
          {"optional.unwrap([optional.of(1), optional.none()])", "[1]"},
          {"[optional.of(1), optional.none()].unwrapOpt()", "[1]"},
          {"optional.of(1) == optional.of(1) && optional.of(1) != optional.none()", "true"}});
}

TEST(EvaluateTest, Conversions) {
  expect(
      {{"int('42') + int(4.9) + int(7u)", "53"},
       {"int('x')", "error: type conversion error from 'string' to 'int'"},
       {"int(1e99)", "error: integer overflow: range error"},
       {"uint(-1)", "error: unsigned integer overflow: range error"},
       {"uint('7') + uint(1.9)", "8"},
       {"double('1.5') + double(1) + double(2u)", "4.5"},
       {"bool('true') && !bool('0')", "true"},
       {"bool('maybe')", "error: type conversion error from 'string' to 'bool'"},
       {"string(1) + string(2u) + string(true) + string(1.5)", R"("12true1.5")"},
       {"string(b'abc')", R"("abc")"},
       {"string(b'\\xff')", "error: invalid UTF-8 in bytes, cannot convert to string"},
       {"string(1000000.0) + ' ' + string(1e21) + ' ' + string(0.0001)", R"("1e+06 1e+21 0.0001")"},
       {"bytes('é')", R"("w6k=")"},
       {"string(timestamp(0)) + string(duration('1.5s'))", R"("1970-01-01T00:00:00Z1.5s")"},
       {"int(timestamp('1970-01-01T00:01:00Z')) + int(duration('1us'))", "1060"},
       {"dyn('a') == 'a'", "true"}});
}

}  // namespace
}  // namespace cel
