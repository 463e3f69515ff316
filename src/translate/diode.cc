#include "translate/diode.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/limits.h"
#include "doc/utf8.h"
#include "translate/diode_scan.h"
#include "translate/diode_tokens.h"
#include "translate/diode_views.h"
#include "translate/unicode.h"

namespace translate {
namespace {

using namespace diode;
using Text = std::u32string_view;

/// References of one family may stand for each other: a bare URL of the source may become the
/// target of a link. A tag may not become a URL.
enum class Family { address, markup, label, words };

Family family_of(Reason reason) {
  switch (reason) {
    case Reason::html:
    case Reason::template_expression:
      return Family::markup;
    case Reason::reference_label:
      return Family::label;
    case Reason::outbound_instruction:
    case Reason::spelled_out:
      return Family::words;
    case Reason::scheme:
    case Reason::host:
    case Reason::network_path:
    case Reason::address:
    case Reason::email:
    case Reason::mention:
    case Reason::path:
    case Reason::link_destination:
    case Reason::none:
    case Reason::invalid_utf8:
    case Reason::too_large:
    case Reason::hidden_character:
    case Reason::homoglyph:
    case Reason::reassembled:
    case Reason::opaque_token:
    case Reason::opaque_number:
      return Family::address;
  }
  return Family::address;
}

using Known = std::set<std::pair<Family, std::u32string>>;

Known known_of(const std::vector<Reference>& references) {
  Known known;
  for (const Reference& reference : references) {
    known.emplace(family_of(reference.reason), reference.text);
  }
  return known;
}

bool is_known(const Known& known, const Reference& reference) {
  return known.count({family_of(reference.reason), reference.text}) != 0;
}

long joints_in(const std::vector<Reference>& references) {
  return std::count_if(references.begin(), references.end(),
                       [](const Reference& reference) { return reference.joint; });
}

/// The first reference of the response that the source does not have.
Reason first_new(const std::vector<Reference>& source, const std::vector<Reference>& response) {
  if (response.empty()) return Reason::none;
  const Known known = known_of(source);
  long joints_left = joints_in(source);
  for (const Reference& reference : response) {
    if (reference.reason == Reason::too_large) return Reason::too_large;
    if (is_known(known, reference)) continue;
    if (reference.joint && joints_left-- > 0) continue;
    return reference.reason;
  }
  return Reason::none;
}

std::vector<Reference> all_references(const View& view) {
  std::vector<Reference> found = scan(view.text, view.depth);
  if (view.depth == Depth::full) {
    std::vector<Reference> brackets = scan_brackets(view.text);
    found.insert(found.end(), std::make_move_iterator(brackets.begin()),
                 std::make_move_iterator(brackets.end()));
  }
  return found;
}

/// Compares reading by reading. Source readings are made only when the response has something to
/// look up; a reading of the response that equals an earlier one was looked up already.
template <typename MakeViews>
Verdict compare_views(Text source, const std::vector<View>& theirs, MakeViews&& make_views) {
  std::vector<View> ours;
  for (std::size_t i = 0; i < theirs.size(); ++i) {
    const bool seen = std::any_of(theirs.begin(), theirs.begin() + i, [&](const View& earlier) {
      return earlier.depth <= theirs[i].depth && earlier.text == theirs[i].text;
    });
    if (seen) continue;
    const std::vector<Reference> found = all_references(theirs[i]);
    if (found.empty()) continue;
    if (ours.empty()) ours = make_views(source);
    std::vector<Reference> sources = all_references(ours[i]);
    std::vector<Reference> labels = scan_labels(ours[i].text);
    sources.insert(sources.end(), std::make_move_iterator(labels.begin()),
                   std::make_move_iterator(labels.end()));
    const Reason reason = first_new(sources, found);
    if (reason != Reason::none) return {reason, theirs[i].name};
  }
  return {};
}

std::vector<View> raw_view(Text text) { return {{"raw", std::u32string(text), Depth::full}}; }

/// `text` with each reference that `known` has replaced by a barrier.
std::u32string mask(Text text, const Known& known, const std::vector<Reference>& references) {
  std::u32string out(text);
  std::vector<bool> masked(text.size(), false);
  for (const Reference& reference : references) {
    if (reference.joint || !is_known(known, reference)) continue;
    for (std::size_t k = reference.begin; k < reference.end; ++k) masked[k] = true;
  }
  std::size_t write = 0;
  for (std::size_t k = 0; k < text.size(); ++k) {
    if (!masked[k]) {
      out[write++] = text[k];
    } else if (k == 0 || !masked[k - 1]) {
      out[write++] = kBarrier;
    }
  }
  out.resize(write);
  return out;
}

Verdict compare_reassembled(Text source, Text response) {
  const std::vector<Reference> ours = all_references({"raw", std::u32string(source), Depth::full});
  const Known known = known_of(ours);
  const std::vector<Reference> theirs =
      all_references({"raw", std::u32string(response), Depth::full});
  Verdict verdict =
      compare_views(mask(source, known, ours), reassembled_views(mask(response, known, theirs)),
                    reassembled_views);
  const bool itself = verdict.reason == Reason::spelled_out || verdict.reason == Reason::too_large;
  if (!verdict.accepted() && !itself) {
    verdict.reason = Reason::reassembled;
  }
  return verdict;
}

Verdict compare_parsed(Text source, Text response) {
  const Parsed theirs = parse(response);
  if (theirs.targets.empty()) return {};
  const Reason reason = first_new(parse(source).targets, theirs.targets);
  if (reason == Reason::none) return {};
  return {reason, "parsed"};
}

/// Whether every reading of `text` is the text itself, and nothing in it can be put together: words
/// of common scripts, spaces, and punctuation that ends sentences or encloses words. That is most
/// of what is translated; the readings cost far more than this look.
bool is_plain_prose(Text text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    const char32_t next = i + 1 < text.size() ? text[i + 1] : U'\0';
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= 0xC0 && c <= 0x131) || (c >= 0x134 && c <= 0x13E) ||
                        (c >= 0x141 && c <= 0x148) || (c >= 0x14A && c <= 0x17E) ||
                        (c >= 0x410 && c <= 0x44F) || (c >= 0x4E00 && c <= 0x9FFF) ||
                        (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FA);
    if (letter || c == ' ' || c == ',' || c == ';' || c == '!' || c == '"' || c == '-') continue;
    if (c == '\'' || c == 0x2019 || c == 0xAB || c == 0xBB || c == 0xBF || c == 0xA1) continue;
    // A name that ends a sentence may go on in the next: "evil. com". A capital does not.
    const char32_t after = next == ' ' && i + 2 < text.size() ? text[i + 2] : U'\0';
    const bool ends_sentence = next == 0 || (next == ' ' && (after == 0 || is_upper(after)));
    if ((c == '.' || c == '?' || c == ':') && ends_sentence) continue;
    if (c == ':' && next == ' ') continue;
    if (c >= '0' && c <= '9' && next != '.') continue;
    return false;
  }
  return text.find(U"ww") == Text::npos;
}

