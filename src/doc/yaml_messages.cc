#include "doc/yaml_messages.h"

#include <string>

#include "doc/utf8.h"

namespace doc {
namespace {

/// "{line}" in a text stands for the line where the context began.
struct Row {
  std::string_view problem;
  std::string_view context;  // A prefix; "" for any.
  std::string_view message;
  std::string_view hint;
};

// The problems of libyaml 0.2.5 (scanner.c, parser.c).
constexpr Row kRows[] = {
    {"mapping values are not allowed in this context", "",
     "a ': ' cannot stand here, because this line already has its value",
     "quote a text that holds ': ', or put the key on a line of its own with the right indent"},
    {"did not find expected key", "while parsing a block mapping",
     "this line is indented like no key above it",
     "the keys that began in line {line} must all have one indent"},
    {"did not find expected '-' indicator", "",
     "expected another '- ' of the list that began in line {line}",
     "give this line the indent of the list's items, or of the key that comes after the list"},
    {"could not find expected ':'", "while scanning a simple key",
     "the line {line} is neither a key with ': ' nor the continuation of a text",
     "write 'key: value', or indent the line to continue the text above it"},
    {"found unexpected end of stream", "while scanning a quoted scalar",
     "the quoted text that began in line {line} does not end", "close the quote"},
    {"found unexpected document indicator", "while scanning a quoted scalar",
     "the quoted text that began in line {line} does not end before the next document",
     "close the quote"},
    {"did not find expected ',' or ']'", "",
     "expected ',' or ']' in the list that began in line {line}", ""},
    {"did not find expected ',' or '}'", "",
     "expected ',' or '}' in the map that began in line {line}",
     "quote a text that begins with '{', a template's '{{' too"},
    {"block sequence entries are not allowed in this context", "",
     "a list item '- ' cannot stand here",
     "put it on a line of its own below the key, or quote the text"},
    {"mapping keys are not allowed in this context", "", "a key '? ' cannot stand here", ""},
    {"found unknown escape character", "", "this escape is not known in a double-quoted text",
     "write \\\\ for a backslash, or use single quotes"},
    {"did not find expected hexdecimal number", "",
     "the escape needs hexadecimal digits: \\xXX, \\uXXXX or \\UXXXXXXXX", ""},
    {"found invalid Unicode character escape code", "", "the escape names no Unicode character",
     "a surrogate pair is written as one \\UXXXXXXXX"},
    {"found a tab character where an indentation space is expected", "",
     "a tab cannot indent a line", "use spaces"},
    {"found a tab character that violates indentation", "", "a tab cannot indent a line",
     "use spaces"},
    {"did not find expected alphabetic or numeric character", "while scanning an alias",
     "'*' must be followed by the name of an anchor", "quote a text that begins with '*'"},
    {"did not find expected alphabetic or numeric character", "while scanning an anchor",
     "'&' must be followed by the name of an anchor", "quote a text that begins with '&'"},
    {"did not find expected <document start>", "",
     "expected '---' before this line, because the document above it has ended",
     "check the indent of this line"},
    {"did not find expected node content", "", "expected a value here", ""},
    {"did not find expected comment or line break", "while scanning a block scalar",
     "nothing but a comment can follow '|' or '>' in its line",
     "start the text in the next line, indented"},
    {"found an indentation indicator equal to 0", "", "the indent after '|' or '>' is 1 to 9", ""},
    {"found undefined tag handle", "", "this tag's prefix is not defined",
     "quote a text that begins with '!'"},
    {"found incompatible YAML document", "", "only YAML 1.1 and 1.2 can be read", ""},
    {"found unknown directive name", "", "only the directives %YAML and %TAG are known",
     "quote a text that begins with '%'"},
    {"could not find expected directive name", "", "expected the name of a directive after '%'",
     "quote a text that begins with '%'"},
};

std::string fill(std::string_view text, const Mark& context_mark) {
  std::string out(text);
  const std::size_t at = out.find("{line}");
  if (at != std::string::npos) out.replace(at, 6, std::to_string(context_mark.line));
  return out;
}

Diagnostic explain_bad_start(const Mark& mark, std::string_view line_text) {
  const std::string_view rest =
      line_text.substr(std::min<std::size_t>(mark.column - 1, line_text.size()));
  if (rest.starts_with('\t')) return {mark, "a tab cannot indent a line", "use spaces"};
  const std::string character(rest.substr(0, utf8_length(rest)));
  return {mark, "a value cannot begin with '" + character + "'", "quote the text"};
}

/// Whether what stands before the place is the end of a quoted text.
bool follows_quote(const Mark& mark, std::string_view line_text) {
  if (mark.column < 2 || mark.column - 2 >= line_text.size()) return false;
  const char before = line_text[mark.column - 2];
  return before == '\'' || before == '"';
}

}  // namespace

Diagnostic explain(const YamlProblem& problem, std::string_view line_text) {
  if (problem.problem == "did not find expected key" && follows_quote(problem.mark, line_text)) {
    return {problem.mark, "the quoted text ends before this",
            "write '' for a quote inside single quotes, \\\" inside double quotes"};
  }
  if (problem.problem == "found character that cannot start any token") {
    return explain_bad_start(problem.mark, line_text);
  }
  for (const Row& row : kRows) {
    if (row.problem == problem.problem && problem.context.starts_with(row.context)) {
      return {problem.mark, fill(row.message, problem.context_mark),
              fill(row.hint, problem.context_mark)};
    }
  }
  std::string message(problem.problem);
  if (!problem.context.empty()) message += " " + std::string(problem.context);
  return {problem.mark, std::move(message)};
}

}  // namespace doc
