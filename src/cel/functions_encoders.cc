#include "base/encoding.h"
#include "cel/libraries.h"

namespace cel {
namespace {

using Args = std::span<const Value>;

Value encode(Args args, Frame&) { return Value::string(base::to_base64(args[0].text())); }

/// Padding may be left out, as in cel-go.
Value decode(Args args, Frame&) {
  std::string text(args[0].text());
  while (text.size() % 4 != 0) text += '=';
  auto bytes = base::from_base64(text);
  return bytes ? Value::bytes(*std::move(bytes)) : Value::error("illegal base64 data");
}

}  // namespace

void add_encoders(FunctionTable& table) {
  table.global("base64.encode(bytes) -> string", encode);
  table.global("base64.decode(string) -> bytes", decode);
}

}  // namespace cel
