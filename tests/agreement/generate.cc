#include "generate.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>

namespace agreement {
namespace {

using base::Random;
using doc::Entry;
using doc::Value;

constexpr int kDepthMax = 12;

// Texts that meet the patterns people write: names, quantities, addresses, versions, times.
constexpr std::string_view kTexts[] = {
    "a",
    "abc",
    "a-b",
    "a.b",
    "example.com",
    "1",
    "10",
    "0",
    "1Gi",
    "10m",
    "100Mi",
    "1h",
    "30s",
    "5m",
    "1h30m",
    "50%",
    "100%",
    "A",
    "Abc",
    "ABC",
    "a_b",
    "a/b",
    "example.com/a",
    "v1",
    "v1.2.3",
    "1.2.3",
    "1.2",
    "4.16",
    "4.16.0",
    "10.0.0.0/16",
    "10.0.0.1",
    "fd00::1",
    "fd00::/64",
    "https://example.com",
    "http://a.b:80/c",
    "/a",
    "/dev/sda",
    "aa:bb:cc:dd:ee:ff",
    "0000:00:00.0",
    "8086",
    "15b3",
    "0x1f",
    "us-east-1",
    "us-east-1a",
    "2026-01-01T00:00:00Z",
    "00:00",
    "Sun",
    "* * * * *",
    "@daily",
    "true",
    "Enabled",
    "None",
    "example.com/image:1",
    "quay.io/a/b@sha256:"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "123456789012",
    "arn:aws:iam::123456789012:role/a",
    "ami-0123456789abcdef0",
    "subnet-0123456789abcdef0",
    "vpc-0123456789abcdef0",
    "a@example.com",
    "$(a)",
    "^a$",
    "a=b",
    "a,b",
    "tcp",
    "TCP",
    "80",
    "65535",
    "0.5",
    "1.0",
    "-1",
    "1e3",
    "0600",
    "u:a",
    "user:a",
    "*",
    "*.example.com",
    "a:b",
    "a b",
    "12345678-1234-1234-1234-123456789012",
    "123e4567-e89b-12d3-a456-426614174000"};

std::string_view text_of(const Value& schema, std::string_view keyword) {
  return schema.string_at(keyword);
}

bool flag(const Value& schema, std::string_view keyword) {
  const Value* value = schema.find(keyword);
  return value != nullptr && value->is_bool() && value->as_bool();
}

double number_or(const Value& schema, std::string_view keyword, double otherwise) {
  const Value* value = schema.find(keyword);
  if (value == nullptr || !value->is_number()) return otherwise;
  return value->is_int() ? double(value->as_int()) : value->is_double() ? value->as_double() : 1e18;
}

class Generator {
 public:
  explicit Generator(Random& random) : random_(random) {}

  /// `focus`: what must be there, from this schema on.
  Value make(const Value& schema, int depth, Focus focus) {
    if (const Value* values = schema.find("enum");
        values && values->is_list() && values->size() > 0) {
      return values->items()[random_.below(values->size())];
    }
    if (flag(schema, "x-kubernetes-int-or-string")) {
      return random_.below(2) == 0 ? Value(1) : make_string(schema);
    }
    const std::string_view type = text_of(schema, "type");
    if (type == "object") return make_map(schema, depth, focus);
    if (type == "array") return make_list(schema, depth, focus);
    if (type == "string") return make_string(schema);
    if (type == "integer") return make_integer(schema);
    if (type == "number") return Value(double(make_integer(schema).as_int()) + 0.5);
    if (type == "boolean") return Value(random_.below(2) == 0);
    return Value::map({{"any", Value(1)}});
  }

 private:
  static Focus rest(Focus focus) { return focus.empty() ? focus : focus.subspan(1); }
  bool chance(int percent) { return int(random_.below(100)) < percent; }

  /// Fields that one alternative of a junctor asks for, and those that only others ask for.
  void follow_alternatives(const Value& schema, std::vector<std::string_view>& wanted,
                           std::vector<std::string_view>& unwanted) {
    for (const std::string_view keyword : {"oneOf", "anyOf"}) {
      const Value* list = schema.find(keyword);
      if (list == nullptr || !list->is_list() || list->size() == 0) continue;
      const std::size_t chosen = random_.below(list->size());
      for (std::size_t i = 0; i < list->size(); ++i) {
        const Value* required = list->items()[i].find("required");
        if (required == nullptr || !required->is_list()) continue;
        for (const Value& name : required->items()) {
          (i == chosen ? wanted : unwanted).push_back(name.as_string());
        }
      }
    }
    if (const Value* none = schema.find_path("not.required"); none && none->is_list()) {
      for (const Value& name : none->items()) unwanted.push_back(name.as_string());
    }
  }

  Value make_map(const Value& schema, int depth, Focus focus) {
    std::vector<Entry> entries;
    if (flag(schema, "x-kubernetes-embedded-resource")) {
      entries.push_back({Value("apiVersion"), Value("v1")});
      entries.push_back({Value("kind"), Value("ConfigMap")});
      entries.push_back({Value("metadata"), Value::map({{"name", Value("a")}})});
    }
    std::vector<std::string_view> wanted, unwanted;
    follow_alternatives(schema, wanted, unwanted);
    if (const Value* required = schema.find("required"); required && required->is_list()) {
      for (const Value& name : required->items()) wanted.push_back(name.as_string());
    }
    const bool to_property = !focus.empty() && focus.front().into == SchemaStep::Into::property;
    if (to_property) wanted.push_back(focus.front().name);
    const auto has = [](const std::vector<std::string_view>& names, std::string_view name) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (const Value* properties = schema.find("properties"); properties && properties->is_map()) {
      for (const Entry& property : properties->entries()) {
        const bool must = has(wanted, property.name());
        if (!must && (has(unwanted, property.name()) || !chance(depth < 4 ? 45 : 15))) continue;
        if (depth >= kDepthMax && !must) continue;
        const bool on_the_way = to_property && property.name() == focus.front().name;
        entries.push_back({Value(property.name()),
                           make(property.value, depth + 1, on_the_way ? rest(focus) : Focus())});
      }
    }
    if (const Value* more = schema.find("additionalProperties"); more && more->is_map()) {
      const auto least = std::size_t(std::max(1.0, number_or(schema, "minProperties", 0)));
      const bool on_the_way = !focus.empty() && focus.front().into == SchemaStep::Into::values;
      for (std::size_t i = 0; i < least + random_.below(2); ++i) {
        entries.push_back({Value("key" + std::to_string(i)),
                           make(*more, depth + 1, on_the_way ? rest(focus) : Focus())});
      }
    }
    return Value::map(std::move(entries));
  }

