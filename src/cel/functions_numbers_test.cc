#include "cel/test_evaluate.h"

namespace cel {
namespace {

TEST(MathFunctionsTest, GreatestAndLeast) {
  expect(
      {{"math.greatest(1, 2.5)", "2.5"},
       {"math.greatest(3, 1, 2)", "3"},
       {"math.least([3, 1, 2])", "1"},
       {"math.least(5u)", "5"},
       {"math.greatest(dyn(1), dyn('a'))", "error: no such overload: math.greatest(int, string)"},
       {"math.greatest(dyn([]))", "error: math.greatest(list) argument must not be empty"}});
}

TEST(MathFunctionsTest, Rounding) {
  expect({{"math.ceil(1.2) + math.floor(1.8) + math.trunc(-1.8)", "2"},
          {"math.round(2.5) + math.round(-2.5)", "0"},
          {"math.abs(-3) + math.sign(-7)", "2"},
          {"math.sign(0.0) + math.abs(-1.5)", "1.5"},
          {"math.abs(-9223372036854775808)", "error: integer overflow"},
          {"math.sqrt(16) + math.sqrt(2.25)", "5.5"},
          {"math.isNaN(0.0 / 0.0) && math.isInf(1.0 / 0.0) && math.isFinite(1.0)", "true"}});
}

TEST(MathFunctionsTest, Bits) {
  expect({{"math.bitAnd(12, 10) + math.bitOr(12, 10) + math.bitXor(12, 10)", "28"},
          {"math.bitNot(0)", "-1"},
          {"math.bitNot(0u) == 18446744073709551615u", "true"},
          {"math.bitShiftLeft(1, 4) + math.bitShiftRight(256, 4)", "32"},
          {"math.bitShiftLeft(1, 64)", "0"},
          {"math.bitShiftRight(1, -1)", "error: math.bitShiftRight() negative offset: -1"}});
}

TEST(ListFunctionsTest, Rearranging) {
  expect({{"[1, 2, 3, 4].slice(1, 3)", "[2,3]"},
          {"[1].slice(0, 2)", "error: cannot slice(0, 2), list is length 1"},
          {"[1].slice(1, 0)",
           "error: cannot slice(1, 0), start index must be less than or equal to end index"},
          {"[1].slice(-1, 0)", "error: cannot slice(-1, 0), negative indexes not supported"},
          {"[[1, [2]], [3]].flatten()", "[1,[2],3]"},
          {"[[1, [2, [3]]]].flatten(2)", "[1,2,[3]]"},
          {"[1].flatten(-1)", "error: level must be non-negative"},
          {"[1, 2, 1.0, 'a', 'a'].distinct()", R"([1,2,"a"])"},
          {"lists.range(3)", "[0,1,2]"},
          {"lists.range(-1)", "[]"},
          {"[3, 1, 2].sort()", "[1,2,3]"},
          {"[1, 'a'].sort()", "error: list elements must have the same type"},
          {"[[1], [2]].sort()", "error: list elements must be comparable"},
          {"[{'n': 2}, {'n': 1}].sortBy(x, x.n)", R"([{"n":1},{"n":2}])"},
          {"[1, 2].reverse()", "[2,1]"},
          {"[1, 2].first().value() + [1, 2].last().value()", "3"},
          {"[].first().hasValue()", "false"}});
}

TEST(ListFunctionsTest, Kubernetes) {
  expect({{"[1, 2, 2].isSorted() && ![2, 1].isSorted()", "true"},
          {"[1, 2].sum() + [3, 1].min() + [3, 1].max()", "7"},
          {"[1.5, 2.5].sum()", "4"},
          {"[duration('1s'), duration('2s')].sum()", R"("3s")"},
          {"[].sum()", "0"},
          {"[dyn(1)].slice(0, 0).min()", "error: min called on empty list"},
          {"[9223372036854775807, 1].sum()", "error: integer overflow"},
          {"[1, 2, 1].indexOf(1) + [1, 2, 1].lastIndexOf(1)", "2"},
          {"['a'].indexOf('b')", "-1"},
          {"[dyn(1), dyn('a')].max()", "error: no such overload: max(list) of string"}});
}

TEST(SetFunctionsTest, Sets) {
  expect({{"sets.contains([1, 2, 3], [2, 1])", "true"},
          {"sets.contains([1], [2])", "false"},
          {"sets.equivalent([1, 2, 2], [2, 1])", "true"},
          {"sets.equivalent([1, 2], [1])", "false"},
          {"sets.intersects([1, 2], [2, 3]) && !sets.intersects([1], [])", "true"}});
}

}  // namespace
}  // namespace cel
