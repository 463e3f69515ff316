#include "translate/diode_scan.h"

#include <arpa/inet.h>

#include <algorithm>

#include "translate/diode_views.h"
#include "translate/diode_words.h"
#include "translate/unicode.h"

namespace translate::diode {
namespace {

using Text = std::u32string_view;

bool is_ascii_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_ascii_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_ascii_alnum(char32_t c) { return is_ascii_letter(c) || is_ascii_digit(c); }
bool is_ascii_space(char32_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool in(Text set, char32_t c) { return set.find(c) != Text::npos; }

bool is_word(char32_t c) {
  if (c < 0x80) return is_ascii_alnum(c);
  const CharKind kind = kind_of(c);
  return kind == CharKind::letter || kind == CharKind::mark || kind == CharKind::digit;
}
bool is_label(char32_t c) { return is_word(c) || c == '-' || c == '_'; }

std::u32string lower(Text text) {
  std::u32string out(text);
  for (char32_t& c : out) c = to_lower(c);
  return out;
}

/// Whether a token may begin at `i`: nothing that belongs to a word or a longer path before it.
bool starts_token(Text text, std::size_t i) {
  if (i == 0) return true;
  const char32_t before = text[i - 1];
  return !is_word(before) && !in(U"/\\.-_~:&#@%+]<)", before);
}

/// What one text may cost; see Scanner::work_left_.
long work_for(Text text) { return static_cast<long>(text.size()) * 64 + (1L << 20); }

/// A scan of one text: the rules are its methods, each adds what it finds.
class Scanner {
 public:
  Scanner(Text text, Depth depth) : text_(text), depth_(depth) {}

  std::vector<Reference> run() && {
    for (std::size_t i = 0; i < text_.size() && work_left_ > 0; ++i) {
      switch (text_[i]) {
        case ':':
          colon(i);
          break;
        case '.':
          dot(i);
          break;
        case '@':
          at(i);
          break;
        case '/':
        case '\\':
          slash(i);
          break;
        case '~':
          home(i);
          break;
        case '?':
        case '=':
          question(i);
          break;
        case '#':
          hash(i);
          break;
        case '<':
          angle(i);
          break;
        case '(':
          defanged(i);
          break;
        case '{':
        case '[':
          defanged(i);
          expression(i);
          break;
        case '$':
          expression(i);
          break;
        default:
          break;  // Any other character begins nothing.
      }
    }
    words();
    if (work_left_ <= 0) found_.push_back({Reason::too_large, {}, 0, text_.size()});
    return std::move(found_);
  }

 private:
  char32_t at_or_zero(std::size_t i) const { return i < text_.size() ? text_[i] : 0; }

  void add(Reason reason, std::size_t begin, std::size_t end) {
    if (end <= begin) return;
    work_left_ -= static_cast<long>(end - begin);
    found_.push_back({reason, std::u32string(text_.substr(begin, end - begin)), begin, end});
  }

  void colon(std::size_t i);
  bool directive(std::size_t i);
  void dot(std::size_t i);
  void host(std::size_t begin, std::size_t end);
  void numeric_host(std::size_t begin, std::size_t end);
  void at(std::size_t i);
  void slash(std::size_t i);
  void home(std::size_t i);
  void hash(std::size_t i);
  void question(std::size_t i);
  void angle(std::size_t i);
  void expression(std::size_t i);
  void defanged(std::size_t i);
  void closed(Reason reason, std::size_t begin, Text closer, bool needs_closer);
  void words();
  void spelled(const std::vector<std::pair<std::size_t, std::size_t>>& spans,
               const std::vector<std::u32string>& lowered);
  bool colon_leads_somewhere(std::size_t after, bool known) const;

  std::size_t token_end_from(std::size_t begin) {
    const std::size_t end = token_end(text_, begin);
    work_left_ -= static_cast<long>(end - std::min(begin, end));
    return end;
  }

  Text text_;
  Depth depth_;
  /// Characters that references may still span together: a text of nothing but the beginnings of
  /// long ones would cost its length squared. One that uses it up cannot be judged.
  long work_left_ = work_for(text_);
  std::size_t dots_seen_until_ = 0;
  std::vector<Reference> found_;
};

bool Scanner::colon_leads_somewhere(std::size_t after, bool known) const {
  std::size_t k = after;
  while (k < text_.size() && in(U"*_\"'`)]}>~|,;!", text_[k])) ++k;
  const char32_t next = at_or_zero(k);
  if (next == 0 || is_space(next) || next == kBarrier) return false;
  if (k > after) return is_ascii_alnum(next);
  // "HTTP：..." is how a Chinese glossary looks.
  if (known) return next != '<' && next != ':' && !is_caseless_letter(next);
  return is_ascii_alnum(next) || in(U"/\\?#%+-_~@&=$([{.", next);
}

/// "EU:n", "VM:en": Finnish and Swedish inflect abbreviations behind a colon.
bool is_inflected_abbreviation(Text before, Text after) {
  if (before.size() < 2 || after.empty() || after.size() > 5) return false;
  return std::all_of(before.begin(), before.end(),
                     [](char32_t c) { return is_upper(c) || is_digit(c); }) &&
         std::all_of(after.begin(), after.end(), [](char32_t c) { return is_lower(c); });
}

void Scanner::colon(std::size_t i) {
  const bool slashes = in(U"/\\", at_or_zero(i + 1)) && in(U"/\\", at_or_zero(i + 2));
  std::size_t begin = i;
  while (begin > 0 && (is_ascii_alnum(text_[begin - 1]) || in(U"+.-", text_[begin - 1]))) --begin;
  while (begin < i && !is_ascii_letter(text_[begin])) ++begin;
  const std::size_t end = token_end_from(begin);
  if (slashes) {
    // Whatever stands before it: the scheme may be written with letters that only look like it.
    while (begin > 0 && is_word(text_[begin - 1])) --begin;
    add(Reason::scheme, begin, std::max(end, token_end_from(i + 3)));
    return;
  }
  if (directive(i)) return;
  if (begin == i) {  // "::1", "[::]": only an IPv6 address begins with a colon.
    if (at_or_zero(i + 1) != ':' || !(i == 0 || !is_word(text_[i - 1]))) return;
    begin = i;
  }
  // An IPv6 address is scanned from its first colon only.
  std::size_t first = i;
  while (first > 0 && i - first < 48 && is_ascii_alnum(text_[first - 1])) --first;
  std::size_t last = i;
  while (last < text_.size() && last - first < 48 &&
         (is_ascii_alnum(text_[last]) || in(U":.", text_[last]))) {
    ++last;
  }
  while (last > i && in(U".", text_[last - 1])) --last;
  const std::string candidate = to_utf8(text_.substr(first, last - first));
  in6_addr parsed;
  if (candidate.size() < 46 && inet_pton(AF_INET6, candidate.c_str(), &parsed) == 1 &&
      candidate != "::") {
    add(Reason::address, first, last);
  }
  if (begin == i) return;
  const std::u32string scheme = lower(text_.substr(begin, i - begin));
  const bool known = is_known_scheme(scheme);
  const Text rest = text_.substr(i + 1, end - std::min(end, i + 1));
  const bool always = (scheme == U"javascript" || scheme == U"vbscript") &&
                      rest.find_first_of(U"(/%=") != Text::npos;
  if (depth_ == Depth::strong && !always) return;
  if (depth_ == Depth::rendered && !known) return;
  if (!colon_leads_somewhere(i + 1, known)) return;
  std::size_t word = i + 1;
  while (word < text_.size() && is_word(text_[word])) ++word;
  if (!known && is_inflected_abbreviation(text_.substr(begin, i - begin),
                                          text_.substr(i + 1, word - i - 1))) {
    return;
  }
  add(Reason::scheme, begin, std::max(end, i + 1));
}

/// ":name[...]", "::name{...}": generic directives, which renderers turn into embeds.
bool Scanner::directive(std::size_t i) {
  if (depth_ == Depth::strong || (i > 0 && is_word(text_[i - 1]))) return false;
  std::size_t end = i + 1;
  while (is_ascii_letter(at_or_zero(end)) || at_or_zero(end) == '-') ++end;
  if (end == i + 1 || !in(U"[{", at_or_zero(end))) return false;
  closed(Reason::template_expression, i, text_[end] == '[' ? U"]" : U"}", false);
  return true;
}

void Scanner::dot(std::size_t i) {
  if (i < dots_seen_until_) return;
  if (i == 0 || !is_label(text_[i - 1]) || !is_word(at_or_zero(i + 1))) return;
  std::size_t begin = i;
  while (begin > 0 && is_label(text_[begin - 1])) --begin;
  std::size_t end = i;
  while (end < text_.size() &&
         (is_label(text_[end]) || (text_[end] == '.' && is_word(at_or_zero(end + 1))))) {
    ++end;
  }
  dots_seen_until_ = end;
  // Scripts that are written without spaces stand directly beside a name: cut where they meet.
  std::size_t piece = begin;
  for (std::size_t k = begin + 1; k <= end; ++k) {
    const bool cut = k == end || ((is_caseless_letter(text_[k - 1]) && is_ascii_alnum(text_[k])) ||
                                  (is_ascii_alnum(text_[k - 1]) && is_caseless_letter(text_[k])));
    if (!cut) continue;
    host(piece, k);
    piece = k;
  }
}

/// Four numbers are an address; fewer are a version, a date or a decimal.
void Scanner::numeric_host(std::size_t begin, std::size_t end) {
  int groups = 1;
  int value = 0;
  bool fits = true;
  bool octal = false;
  for (std::size_t k = begin; k < end; ++k) {
    if (text_[k] == '.') {
      ++groups;
      value = 0;
      continue;
    }
    if (value == 0 && digit_value(text_[k]) == 0 && k + 1 < end && text_[k + 1] != '.')
      octal = true;
    value = std::min(value * 10 + digit_value(text_[k]), 9999);
    fits = fits && (value <= 255 || octal);
  }
  // "127.1/x": the short forms count where a path shows that a host is meant.
  const bool path = at_or_zero(end) == '/' && is_ascii_letter(at_or_zero(end + 1));
  if ((groups == 4 && fits) || path) add(Reason::address, begin, token_end_from(begin));
}

std::vector<Text> labels_of(Text name) {
  std::vector<Text> labels;
  for (std::size_t start = 0; start <= name.size();) {
    const std::size_t end = std::min(name.find(U'.', start), name.size());
    labels.push_back(name.substr(start, end - start));
    start = end + 1;
  }
  return labels;
}

/// "z.B", "e.g", "U.S": letters. "p.ex.", "v.Chr.", "bl.a.", "EE.UU.": short, a full stop follows,
/// and the last part is no top-level name ("m.in." and "p.es." are named: Polish and Italian cannot
/// do without). Nothing else resolvable looks like them.
bool is_abbreviation(const std::vector<Text>& labels, bool stop_follows) {
  const auto at_most = [&](std::size_t length) {
    return [length](Text label) { return label.size() <= length; };
  };
  if (std::all_of(labels.begin(), labels.end(), at_most(1))) return true;
  if (!stop_follows) return false;
  const bool doubled = std::all_of(labels.begin(), labels.end(), [](Text label) {
    return label.size() == 2 && label[0] == label[1] && is_upper(label[0]);
  });
  if (doubled) return true;
  const std::u32string last = lower(labels.back());
  if (labels.size() == 2 && labels[0].size() == 1 && (last == U"in" || last == U"es")) return true;
  if (last.size() == 1) return std::all_of(labels.begin(), labels.end(), at_most(3));
  return last.size() <= 4 && !is_top_level_name(last) &&
         std::all_of(labels.begin(), labels.end() - 1, at_most(1));
}

/// Whether each part after a dot looks like the beginning of a sentence.
bool is_joint(const std::vector<Text>& labels) {
  if (is_top_level_name(lower(labels.back()))) return false;
  return std::all_of(labels.begin() + 1, labels.end(), [](Text label) {
    if (is_caseless_letter(label[0])) return true;
    return is_upper(label[0]) && (label.size() == 1 || !is_upper(label[1])) &&
           std::none_of(label.begin(), label.end(), [](char32_t c) { return is_digit(c); });
  });
}

void Scanner::host(std::size_t begin, std::size_t end) {
  while (begin < end && in(U"._-", text_[begin])) ++begin;
  while (end > begin && in(U"._-", text_[end - 1])) --end;
  Text name = text_.substr(begin, end - begin);
  if (name.find(U'.') == Text::npos) return;
  std::vector<Text> labels = labels_of(name);
  const auto digits = [](Text label) {
    return std::all_of(label.begin(), label.end(), [](char32_t c) { return is_digit(c); });
  };
  if (std::all_of(labels.begin(), labels.end(), digits)) return numeric_host(begin, end);
  const bool more = in(U"/?#", at_or_zero(end)) ||
                    (at_or_zero(end) == ':' && is_ascii_digit(at_or_zero(end + 1)));
  if (digits(labels.back()) && !more) return;  // "v1.2", "Nr.5": no name ends in a number.
  // "values.yaml-Datei": a compound of a name and a word. No top-level name has a hyphen.
  if (const std::size_t hyphen = labels.back().find(U'-');
      hyphen != Text::npos && hyphen > 0 && labels.back().substr(0, 4) != U"xn--") {
    end -= labels.back().size() - hyphen;
    labels.back() = labels.back().substr(0, hyphen);
  }
  const bool stop_follows = at_or_zero(end) == '.';
  if (!more && is_abbreviation(labels, stop_follows)) return;
  const std::u32string top = lower(labels.back());
  if (depth_ == Depth::strong) {
    const bool small = is_lower(labels.back()[0]) && is_lower(labels[labels.size() - 2].back());
    const bool sure = (is_plain_top_level_name(top) && small) || lower(labels[0]) == U"www";
    if (!sure && !(more && is_top_level_name(top) && small)) return;
  }
  const bool joint = !more && is_joint(labels);
  add(Reason::host, begin, more ? std::max(end, token_end_from(begin)) : end);
  if (!found_.empty() && found_.back().begin == begin) found_.back().joint = joint;
}

void Scanner::at(std::size_t i) {
  const auto local = [](char32_t c) {
    return (is_word(c) && !is_caseless_letter(c)) || in(U"._%+-", c);
  };
  std::size_t begin = i;
  if (i > 0 && text_[i - 1] == '"') {  // A quoted local part may hold anything.
    const std::size_t open = i >= 2 ? text_.rfind(U'"', i - 2) : Text::npos;
    begin = open == Text::npos ? i - 1 : open;
  } else {
    while (begin > 0 && local(text_[begin - 1])) --begin;
  }
  std::size_t end = i + 1;
  const bool literal = at_or_zero(end) == '[' && begin < i;
  if (literal) {
    end = std::min(text_.find(U']', end), text_.size());
  } else {
    const bool ascii = end < text_.size() && is_ascii_alnum(text_[end]);
    while (end < text_.size() && (is_label(text_[end]) || text_[end] == '.') &&
           !(ascii && is_caseless_letter(text_[end]))) {
      ++end;
    }
    while (end > i + 1 && in(U"._-", text_[end - 1])) --end;
  }
  if (end == i + 1) return;
  if (begin < i) {
    if (depth_ == Depth::strong && text_.substr(i, end - i).find(U'.') == Text::npos) return;
    add(Reason::email, begin, end);
  } else if (depth_ != Depth::strong) {
    add(Reason::mention, i, end);
  }
}

void Scanner::slash(std::size_t i) {
  if (depth_ == Depth::strong) return;
  const char32_t before = i > 0 ? text_[i - 1] : ' ';
  const char32_t next = at_or_zero(i + 1);
  const bool backslash = text_[i] == '\\';
  if (in(U"/\\", next) && (is_label(at_or_zero(i + 2)) || at_or_zero(i + 2) == '[') &&
      before != text_[i] && starts_token(text_, i)) {
    add(Reason::network_path, i, std::max(token_end_from(i), i + 2));
    return;
  }
  if (backslash) return;
  const std::size_t dots = before == '.' ? (i > 1 && text_[i - 2] == '.' ? 2 : 1) : 0;
  if (!starts_token(text_, i - dots) || (dots == 0 && before == '<')) return;
  if (is_label(next) || in(U".~%", next)) add(Reason::path, i - dots, token_end_from(i - dots));
}

void Scanner::home(std::size_t i) {
  if (depth_ != Depth::strong && at_or_zero(i + 1) == '/' && is_label(at_or_zero(i + 2)) &&
      starts_token(text_, i)) {
    add(Reason::path, i, token_end_from(i));
  }
}

void Scanner::hash(std::size_t i) {
  if (depth_ == Depth::strong || !is_word(at_or_zero(i + 1)) || !starts_token(text_, i)) return;
  std::size_t end = i + 1;
  bool digits = true;
  for (; end < text_.size() && is_label(text_[end]); ++end) digits &= is_digit(text_[end]);
  if (digits && end - i <= 4) return;  // "#1", "no. 12": a number, not a topic.
  add(Reason::mention, i, end);
}

/// "?query=x" alone, and the encoded words of mail ("=?UTF-8?B?...?=").
void Scanner::question(std::size_t i) {
  if (depth_ == Depth::strong || !starts_token(text_, i)) return;
  if (text_[i] == '=') {
    if (at_or_zero(i + 1) == '?') closed(Reason::template_expression, i, U"?=", true);
    return;
  }
  const std::size_t end = token_end_from(i);
  if (is_word(at_or_zero(i + 1)) && text_.substr(i, end - i).find(U'=') != Text::npos) {
    add(Reason::path, i, end);
  }
}

/// A tag ends at '>', outside quotes to a browser, anywhere to a simpler reader: both count. One
/// that is never closed reaches to the end, as browsers recover.
void Scanner::angle(std::size_t i) {
  if (depth_ == Depth::strong) return;
  const char32_t next = at_or_zero(i + 1);
  if (next == '%' || next == '|') {
    return closed(next == '%' ? Reason::template_expression : Reason::outbound_instruction, i,
                  next == '%' ? U"%>" : U"|>", false);
  }
  if (!is_ascii_letter(next) && !in(U"/!?", next)) return;
  if (next == '/' && !is_ascii_letter(at_or_zero(i + 2))) return;
  if (text_.substr(i, 4) == U"<!--") return closed(Reason::html, i, U"-->", false);
  closed(Reason::html, i, U">", false);
  char32_t quote = 0;
  std::size_t k = i + 1;
  for (; k < text_.size() && (quote != 0 || text_[k] != '>'); ++k) {
    if (quote != 0) {
      if (text_[k] == quote) quote = 0;
    } else if ((text_[k] == '"' || text_[k] == '\'') && text_[k - 1] == '=') {
      quote = text_[k];
    }
  }
  add(Reason::html, i, std::min(k + 1, text_.size()));
}

void Scanner::closed(Reason reason, std::size_t begin, Text closer, bool needs_closer) {
  const std::size_t close = text_.find(closer, begin + 1);
  work_left_ -= static_cast<long>(std::min(close, text_.size()) - begin);
  if (close == Text::npos) {
    if (!needs_closer) add(reason, begin, text_.size());
    return;
  }
  add(reason, begin, close + closer.size());
}

void Scanner::expression(std::size_t i) {
  if (depth_ == Depth::strong) return;
  const char32_t next = at_or_zero(i + 1);
  const char32_t before = i > 0 ? text_[i - 1] : ' ';
  if (text_[i] == '[') {
    if (next == '[' && before != '[') closed(Reason::template_expression, i, U"]]", true);
    return;
  }
  if (text_[i] == '$') {
    if (next == '{') closed(Reason::template_expression, i, U"}", false);
    if (next == '(') closed(Reason::template_expression, i, U")", false);
    return;
  }
  if (before == '{' || before == '$') return;
  if (next == '{') return closed(Reason::template_expression, i, U"}}", false);
  if (next == '%') return closed(Reason::template_expression, i, U"%}", false);
  closed(Reason::template_expression, i, U"}", true);
}

/// "name[.]com", "eve (at) x": written so that machines do not see it and people do.
void Scanner::defanged(std::size_t i) {
  static constexpr Text kInside[] = {U".", U"dot", U"at",    U"@",  U":",
                                     U"/", U"://", U"point", U"d0t"};
  constexpr std::size_t kLongest = 8;
  const std::size_t behind = text_.substr(i, kLongest + 1).find_first_of(U")]}");
  if (depth_ == Depth::strong || behind == Text::npos) return;
  const std::size_t close = i + behind;
  const std::u32string inside = lower(text_.substr(i + 1, close - i - 1));
  if (std::find(std::begin(kInside), std::end(kInside), Text(inside)) == std::end(kInside)) return;
  std::size_t begin = i;
  while (begin > 0 && text_[begin - 1] == ' ') --begin;
  while (begin > 0 && is_label(text_[begin - 1])) --begin;
  std::size_t end = close + 1;
  while (at_or_zero(end) == ' ') ++end;
  while (end < text_.size() && is_label(text_[end])) ++end;
  if (begin < i) add(Reason::spelled_out, begin, end);
}

/// The rules that look at words: commands, names without a dot, and addresses told aloud.
void Scanner::words() {
  std::vector<std::pair<std::size_t, std::size_t>> spans;
  std::vector<std::u32string> lowered;
  for (std::size_t i = 0; i < text_.size();) {
    if (!is_word(text_[i])) {
      ++i;
      continue;
    }
    const bool caseless = is_caseless_letter(text_[i]);
    std::size_t end = i;
    while (end < text_.size() &&
           (is_label(text_[end]) && is_caseless_letter(text_[end]) == caseless)) {
      ++end;
    }
    spans.emplace_back(i, end);
    lowered.push_back(lower(text_.substr(i, end - i)));
    i = end;
  }
  if (depth_ != Depth::strong) {
    for (std::size_t w = 0; w < spans.size(); ++w) {
      const auto [begin, end] = spans[w];
      const std::u32string& word = lowered[w];
      const bool called =
          at_or_zero(end) == '(' && (word == U"fetch" || word == U"eval" || word == U"exec" ||
                                     word == U"system" || word == U"import" || word == U"require");
      if (called || is_outbound_command(word)) {
        found_.push_back({Reason::outbound_instruction, word, begin, end});
      }
      if (word == U"localhost") add(Reason::host, begin, std::max(end, token_end_from(begin)));
    }
  }
  spelled(spans, lowered);
}

void Scanner::spelled(const std::vector<std::pair<std::size_t, std::size_t>>& spans,
                      const std::vector<std::u32string>& lowered) {
  const auto word = [&](std::size_t i) -> Text {
    return i < lowered.size() ? Text(lowered[i]) : Text();
  };
  const auto report = [&](std::size_t from, std::size_t to) {
    std::u32string text;
    for (std::size_t k = from; k <= to && k < lowered.size(); ++k) text += lowered[k] + U' ';
    found_.push_back({Reason::spelled_out, text, spans[from].first,
                      spans[std::min(to, spans.size() - 1)].second});
  };
  for (std::size_t i = 0; i < lowered.size(); ++i) {
    const bool scheme = word(i) == U"http" || word(i) == U"https" || word(i) == U"ftp";
    if (word(i) == U"hxxp" || word(i) == U"hxxps" || word(i) == U"h__p") report(i, i + 2);
    if (scheme && (is_colon_word(word(i + 1)) || is_slash_word(word(i + 1)))) report(i, i + 2);
    if (is_at_word(word(i)) && i > 0 && is_dot_word(word(i + 2))) report(i - 1, i + 3);
    if (!is_dot_word(word(i)) || i == 0) continue;
    const bool again = word(i) == U"dot" && (word(i + 2) == U"dot" || word(i + 3) == U"dot");
    if (is_plain_top_level_name(word(i + 1)) || is_slash_word(word(i + 2)) || again) {
      report(i - 1, i + 2);
    }
  }
}

}  // namespace

std::size_t token_end(Text text, std::size_t begin) {
  int round = 0;
  int square = 0;
  int curly = 0;
  std::size_t end = begin;
  for (; end < text.size(); ++end) {
    const char32_t c = text[end];
    if (is_ascii_space(c) || in(U"<>\"`", c) || c == kBarrier) break;
    if (c == '(') ++round;
    if (c == '[') ++square;
    if (c == '{') ++curly;
    if ((c == ')' && --round < 0) || (c == ']' && --square < 0) || (c == '}' && --curly < 0)) break;
    if (in(U"|'", c) && (end + 1 >= text.size() || !is_ascii_alnum(text[end + 1]))) break;
  }
  return without_sentence_end(text, begin, end);
}

std::size_t without_sentence_end(Text text, std::size_t begin, std::size_t end) {
  while (end > begin) {
    const char32_t c = text[end - 1];
    const bool ends_sentence = c < 0x80 ? in(U"?!.,:;*_~'\")]}\\", c)
                                        : (is_space(c) || kind_of(c) == CharKind::punctuation);
    if (!ends_sentence) break;
    --end;
  }
  return end;
}

std::vector<Reference> scan(Text text, Depth depth) { return Scanner(text, depth).run(); }

namespace {

/// A link's target from `begin`, which is behind "](" or "]:".
Reference target(Text text, std::size_t begin, bool in_parentheses) {
  while (begin < text.size() && is_ascii_space(text[begin])) ++begin;
  std::size_t end = begin;
  if (begin < text.size() && text[begin] == '<') {
    end = text.find_first_of(U">\n", begin);
    end = std::min(end, text.size());
    return {Reason::link_destination, std::u32string(text.substr(begin + 1, end - begin - 1)),
            begin + 1, end};
  }
  int depth = 0;
  for (; end < text.size() && !is_ascii_space(text[end]); ++end) {
    if (text[end] == '\\' && end + 1 < text.size() && !is_ascii_space(text[end + 1])) {
      ++end;
      continue;
    }
    if (text[end] == '(') ++depth;
    if (text[end] == ')' && --depth < 0 && in_parentheses) break;
  }
  return {Reason::link_destination, std::u32string(text.substr(begin, end - begin)), begin, end};
}

}  // namespace

std::vector<Reference> scan_brackets(Text text) {
  constexpr std::size_t kLabelMax = 1000;  // CommonMark's longest label has 999 characters.
  std::vector<Reference> found;
  long work_left = work_for(text);
  const auto add = [&](Reference reference) {
    work_left -= static_cast<long>(reference.end - reference.begin) + 1;
    found.push_back(std::move(reference));
  };
  const auto label = [&](std::size_t from) {
    const std::size_t close = text.substr(from, kLabelMax + 2).find(U']', 1);
    if (close == Text::npos) return;
    add({Reason::reference_label, std::u32string(text.substr(from, close + 1)), from,
         from + close + 1});
  };
  std::size_t open = Text::npos;  // The last '[' so far.
  for (std::size_t i = 0; i < text.size() && work_left > 0; ++i) {
    const char32_t next = i + 1 < text.size() ? text[i + 1] : U'\0';
    if (text[i] == '[') open = i;
    if (text[i] == '[' && next == '^') label(i);
    if (text[i] != ']') continue;
    const bool footnote = open != Text::npos && text[open + 1] == '^';
    if (next == '(') add(target(text, i + 2, true));
    if (next == ':' && !footnote) add(target(text, i + 2, false));
    if (next == '[') {
      // "[label][]" is named by what stands in the first brackets.
      const bool collapsed = i + 2 < text.size() && text[i + 2] == ']' && open != Text::npos;
      label(collapsed ? open : i + 1);
    }
  }
  if (work_left <= 0) found.push_back({Reason::too_large, {}, 0, text.size()});
  return found;
}

std::vector<Reference> scan_labels(Text text) {
  constexpr std::size_t kLabelMax = 1000;
  std::vector<Reference> found;
  std::size_t open = Text::npos;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') open = i;
    if (text[i] != ']' || open == Text::npos || i - open > kLabelMax) continue;
    found.push_back(
        {Reason::reference_label, std::u32string(text.substr(open, i + 1 - open)), open, i + 1});
    open = Text::npos;
  }
  return found;
}

}  // namespace translate::diode
