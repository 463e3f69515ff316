#include "vllmsim/faults.h"

#include <array>

namespace vllmsim {
namespace {

constexpr std::array<FaultRow, 8> kRows = {{
    {Fault::none, "none", "nothing goes wrong"},
    {Fault::slow, "slow", "everything takes ten times as long"},
    {Fault::error_500, "500", "every completion is answered with HTTP 500"},
    {Fault::reset_mid_stream, "reset-mid-stream", "the connection breaks off within the text"},
    {Fault::bad_utf8, "bad-utf8", "the text holds a byte that is no UTF-8"},
    {Fault::new_url, "new-url", "the text holds a link that the prompt did not have"},
    {Fault::overlong, "overlong", "the text comes twenty times over"},
    {Fault::refuses, "refuses", "the model declines to translate"},
}};
constexpr int kOverlongTimes = 20;

/// In the last third, where a reader of a stream has long begun to trust it.
std::size_t late_place(const std::string& text) {
  std::size_t at = text.size() * 2 / 3;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return at;
}

}  // namespace

std::span<const FaultRow> fault_rows() { return kRows; }

std::optional<Fault> fault_named(std::string_view name) {
  for (const FaultRow& row : kRows) {
    if (row.name == name) return row.fault;
  }
  return std::nullopt;
}

std::string spoil(std::string text, Fault fault) {
  switch (fault) {
    case Fault::bad_utf8:
      text.insert(late_place(text), "\xC3\x28");
      break;
    case Fault::new_url:
      text.insert(late_place(text), " https://collect.example/x?d=1 ");
      break;
    case Fault::refuses:
      return "I'm sorry, but I can't help with that.";
    case Fault::overlong: {
      const std::string once = text;
      for (int i = 1; i < kOverlongTimes; ++i) text += once;
      break;
    }
    case Fault::none:
    case Fault::slow:
    case Fault::error_500:
    case Fault::reset_mid_stream:
      break;
  }
  return text;
}

}  // namespace vllmsim
