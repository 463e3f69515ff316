#include "doc/yaml.h"

#include "doc/diagnostic.h"
#include "doc/yaml_block.h"
#include "doc/yaml_events.h"

namespace doc {

base::Result<std::vector<Value>> parse_yaml_stream(std::string_view text, std::string_view name,
                                                   const YamlOptions& options) {
  const auto refuse = [&](const Diagnostic& diagnostic) {
    if (options.failure != nullptr) *options.failure = diagnostic;
    return to_error(diagnostic, {std::string(name), std::string(text)});
  };
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // A byte order mark.
  if (const auto bad = find_unreadable(text)) return refuse(*bad);
  if (auto documents = read_block_style(text, options)) return std::move(*documents);
  Diagnostic failure;
  if (auto documents = read_events(text, options, failure)) return std::move(*documents);
  return refuse(failure);
}

base::Result<Value> parse_yaml(std::string_view text, std::string_view name,
                               const YamlOptions& options) {
  const auto refuse = [&](const Diagnostic& diagnostic) {
    if (options.failure != nullptr) *options.failure = diagnostic;
    return to_error(diagnostic, {std::string(name), std::string(text)});
  };
  std::vector<Value> documents = TRY(parse_yaml_stream(text, name, options));
  if (documents.empty()) return refuse({{}, "expected one document, found none"});
  if (documents.size() > 1) {
    return refuse({documents[1].mark(),
                   "expected one document, found " + std::to_string(documents.size()),
                   "remove the '---' between them"});
  }
  return std::move(documents.front());
}

}  // namespace doc
