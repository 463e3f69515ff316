#include "cel/time_zone.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "cel/time.h"

namespace cel {

/// Reads big-endian fields; every read past the end gives 0 and is remembered.
class TzifReader {
 public:
  explicit TzifReader(std::string_view bytes) : bytes_(bytes) {}

  bool read(TimeZone& zone) {
    const Header first = header();
    if (!valid_ || first.version < '2') return valid_ && body(zone, first, 4);
    // Version 2 and later say the same again with 64-bit times, and a footer.
    at_ += body_size(first, 4);
    const Header second = header();
    if (!valid_ || !body(zone, second, 8)) return false;
    return footer(zone);
  }

 private:
  struct Header {
    char version = 0;
    std::size_t ut = 0, standard = 0, leaps = 0, times = 0, types = 0, chars = 0;
  };

  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | byte();
    return value;
  }
  std::uint8_t byte() {
    if (at_ >= bytes_.size()) {
      valid_ = false;
      return 0;
    }
    return static_cast<std::uint8_t>(bytes_[at_++]);
  }
  Header header() {
    Header header;
    if (bytes_.substr(std::min(at_, bytes_.size()), 4) != "TZif") {
      valid_ = false;
      return header;
    }
    at_ += 4;
    header.version = static_cast<char>(byte());
    at_ += 15;
    header.ut = number(4);
    header.standard = number(4);
    header.leaps = number(4);
    header.times = number(4);
    header.types = number(4);
    header.chars = number(4);
    valid_ = valid_ && header.times <= bytes_.size() && header.types <= bytes_.size() &&
             header.types > 0;
    return header;
  }
  static std::size_t body_size(const Header& header, std::size_t time_bytes) {
    return header.times * (time_bytes + 1) + header.types * 6 + header.chars +
           header.leaps * (time_bytes + 4) + header.standard + header.ut;
  }

  bool body(TimeZone& zone, const Header& header, std::size_t time_bytes) {
    const std::size_t end = at_ + body_size(header, time_bytes);
    for (std::size_t i = 0; i < header.times; ++i) {
      const std::uint64_t raw = number(time_bytes);
      zone.transitions_.push_back(time_bytes == 4 ? static_cast<std::int32_t>(raw)
                                                  : static_cast<std::int64_t>(raw));
    }
    for (std::size_t i = 0; i < header.times; ++i) zone.types_.push_back(byte());
    for (std::size_t i = 0; i < header.types; ++i) {
      zone.offsets_.push_back(static_cast<std::int32_t>(number(4)));
      number(2);
    }
    at_ = end;
    return valid_ && end <= bytes_.size() &&
           std::all_of(zone.types_.begin(), zone.types_.end(),
                       [&](std::uint8_t type) { return type < header.types; });
  }

  // --- The footer: "\nCET-1CEST,M3.5.0,M10.5.0/3\n" ----------------------------------------------

