#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/strings.h"
#include "cel/libraries.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

/// A version of semver.org 2.0.0. Source of what is read and how it is compared: blang/semver v4,
/// which Kubernetes uses; build metadata does not count.
struct Version {
  std::array<std::uint64_t, 3> numbers{};
  std::vector<std::string> prerelease;
  std::string text;
};

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}
bool is_identifier(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}
bool has_leading_zero(std::string_view digits) { return digits.size() > 1 && digits[0] == '0'; }

std::optional<Version> parse_strict(std::string_view text) {
  Version version;
  version.text = text;
  if (const std::size_t plus = text.find('+'); plus != std::string_view::npos) {
    for (const std::string_view part : base::split(text.substr(plus + 1), '.')) {
      if (!is_identifier(part)) return std::nullopt;
    }
    text = text.substr(0, plus);
  }
  if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) {
    for (const std::string_view part : base::split(text.substr(dash + 1), '.')) {
      if (!is_identifier(part) || (is_digits(part) && has_leading_zero(part))) return std::nullopt;
      version.prerelease.emplace_back(part);
    }
    text = text.substr(0, dash);
  }
  const auto parts = base::split(text, '.');
  if (parts.size() != 3) return std::nullopt;
  for (std::size_t i = 0; i < 3; ++i) {
    if (!is_digits(parts[i]) || has_leading_zero(parts[i])) return std::nullopt;
    const auto result =
        std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), version.numbers[i]);
    if (result.ec != std::errc()) return std::nullopt;
  }
  return version;
}

/// "v1.02" as "1.2.0": without the v and leading zeros, with three numbers.
std::string normalized(std::string_view text) {
  if (!text.empty() && text[0] == 'v') text.remove_prefix(1);
  const std::size_t end = std::min(text.find_first_of("-+"), text.size());
  std::string out;
  std::size_t count = 0;
  for (std::string_view part : base::split(text.substr(0, end), '.')) {
    while (part.size() > 1 && part[0] == '0') part.remove_prefix(1);
    out += (count++ > 0 ? "." : "") + std::string(part);
  }
  for (; count < 3; ++count) out += ".0";
  return out + std::string(text.substr(end));
}

int compare_identifiers(const std::string& a, const std::string& b) {
  if (is_digits(a) != is_digits(b)) return is_digits(a) ? -1 : 1;
  if (is_digits(a) && a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

int compare_versions(const Version& a, const Version& b) {
  if (a.numbers != b.numbers) return a.numbers < b.numbers ? -1 : 1;
  if (a.prerelease.empty() != b.prerelease.empty()) return a.prerelease.empty() ? 1 : -1;
  const std::size_t common = std::min(a.prerelease.size(), b.prerelease.size());
  for (std::size_t i = 0; i < common; ++i) {
    const int order = compare_identifiers(a.prerelease[i], b.prerelease[i]);
    if (order != 0) return order;
  }
  if (a.prerelease.size() == b.prerelease.size()) return 0;
  return a.prerelease.size() < b.prerelease.size() ? -1 : 1;
}

class SemverObject final : public Object {
 public:
  explicit SemverObject(Version version) : version(std::move(version)) {}
  std::string_view type_name() const override { return "kubernetes.Semver"; }
  bool equals(const Object& other) const override {
    return compare_versions(version, static_cast<const SemverObject&>(other).version) == 0;
  }
  std::string to_string() const override { return version.text; }
  const Version version;
};

const Version& version(const Value& value) {
  return static_cast<const SemverObject&>(value.object()).version;
}

std::optional<Version> parse(Args args) {
  const bool normalize = args.size() > 1 && args[1].as_bool();
  return normalize ? parse_strict(normalized(args[0].text())) : parse_strict(args[0].text());
}
Value semver(Args args, Frame&) {
  auto parsed = parse(args);
  if (parsed) return Value::opaque(std::make_unique<SemverObject>(*std::move(parsed)));
  return Value::error("Semver parse error during conversion from string: \"" +
                      std::string(args[0].text()) + "\"");
}
Value is_semver(Args args, Frame&) { return Value::boolean(parse(args).has_value()); }
template <std::size_t kIndex>
Value number(Args args, Frame&) {
  return Value::integer(static_cast<std::int64_t>(version(args[0]).numbers[kIndex]));
}
Value is_less(Args args, Frame&) {
  return Value::boolean(compare_versions(version(args[0]), version(args[1])) < 0);
}
Value is_greater(Args args, Frame&) {
  return Value::boolean(compare_versions(version(args[0]), version(args[1])) > 0);
}
Value compare_to(Args args, Frame&) {
  return Value::integer(compare_versions(version(args[0]), version(args[1])));
}

}  // namespace

void add_semver(FunctionTable& table) {
  const std::string type = "kubernetes.Semver";
  table.global("semver(string) -> " + type, semver);
  table.global("semver(string, bool) -> " + type, semver);
  table.global("isSemver(string) -> bool", is_semver);
  table.global("isSemver(string, bool) -> bool", is_semver);
  table.member(type + ".major() -> int", number<0>);
  table.member(type + ".minor() -> int", number<1>);
  table.member(type + ".patch() -> int", number<2>);
  table.member(type + ".isLessThan(" + type + ") -> bool", is_less);
  table.member(type + ".isGreaterThan(" + type + ") -> bool", is_greater);
  table.member(type + ".compareTo(" + type + ") -> int", compare_to);
}

}  // namespace cel
