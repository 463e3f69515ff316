#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vllmsim {

/// What goes wrong on purpose, in every answer while it is on.
enum class Fault {
  none,
  slow,              ///< Ten times the time for everything.
  error_500,         ///< HTTP 500 with vLLM's error body.
  reset_mid_stream,  ///< The connection breaks off in the middle of the text.
  bad_utf8,          ///< A byte in the text that is no UTF-8.
  new_url,           ///< A link in the text that the prompt did not have.
  overlong,          ///< The text many times over.
  refuses,           ///< The model declines.
};

struct FaultRow {
  Fault fault;
  std::string_view name;  ///< "reset-mid-stream"
  std::string_view says;
};
std::span<const FaultRow> fault_rows();
std::optional<Fault> fault_named(std::string_view name);

/// What becomes of the model's text under `fault`.
std::string spoil(std::string text, Fault fault);

}  // namespace vllmsim
