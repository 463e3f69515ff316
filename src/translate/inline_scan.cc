#include "translate/inline_scan.h"

#include <algorithm>
#include <map>

#include "translate/diode_scan.h"
#include "translate/inline_tokens.h"
#include "translate/unicode.h"

namespace translate::markdown {
namespace {

/// Images in images' descriptions: more is not a page.
constexpr int kNestedMax = 16;

bool is_punctuation(char c) {
  return kind_of(static_cast<unsigned char>(c)) == CharKind::punctuation && c > 0;
}

/// A stretch of bytes that is kept whole.
struct Fixed {
  std::size_t begin;
  std::size_t end;
  bool bare_url = false;
};

/// The references that the diode would see in plain text, in order, without overlaps: what must
/// come back byte for byte.
std::vector<Fixed> fixed_words(std::string_view text) {
  const std::u32string points = to_code_points(text);
  std::vector<std::size_t> offsets;  // Of each code point.
  offsets.reserve(points.size() + 1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80) offsets.push_back(i);
  }
  offsets.push_back(text.size());
  std::vector<Fixed> found;
  for (const diode::Reference& reference : diode::scan(points, diode::Depth::full)) {
    const bool wanted = !reference.joint && reference.reason != Reason::html &&
                        reference.reason != Reason::spelled_out &&
                        reference.reason != Reason::outbound_instruction;
    if (wanted) found.push_back({offsets[reference.begin], offsets[reference.end]});
  }
  std::sort(found.begin(), found.end(), [](const Fixed& a, const Fixed& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  return found;
}

/// Scans one block. `out_` is the segment's text so far.
class Scanner {
 public:
  Scanner(const Content& content, const Labels& labels, Segment& segment)
      : content_(content),
        text_(content.text),
        segment_(segment),
        ends_(text_),
        fixed_(fixed_words(text_)),
        links_(find_links(text_, labels, ends_)) {
    std::size_t next = 0;
    for (const char c : text_) {
      break_index_.push_back(next);
      next += c == '\n';
    }
    break_index_.push_back(next);
  }

  void run() {
    scan(0, text_.size(), 0);
    segment_.text = std::move(out_);
  }

 private:
  void scan(std::size_t begin, std::size_t end, int depth);
  std::size_t token_at(std::size_t i, std::size_t end, bool& bare_url);
  std::size_t bracket(std::size_t i, std::size_t begin, std::size_t end, int depth);
  void emit_link(std::size_t i, std::size_t bracket, const Link& link, int depth);
  void line_break(std::size_t i);

  void emit_fixed(std::size_t begin, std::size_t end, bool bare_url = false) {
    add_fixed(expand(begin, end), bare_url);
  }
  void add_fixed(std::string bytes, bool bare_url);
  void token(std::size_t number, bool closing) {
    out_ += kTokenOpen;
    if (closing) out_ += '/';
    out_ += std::to_string(number);
    out_ += kTokenClose;
  }
  std::string expand(std::size_t begin, std::size_t end) const;

  const Content& content_;
  std::string_view text_;
  Segment& segment_;
  TokenEnds ends_;
  std::vector<Fixed> fixed_;
  std::map<std::size_t, Link> links_;
  std::vector<std::size_t> break_index_;
  std::string out_;
  std::size_t merge_ = 0;  ///< Where a fixed token ends that the next one may join.
};

void Scanner::add_fixed(std::string bytes, bool bare_url) {
  if (merge_ == out_.size() && merge_ > 0 && !bare_url) {
    segment_.placeholders.back().open += bytes;
    return;
  }
  segment_.placeholders.push_back({});
  segment_.placeholders.back().open = std::move(bytes);
  segment_.placeholders.back().bare_url = bare_url;
  token(segment_.placeholders.size(), false);
  if (!bare_url) merge_ = out_.size();
}

/// The page's bytes for a stretch of the content.
std::string Scanner::expand(std::size_t begin, std::size_t end) const {
  std::string bytes;
  for (std::size_t i = begin; i < end; ++i) {
    if (text_[i] == '\n') {
      bytes += content_.breaks[break_index_[i]];
    } else {
      bytes += text_[i];
    }
  }
  return bytes;
}

std::size_t Scanner::token_at(std::size_t i, std::size_t end, bool& bare_url) {
  std::size_t stop = i;
  switch (text_[i]) {
    case '`':
      stop = ends_.code_span(i);
      break;
    case '<':
      stop = ends_.angle(i);
      break;
    case '&':
      stop = ends_.entity(i);
      break;
    case '$':
      stop = ends_.math(i);
      break;
    case ':':
      stop = ends_.shortcode(i);
      break;
    default:
      break;  // Anything else may still begin a reference.
  }
  if (stop > i && stop <= end) return stop;
  const std::size_t url = ends_.bare_url(i);
  bare_url = url > i;
  stop = std::max(url, ends_.identifier(i));
  const auto fixed = std::lower_bound(fixed_.begin(), fixed_.end(), i,
                                      [](const Fixed& f, std::size_t at) { return f.begin < at; });
  if (fixed != fixed_.end() && fixed->begin == i) stop = std::max(stop, fixed->end);
  return std::min(stop, end);
}

void Scanner::emit_link(std::size_t i, std::size_t bracket, const Link& link, int depth) {
  const bool mention = i > 0 && text_[i - 1] == '@' && !link.image;
  const bool attachment = !link.image && link.target.substr(0, 16) == "/api/attachments";
  if (mention || attachment || depth >= kNestedMax) return emit_fixed(i, link.end);
  const std::size_t out_size = out_.size();
  const std::size_t placeholders = segment_.placeholders.size();
  const std::size_t breaks = segment_.breaks.size();
  const std::size_t merge = merge_;
  segment_.placeholders.push_back({});
  const std::size_t number = segment_.placeholders.size();
  token(number, false);
  const std::size_t inner = out_.size();
  scan(bracket + 1, link.close, depth + 1);
  if (words_of(std::string_view(out_).substr(inner)).empty()) {  // All of it is kept.
    out_.resize(out_size);
    segment_.placeholders.resize(placeholders);
    segment_.breaks.resize(breaks);
    merge_ = merge;
    return emit_fixed(i, link.end);
  }
  Placeholder& placeholder = segment_.placeholders[number - 1];
  placeholder.paired = true;
  placeholder.open = expand(i, bracket + 1);
  placeholder.close = expand(link.close, link.end);
  placeholder.inner = expand(bracket + 1, link.close);
  if (link.label.data() != nullptr) {
    const auto label = static_cast<std::size_t>(link.label.data() - text_.data());
    placeholder.close_if_changed = "][" + expand(label, label + link.label.size()) + "]";
  }
  token(number, true);
}

void Scanner::line_break(std::size_t i) {
  const std::size_t index = break_index_[i];
  if (content_.hard[index]) {
    add_fixed(content_.breaks[index], false);
  } else {
    out_ += '\n';
    segment_.breaks.push_back(content_.breaks[index]);
  }
}

/// What begins with the '[' (or "![") at `i`: where it ends, or `i` when it is text.
std::size_t Scanner::bracket(std::size_t i, std::size_t begin, std::size_t end, int depth) {
  const std::size_t open = text_[i] == '!' ? i + 1 : i;
  if (const auto link = links_.find(open); link != links_.end() && link->second.end <= end) {
    emit_link(i, open, link->second, depth);
    return link->second.end;
  }
  // A footnote, a label behind words that resolves to nothing, or what looks like one.
  const bool label = open == i && i > begin && text_[i - 1] == ']';
  if (label || text_.substr(open, 2) == "[^") {
    const std::size_t close = text_.find_first_of("[]", open + 1);
    if (close < end && text_[close] == ']') {
      emit_fixed(i, close + 1);
      return close + 1;
    }
  }
  return i;
}

void Scanner::scan(std::size_t begin, std::size_t end, int depth) {
  for (std::size_t i = begin; i < end;) {
    const char c = text_[i];
    if (c == '\n') {
      line_break(i++);
      continue;
    }
    if (c == '\\' && i + 1 < end && is_punctuation(text_[i + 1])) {
      out_ += text_.substr(i, 2);
      i += 2;
      continue;
    }
    if (c == '[' || (c == '!' && i + 1 < end && text_[i + 1] == '[')) {
      if (const std::size_t stop = bracket(i, begin, end, depth); stop > i) {
        i = stop;
        continue;
      }
    }
    bool bare_url = false;
    if (const std::size_t stop = token_at(i, end, bare_url); stop > i) {
      emit_fixed(i, stop, bare_url);
      i = stop;
      continue;
    }
    if (c == '`') {  // Backticks that open nothing are text, all of the run.
      while (i < end && text_[i] == '`') out_ += text_[i++];
      continue;
    }
    out_ += c;
    ++i;
  }
}

}  // namespace

void scan_inlines(const Content& content, const Labels& labels, Segment& segment) {
  Scanner(content, labels, segment).run();
}

}  // namespace translate::markdown