  Value make_list(const Value& schema, int depth, Focus focus) {
    const Value* items = schema.find("items");
    std::vector<Value> list;
    const auto least =
        std::max(std::size_t(number_or(schema, "minItems", 0)), std::size_t(focus.empty() ? 0 : 1));
    const auto most = std::size_t(std::min(number_or(schema, "maxItems", 1e9), 1e9));
    const std::size_t wanted = std::min(most, least + random_.below(depth >= kDepthMax ? 1 : 3));
    for (std::size_t i = 0; i < wanted && items != nullptr; ++i) {
      list.push_back(make(*items, depth + 1, rest(focus)));
    }
    return Value::list(std::move(list));
  }

  Value make_integer(const Value& schema) {
    const double low = number_or(schema, "minimum", 0),
                 high = number_or(schema, "maximum", low + 100);
    const double most = std::min(high, low + 100) - (flag(schema, "exclusiveMaximum") ? 1 : 0);
    const double least = (schema.find("minimum") ? low : std::min(low, most)) +
                         (flag(schema, "exclusiveMinimum") ? 1 : 0);
    const auto span = std::uint64_t(std::max(0.0, most - least));
    const double step = std::max(1.0, number_or(schema, "multipleOf", 1));
    const double value = least + double(random_.below(span + 1));
    return Value(std::int64_t(value / step) * std::int64_t(step));
  }

  static std::string_view text_of_format(std::string_view format) {
    static const std::map<std::string_view, std::string_view> kFormats = {
        {"date-time", "2026-01-01T00:00:00Z"},
        {"date", "2026-01-01"},
        {"byte", "YWJj"},
        {"uri", "https://example.com/a"},
        {"ipv4", "10.0.0.1"},
        {"ipv6", "fd00::1"},
        {"cidr", "10.0.0.0/8"},
        {"email", "a@example.com"},
        {"hostname", "example.com"},
        {"uuid", "123e4567-e89b-12d3-a456-426614174000"},
        {"duration", "5m"},
        {"mac", "aa:bb:cc:dd:ee:ff"}};
    const auto found = kFormats.find(format);
    return found == kFormats.end() ? std::string_view() : found->second;
  }

  Value make_string(const Value& schema) {
    const auto least = std::size_t(number_or(schema, "minLength", 0));
    const auto most = std::size_t(std::min(number_or(schema, "maxLength", 1e6), 1e6));
    std::string pattern(text_of(schema, "pattern"));
    for (const std::string_view keyword : {"anyOf", "oneOf"}) {
      const Value* list = schema.find(keyword);
      if (list == nullptr || !list->is_list()) continue;
      for (const Value& item : list->items()) {
        if (pattern.empty()) pattern = text_of(item, "pattern");
      }
    }
    const std::string_view of_format = text_of_format(text_of(schema, "format"));
    if (!of_format.empty() && pattern.empty()) return Value(of_format);
    re2::RE2::Options options;
    options.set_log_errors(false);
    const re2::RE2 regex(pattern, options);
    const std::size_t start = random_.below(std::size(kTexts));
    for (std::size_t i = 0; i < std::size(kTexts); ++i) {
      std::string text(kTexts[(start + i) % std::size(kTexts)]);
      while (text.size() < least) text += text.back() == 'a' ? 'b' : 'a';
      if (text.size() > most) continue;
      if (pattern.empty() || (regex.ok() && re2::RE2::PartialMatch(text, regex)))
        return Value(text);
    }
    return Value("a");
  }

  Random& random_;
};

/// The one name that the rules of the whole object ask for, where one does.
std::string name_in_rules(const Value& schema) {
  static const re2::RE2 kName(R"(self\.metadata\.name == ['"]([^'"]+)['"])");
  const Value* rules = schema.find("x-kubernetes-validations");
  std::string name = "example";
  if (rules == nullptr || !rules->is_list()) return name;
  for (const Value& rule : rules->items()) {
    const std::string text(rule.string_at("rule"));
    if (re2::RE2::PartialMatch(text, kName, &name)) break;
  }
  return name;
}

}  // namespace

Value generate(const Value& schema, Random& random, Focus focus) {
  return Generator(random).make(schema, 0, focus);
}

Value generate_resource(const Value& crd, std::size_t index, Random& random, Focus focus) {
  const Value& version = crd.find_path("spec.versions")->items()[index];
  const Value& schema = *version.find_path("schema.openAPIV3Schema");
  Value object = generate(schema, random, focus);
  if (!object.is_map()) object = Value::map(std::vector<Entry>{});
  return object
      .with("apiVersion", Value(std::string(crd.string_at("spec.group")) + "/" +
                                std::string(version.string_at("name"))))
      .with("kind", Value(crd.string_at("spec.names.kind")))
      .with("metadata", Value::map({{"name", Value(name_in_rules(schema))}}));
}

}  // namespace agreement