Verdict check_text(Text source, Text response, std::string_view view) {
  for (const auto check : {check_hidden, check_homoglyphs, check_opaque, check_numbers}) {
    const Reason reason = check(source, response);
    if (reason != Reason::none) return {reason, view};
  }
  return {};
}

}  // namespace

std::string_view reason_name(Reason reason) {
  switch (reason) {
    case Reason::none:
      return "none";
    case Reason::invalid_utf8:
      return "invalid_utf8";
    case Reason::too_large:
      return "too_large";
    case Reason::hidden_character:
      return "hidden_character";
    case Reason::homoglyph:
      return "homoglyph";
    case Reason::html:
      return "html";
    case Reason::scheme:
      return "scheme";
    case Reason::host:
      return "host";
    case Reason::network_path:
      return "network_path";
    case Reason::address:
      return "address";
    case Reason::email:
      return "email";
    case Reason::mention:
      return "mention";
    case Reason::path:
      return "path";
    case Reason::link_destination:
      return "link_destination";
    case Reason::reference_label:
      return "reference_label";
    case Reason::template_expression:
      return "template_expression";
    case Reason::outbound_instruction:
      return "outbound_instruction";
    case Reason::spelled_out:
      return "spelled_out";
    case Reason::reassembled:
      return "reassembled";
    case Reason::opaque_token:
      return "opaque_token";
    case Reason::opaque_number:
      return "opaque_number";
  }
  return "unknown";
}

Verdict judge(std::string_view source, std::string_view response) {
  if (source.size() > base::limits::kDiodeBytesMax ||
      response.size() > base::limits::kDiodeBytesMax) {
    return {Reason::too_large, "raw"};
  }
  if (doc::find_invalid_utf8(source) != std::string_view::npos ||
      doc::find_invalid_utf8(response) != std::string_view::npos) {
    return {Reason::invalid_utf8, "raw"};
  }
  const std::u32string ours = to_code_points(source);
  const std::u32string theirs = to_code_points(response);
  if (Verdict verdict = check_text(ours, theirs, "raw"); !verdict.accepted()) return verdict;
  if (is_plain_prose(theirs)) return compare_views(ours, {{"raw", theirs, Depth::full}}, raw_view);
  if (Verdict verdict = compare_views(ours, decoded_views(theirs), decoded_views);
      !verdict.accepted()) {
    return verdict;
  }
  if (Verdict verdict = compare_parsed(ours, theirs); !verdict.accepted()) return verdict;
  const std::u32string decoded = decode(theirs);
  if (decoded != theirs) {
    Verdict verdict = check_text(decode(ours), decoded, "decoded");
    if (!verdict.accepted()) return verdict;
  }
  return compare_reassembled(ours, theirs);
}

bool DiodeStream::feed(std::string_view piece) {
  CHECK(!finished_);
  if (overflowed_) return false;
  if (piece.size() > base::limits::kDiodeBytesMax - response_.size()) {
    overflowed_ = true;
    response_.clear();
    return false;
  }
  response_ += piece;
  return true;
}

Verdict DiodeStream::finish() {
  if (!finished_) {
    finished_ = true;
    verdict_ = overflowed_ ? Verdict{Reason::too_large, "raw"} : judge(source_, response_);
  }
  return verdict_;
}

const std::string& DiodeStream::response() const {
  CHECK(finished_ && verdict_.accepted());
  return response_;
}

}  // namespace translate
