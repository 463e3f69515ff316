#include <re2/re2.h>

#include <array>
#include <map>

#include "base/encoding.h"
#include "base/strings.h"
#include "cel/libraries.h"
#include "cel/time.h"
#include "cel/url.h"

namespace cel {
namespace {

using Args = std::span<const Value>;
using Problems = std::vector<std::string>;

// The rules and words of apimachinery's pkg/util/validation (v0.33).
constexpr const char* kDns1123Label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
constexpr const char* kDns1123Subdomain =
    "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
constexpr const char* kDns1035Label = "[a-z]([-a-z0-9]*[a-z0-9])?";
constexpr const char* kQualifiedName = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
constexpr const char* kLabelValue = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";

bool full_match(std::string_view text, const char* pattern) {
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

std::string regex_error(std::string_view rule, const char* pattern,
                        std::initializer_list<std::string_view> examples) {
  std::string text = std::string(rule) + " (e.g. ";
  bool first = true;
  for (const std::string_view example : examples) {
    if (!first) text += " or ";
    first = false;
    text += "'" + std::string(example) + "', ";
  }
  return text + "regex used for validation is '" + pattern + "')";
}

void check_length(std::string_view text, std::size_t max, Problems& problems) {
  if (text.size() > max) {
    problems.push_back("must be no more than " + std::to_string(max) + " bytes");
  }
}

Problems dns1123_label(std::string_view text) {
  Problems problems;
  check_length(text, 63, problems);
  if (full_match(text, kDns1123Label)) return problems;
  if (full_match(text, kDns1123Subdomain)) {
    problems.emplace_back("must not contain dots");
    return problems;
  }
  problems.push_back(regex_error(
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
      "must start and end with an alphanumeric character",
      kDns1123Label, {"my-name", "123-abc"}));
  return problems;
}

Problems dns1123_subdomain(std::string_view text) {
  Problems problems;
  check_length(text, 253, problems);
  if (!full_match(text, kDns1123Subdomain)) {
    problems.push_back(regex_error(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' "
        "or '.', and must start and end with an alphanumeric character",
        kDns1123Subdomain, {"example.com"}));
  }
  return problems;
}

Problems dns1035_label(std::string_view text) {
  Problems problems;
  check_length(text, 63, problems);
  if (!full_match(text, kDns1035Label)) {
    problems.push_back(regex_error(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with "
        "an alphabetic character, and end with an alphanumeric character",
        kDns1035Label, {"my-name", "abc-123"}));
  }
  return problems;
}

Problems qualified_name(std::string_view text) {
  Problems problems;
  const std::string rule =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
      "alphanumeric character";
  const auto parts = base::split(text, '/');
  if (parts.size() > 2) {
    problems.push_back(
        "a qualified name " + regex_error(rule, kQualifiedName, {"MyName", "my.name", "123-abc"}) +
        " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    return problems;
  }
  if (parts.size() == 2) {
    if (parts[0].empty()) {
      problems.emplace_back("prefix part must be non-empty");
    } else {
      for (const std::string& problem : dns1123_subdomain(parts[0])) {
        problems.push_back("prefix part " + problem);
      }
    }
  }
  const std::string_view name = parts.back();
  if (name.empty()) {
    problems.emplace_back("name part must be non-empty");
  } else if (name.size() > 63) {
    problems.emplace_back("name part must be no more than 63 bytes");
  }
  if (!full_match(name, kQualifiedName)) {
    problems.push_back("name part " +
                       regex_error(rule, kQualifiedName, {"MyName", "my.name", "123-abc"}));
  }
  return problems;
}

Problems label_value(std::string_view text) {
  Problems problems;
  check_length(text, 63, problems);
  if (!full_match(text, kLabelValue)) {
    problems.push_back(regex_error(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
        "'.', and must start and end with an alphanumeric character",
        kLabelValue, {"MyValue", "my_value", "12345"}));
  }
  return problems;
}

/// A name that more is appended to may end in a dash.
std::string masked_dash(std::string_view text) {
  std::string masked(text);
  if (masked.size() > 1 && masked.back() == '-') masked.back() = 'a';
  return masked;
}
Problems dns1123_label_prefix(std::string_view text) { return dns1123_label(masked_dash(text)); }
Problems dns1123_subdomain_prefix(std::string_view text) {
  return dns1123_subdomain(masked_dash(text));
}
Problems dns1035_label_prefix(std::string_view text) { return dns1035_label(masked_dash(text)); }

Problems uri(std::string_view text) {
  if (Url::parse(text)) return {};
  return {"parse \"" + std::string(text) + "\": invalid URI for request"};
}
Problems uuid(std::string_view text) {
  if (full_match(text, "(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")) {
    return {};
  }
  return {"does not match the UUID format"};
}
Problems byte(std::string_view text) {
  if (base::from_base64(text)) return {};
  return {"invalid base64"};
}
Problems date(std::string_view text) {
  if (text.size() == 10 && !parse_timestamp(std::string(text) + "T00:00:00Z").is_error()) return {};
  return {"invalid date"};
}
Problems datetime(std::string_view text) {
  if (!parse_timestamp(text).is_error()) return {};
  return {"invalid datetime"};
}

struct NamedFormat {
  std::string_view name;
  Problems (*validate)(std::string_view text);
};

constexpr std::array<NamedFormat, 13> kFormats = {{
    {"dns1123Label", dns1123_label},
    {"dns1123Subdomain", dns1123_subdomain},
    {"dns1035Label", dns1035_label},
    {"qualifiedName", qualified_name},
    {"dns1123LabelPrefix", dns1123_label_prefix},
    {"dns1123SubdomainPrefix", dns1123_subdomain_prefix},
    {"dns1035LabelPrefix", dns1035_label_prefix},
    {"labelValue", label_value},
    {"uri", uri},
    {"uuid", uuid},
    {"byte", byte},
    {"date", date},
    {"datetime", datetime},
}};

class FormatObject final : public Object {
 public:
  explicit FormatObject(const NamedFormat& format) : format(format) {}
  std::string_view type_name() const override { return "kubernetes.NamedFormat"; }
  bool equals(const Object& other) const override {
    return format.name == static_cast<const FormatObject&>(other).format.name;
  }
  std::string to_string() const override { return std::string(format.name); }
  const NamedFormat& format;
};

Value named(Args args, Frame&) {
  for (const NamedFormat& format : kFormats) {
    if (format.name == args[0].text()) {
      return Optional::of(Value::opaque(std::make_unique<FormatObject>(format)));
    }
  }
  return Optional::none();
}

template <std::size_t kIndex>
Value constant(Args, Frame&) {
  return Value::opaque(std::make_unique<FormatObject>(kFormats[kIndex]));
}

Value validate(Args args, Frame&) {
  const auto& format = static_cast<const FormatObject&>(args[0].object()).format;
  std::vector<Value> problems;
  for (std::string& problem : format.validate(args[1].text())) {
    problems.push_back(Value::string(std::move(problem)));
  }
  return problems.empty() ? Optional::none() : Optional::of(Value::list(std::move(problems)));
}

template <std::size_t... kIndices>
void add_constants(FunctionTable& table, std::index_sequence<kIndices...>) {
  (table.global("format." + std::string(kFormats[kIndices].name) + "() -> kubernetes.NamedFormat",
                constant<kIndices>),
   ...);
}

}  // namespace

void add_named_formats(FunctionTable& table) {
  table.global("format.named(string) -> optional<kubernetes.NamedFormat>", named);
  add_constants(table, std::make_index_sequence<kFormats.size()>());
  table.member("kubernetes.NamedFormat.validate(string) -> optional<list<string>>", validate);
}

}  // namespace cel
