#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "doc/value.h"

namespace vllmsim {

/// A completion that was asked for, chat or plain.
struct Completion {
  bool chat = true;
  std::string model;
  std::string system;
  std::string user;  ///< The last user message, or the prompt.
  std::size_t prompt_bytes = 0;
  std::size_t max_tokens = 0;  ///< 0: not given.
  bool stream = false;
  bool include_usage = false;
};

/// Reads a request body. Errors: invalid_argument in vLLM's manner ("stream_options" without
/// "stream", no messages, ...); not_found when `model` is another than `served`.
base::Result<Completion> parse_completion(std::string_view body, bool chat,
                                          std::string_view served);

/// {"error":{"message","type","param","code"}}, vLLM 0.10.1 and later.
std::string error_body(const base::Error& error);

/// What every chunk and answer of one completion carries.
struct Answer {
  std::string id;
  std::string model;
  std::int64_t created = 0;
  bool chat = true;
};
std::string first_chunk(const Answer& answer);  ///< The role alone; "" for plain completions.
std::string text_chunk(const Answer& answer, std::string_view text);
std::string last_chunk(const Answer& answer, std::string_view finish_reason);
std::string usage_chunk(const Answer& answer, std::size_t prompt_tokens, std::size_t output_tokens);
std::string whole_answer(const Answer& answer, std::string_view text,
                         std::string_view finish_reason, std::size_t prompt_tokens,
                         std::size_t output_tokens);
std::string models_body(std::string_view model, std::int64_t created);

}  // namespace vllmsim
