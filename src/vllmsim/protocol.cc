#include "vllmsim/protocol.h"

#include "doc/json.h"

namespace vllmsim {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using doc::Value;

Error bad(std::string message) { return {ErrorCode::invalid_argument, std::move(message)}; }

bool flag_at(const Value& value, std::string_view path) {
  const Value* flag = value.find_path(path);
  return flag != nullptr && flag->is_bool() && flag->as_bool();
}

Result<void> read_messages(const Value& body, Completion& completion) {
  const Value* messages = body.find("messages");
  if (messages == nullptr || !messages->is_list() || messages->items().empty()) {
    return bad("messages: a list with at least one message is required");
  }
  for (const Value& message : messages->items()) {
    const std::string_view role = message.string_at("role");
    const std::string_view content = message.string_at("content");
    completion.prompt_bytes += content.size();
    if (role == "system") completion.system = content;
    if (role == "user") completion.user = content;
  }
  return {};
}

Value usage(std::size_t prompt_tokens, std::size_t output_tokens) {
  return Value::map({{"prompt_tokens", static_cast<std::uint64_t>(prompt_tokens)},
                     {"total_tokens", static_cast<std::uint64_t>(prompt_tokens + output_tokens)},
                     {"completion_tokens", static_cast<std::uint64_t>(output_tokens)}});
}

std::string chunk(const Answer& answer, std::vector<Value> choices, const Value* usage) {
  Value body = Value::map({{"id", answer.id},
                           {"object", answer.chat ? "chat.completion.chunk" : "text_completion"},
                           {"created", answer.created},
                           {"model", answer.model},
                           {"choices", Value::list(std::move(choices))}});
  if (usage != nullptr) body = body.with("usage", *usage);
  return doc::to_json(body);
}

Value choice(const Answer& answer, const Value& delta, std::string_view text,
             const Value& finish_reason) {
  if (!answer.chat) {
    return Value::map(
        {{"index", 0}, {"text", text}, {"logprobs", Value()}, {"finish_reason", finish_reason}});
  }
  return Value::map(
      {{"index", 0}, {"delta", delta}, {"logprobs", Value()}, {"finish_reason", finish_reason}});
}

std::string type_of(ErrorCode code) {
  switch (base::facts(code).http_status) {
    case 404:
      return "NotFoundError";
    case 500:
      return "InternalServerError";
    case 501:
      return "NotImplementedError";
    default:
      return "BadRequestError";
  }
}

}  // namespace

Result<Completion> parse_completion(std::string_view text, bool chat, std::string_view served) {
  const auto parsed = doc::parse_json(text, "body");
  if (!parsed || !parsed->is_map()) return bad("the body is no JSON object");
  const Value& body = *parsed;
  Completion completion;
  completion.chat = chat;
  completion.model = body.string_at("model");
  if (!completion.model.empty() && completion.model != served) {
    return Error{ErrorCode::not_found, "The model `" + completion.model + "` does not exist."};
  }
  if (chat) {
    TRY(read_messages(body, completion));
  } else {
    completion.user = body.string_at("prompt");
    completion.prompt_bytes = completion.user.size();
    if (completion.user.empty()) return bad("prompt: a text is required");
  }
  completion.stream = flag_at(body, "stream");
  completion.include_usage = flag_at(body, "stream_options.include_usage");
  if (!completion.stream && body.find("stream_options") != nullptr &&
      !body.find("stream_options")->is_null()) {
    return bad("Stream options can only be defined when `stream=True`.");
  }
  for (const char* key : {"max_tokens", "max_completion_tokens"}) {
    const Value* max = body.find(key);
    if (max == nullptr || max->is_null()) continue;
    if (!max->is_int() || max->as_int() < 1) return bad(std::string(key) + " must be at least 1");
    completion.max_tokens = static_cast<std::size_t>(max->as_int());
  }
  if (!chat && completion.max_tokens == 0) completion.max_tokens = 16;
  return completion;
}

std::string error_body(const Error& error) {
  return doc::to_json(
      Value::map({{"error", Value::map({{"message", error.message},
                                        {"type", type_of(error.code)},
                                        {"param", Value()},
                                        {"code", base::facts(error.code).http_status}})}}));
}

std::string first_chunk(const Answer& answer) {
  if (!answer.chat) return "";
  const Value delta = Value::map({{"role", "assistant"}, {"content", ""}});
  return chunk(answer, {choice(answer, delta, "", Value())}, nullptr);
}

std::string text_chunk(const Answer& answer, std::string_view text) {
  return chunk(answer, {choice(answer, Value::map({{"content", text}}), text, Value())}, nullptr);
}

std::string last_chunk(const Answer& answer, std::string_view finish_reason) {
  return chunk(answer, {choice(answer, Value::map({{"content", ""}}), "", finish_reason)}, nullptr);
}

std::string usage_chunk(const Answer& answer, std::size_t prompt_tokens,
                        std::size_t output_tokens) {
  const Value counts = usage(prompt_tokens, output_tokens);
  return chunk(answer, {}, &counts);
}

std::string whole_answer(const Answer& answer, std::string_view text,
                         std::string_view finish_reason, std::size_t prompt_tokens,
                         std::size_t output_tokens) {
  Value choice = Value::map({{"index", 0}, {"finish_reason", finish_reason}});
  choice = answer.chat
               ? choice.with("message", Value::map({{"role", "assistant"}, {"content", text}}))
               : choice.with("text", text);
  return doc::to_json(Value::map({{"id", answer.id},
                                  {"object", answer.chat ? "chat.completion" : "text_completion"},
                                  {"created", answer.created},
                                  {"model", answer.model},
                                  {"choices", Value::list({choice})},
                                  {"usage", usage(prompt_tokens, output_tokens)}}));
}

std::string models_body(std::string_view model, std::int64_t created) {
  return doc::to_json(Value::map({{"object", "list"},
                                  {"data", Value::list({Value::map({{"id", model},
                                                                    {"object", "model"},
                                                                    {"created", created},
                                                                    {"owned_by", "vllm"},
                                                                    {"root", model},
                                                                    {"parent", Value()},
                                                                    {"max_model_len", 8192}})})}}));
}

}  // namespace vllmsim