  char peek() const { return at_ < bytes_.size() ? bytes_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  int digits() {
    int value = 0;
    while (peek() >= '0' && peek() <= '9' && value < 100'000) value = value * 10 + (byte() - '0');
    return value;
  }
  bool name() {
    if (take('<')) {
      while (peek() != '>' && peek() != '\0') ++at_;
      return take('>');
    }
    const std::size_t begin = at_;
    while ((peek() >= 'A' && peek() <= 'Z') || (peek() >= 'a' && peek() <= 'z')) ++at_;
    return at_ > begin;
  }
  /// [+-]h[h][:mm[:ss]] in seconds.
  std::int32_t clock() {
    const bool negative = take('-');
    if (!negative) take('+');
    std::int32_t value = digits() * 3600;
    if (take(':')) value += digits() * 60;
    if (take(':')) value += digits();
    return negative ? -value : value;
  }
  TimeZone::Rule rule() {
    TimeZone::Rule rule;
    if (take('M')) {
      rule.kind = 'M';
      rule.month = std::clamp(digits(), 1, 12);
      take('.');
      rule.week = digits();
      take('.');
      rule.day = digits();
    } else {
      rule.kind = take('J') ? 'J' : 'n';
      rule.day = digits();
    }
    if (take('/')) rule.at = clock();
    return rule;
  }
  bool footer(TimeZone& zone) {
    if (!take('\n') || peek() == '\n') return true;
    if (!name()) return true;
    zone.standard_ = -clock();
    zone.has_footer_ = true;
    if (!name()) return true;
    zone.summer_ = peek() == ',' ? zone.standard_ + 3600 : -clock();
    if (!take(',')) return true;
    zone.summer_begins_ = rule();
    if (!take(',')) return true;
    zone.summer_ends_ = rule();
    zone.has_summer_ = true;
    return true;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool valid_ = true;
};

std::optional<TimeZone> TimeZone::parse(std::string_view bytes) {
  TimeZone zone;
  if (!TzifReader(bytes).read(zone)) return std::nullopt;
  return zone;
}

std::int32_t TimeZone::offset_at(std::int64_t second) const {
  const auto after = std::upper_bound(transitions_.begin(), transitions_.end(), second);
  if (after == transitions_.end() && has_footer_) return by_footer(second);
  if (after == transitions_.begin()) return offsets_[0];
  return offsets_[types_[static_cast<std::size_t>(after - transitions_.begin()) - 1]];
}

std::int64_t TimeZone::rule_second(const Rule& rule, std::int64_t year) {
  std::int64_t day = days_of({year, 1, 1});
  if (rule.kind == 'M') {
    const std::int64_t first = days_of({year, rule.month, 1});
    const std::int64_t next =
        rule.month == 12 ? days_of({year + 1, 1, 1}) : days_of({year, rule.month + 1, 1});
    const std::int64_t weekday = ((first + 4) % 7 + 7) % 7;
    day = first + (rule.day - weekday + 7) % 7 + (rule.week - 1) * 7;
    while (day >= next) day -= 7;
  } else if (rule.kind == 'J') {
    const bool leap = days_of({year + 1, 1, 1}) - day == 366;
    day += rule.day - 1 + (leap && rule.day > 59 ? 1 : 0);
  } else {
    day += rule.day;
  }
  return day * 86'400 + rule.at;
}

std::int32_t TimeZone::by_footer(std::int64_t second) const {
  if (!has_summer_) return standard_;
  const std::int64_t local = second + standard_;
  const std::int64_t year = civil_of((local >= 0 ? local : local - 86'399) / 86'400).year;
  const std::int64_t begins = rule_second(summer_begins_, year) - standard_;
  const std::int64_t ends = rule_second(summer_ends_, year) - summer_;
  const bool summer =
      begins < ends ? second >= begins && second < ends : second >= begins || second < ends;
  return summer ? summer_ : standard_;
}

namespace {

/// "+02:00", "-9:30", "02:00".
std::optional<std::int32_t> fixed_offset(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const bool negative = text[0] == '-';
  const std::size_t begin = negative || text[0] == '+' ? 1 : 0;
  const std::string_view hours = text.substr(begin, colon - begin);
  const std::string_view minutes = text.substr(colon + 1);
  const auto number = [](std::string_view digits) {
    int value = 0;
    for (const char c : digits) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return digits.empty() || digits.size() > 2 ? -1 : value;
  };
  const int h = number(hours);
  const int m = number(minutes);
  if (h < 0 || h > 23 || m < 0 || m > 59) return std::nullopt;
  return (h * 60 + m) * 60 * (negative ? -1 : 1);
}

/// Names come from expressions: nothing that could leave the folder is a zone.
bool is_zone_name(std::string_view name) {
  return !name.empty() && name.size() < 64 && name[0] != '/' &&
         name.find("..") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '+' || c == '/';
         });
}

std::optional<std::string> read_zone_file(std::string_view name) {
  std::ifstream file("/usr/share/zoneinfo/" + std::string(name), std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

std::optional<std::int32_t> TimeZones::offset(std::string_view zone, std::int64_t second) const {
  if (zone == "UTC" || zone == "Z" || zone.empty()) return 0;
  if (zone.find(':') != std::string_view::npos) return fixed_offset(zone);
  if (!is_zone_name(zone)) return std::nullopt;
  const TimeZone* found = find(zone);
  if (found == nullptr) return std::nullopt;
  return found->offset_at(second);
}

const TimeZone* TimeZones::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto known = zones_.find(name);
  if (known != zones_.end()) return known->second.get();
  std::unique_ptr<const TimeZone> zone;
  if (const auto bytes = loader_(name)) {
    if (auto parsed = TimeZone::parse(*bytes)) {
      zone = std::make_unique<const TimeZone>(*std::move(parsed));
    }
  }
  return zones_.emplace(name, std::move(zone)).first->second.get();
}

std::shared_ptr<const TimeZones> system_time_zones() {
  static const auto kZones = std::make_shared<const TimeZones>(read_zone_file);
  return kZones;
}

}  // namespace cel
