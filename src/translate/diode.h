#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace translate {

/// Why the diode refused a response. Names (reason_name) are stable: they go to the audit log,
/// metrics and `nanabush diode`.
enum class Reason {
  none,                 ///< Accepted.
  invalid_utf8,         ///< Source or response is not UTF-8: it cannot be judged.
  too_large,            ///< Above limits::kDiodeBytesMax.
  hidden_character,     ///< Zero-width, bidi, tag, control, private-use or blank characters.
  homoglyph,            ///< A word that mixes scripts to look Latin; letters in styled forms.
  html,                 ///< A tag, comment or declaration that the source does not have.
  scheme,               ///< scheme:... or anything with "://".
  host,                 ///< A dotted name, a host with a port, "localhost".
  network_path,         ///< //host or \\host: the scheme or share of the reader.
  address,              ///< An IP address in any spelling.
  email,                ///< local@host.
  mention,              ///< @name, #tag: somebody is notified, something is linked.
  path,                 ///< /path, ./path, ~/path.
  link_destination,     ///< The target of a Markdown link, image or definition.
  reference_label,      ///< [text][label], [^note]: a definition elsewhere that is not the block's.
  template_expression,  ///< {{...}}, ${...}, [[...]], <%...%>: something else fills it in.
  outbound_instruction,  ///< Tool calls, control tokens, names of programs that fetch or send.
  spelled_out,           ///< "name dot com", hxxp, name[.]com: a person puts it together.
  reassembled,           ///< A reference once line breaks, markup or spaces are taken away.
  opaque_token,          ///< Base64, hex, identifiers that nobody translated into being.
  opaque_number,         ///< Digits that are not the source's and are enough to dial or decode.
};
std::string_view reason_name(Reason reason);

/// The diode's answer. It carries no content, so that it may be logged.
struct Verdict {
  Reason reason = Reason::none;
  /// Under which reading of the text the reference showed: "raw", "decoded", "folded", ...; ""
  /// when accepted. For people; not stable.
  std::string_view view = {};
  bool accepted() const { return reason == Reason::none; }
  bool operator==(const Verdict&) const = default;
};

/// Judges a translated block against the block it was made from: nothing leaves that was not in
/// the source.
///
/// A response passes only when each reference in it - whatever a renderer, a browser, a mail
/// client, a template engine or a person could resolve - is byte-identical to one in `source`.
/// References are over-approximated: both texts are read several times (as they are; with
/// entities, percent-escapes and backslashes decoded; NFKC-folded; with markup, line breaks or
/// spaces removed; as UTS 39 skeletons; as cmark-gfm renders them), and in each reading those of
/// the response must be among those of the source in the same reading. There is no list of good
/// domains. What cannot be judged is refused.
///
/// It says nothing about the meaning of the words: a secret spelled in plain prose passes.
///
/// Pure and deterministic; safe from any thread. Time is O(n log n) in the two texts.
Verdict judge(std::string_view source, std::string_view response);

/// `judge` for a response that arrives in pieces. It holds every byte back until the verdict, so
/// the verdict cannot depend on where the pieces were cut.
///
///     DiodeStream diode(source);
///     for each piece: diode.feed(piece);
///     if (diode.finish().accepted()) release(diode.response());
///
/// Memory: the source, and at most limits::kDiodeBytesMax of response; what is fed beyond that is
/// dropped, and the verdict is too_large. Not thread-safe.
class DiodeStream {
 public:
  explicit DiodeStream(std::string source) : source_(std::move(source)) {}

  /// Takes a piece. False when the block is already known to be refused: the caller may stop the
  /// upstream. REQUIRES: finish() was not called.
  bool feed(std::string_view piece);
  /// The verdict; the same when called again.
  Verdict finish();
  /// The whole response. REQUIRES (CHECK): finish() accepted.
  const std::string& response() const;

 private:
  std::string source_;
  std::string response_;
  bool overflowed_ = false;
  bool finished_ = false;
  Verdict verdict_;
};

}  // namespace translate
