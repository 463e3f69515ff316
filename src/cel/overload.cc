#include "cel/overload.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace cel {
namespace {

constexpr std::uint32_t kAny = ~bit(ValueKind::error);

Type named_type(std::string_view name) {
  if (name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z') {
    return Type::parameter(std::string(name));
  }
  if (name == "dyn") return Type::dyn();
  if (name == "null") return Type::null();
  if (name == "bool") return Type::boolean();
  if (name == "int") return Type::integer();
  if (name == "uint") return Type::uinteger();
  if (name == "double") return Type::floating();
  if (name == "string") return Type::string();
  if (name == "bytes") return Type::bytes();
  if (name == "timestamp") return Type::timestamp();
  if (name == "duration") return Type::duration();
  return Type::opaque(std::string(name));
}

/// Reads the types of a signature.
class SignatureReader {
 public:
  explicit SignatureReader(std::string_view text) : text_(text) {}

  bool done() const { return at_ == text_.size(); }
  bool take(std::string_view what) {
    if (text_.substr(at_, what.size()) != what) return false;
    at_ += what.size();
    return true;
  }
  Type type() {
    const std::size_t begin = at_;
    while (!done() && std::string_view("<>,() ").find(text_[at_]) == std::string_view::npos) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    CHECK(!name.empty());
    if (!take("<")) return named_type(name);
    std::vector<Type> parameters;
    do parameters.push_back(type());
    while (take(", "));
    CHECK(take(">"));
    if (name == "list") return Type::list(parameters[0]);
    if (name == "map") return Type::map(parameters[0], parameters[1]);
    if (name == "optional") return Type::optional(parameters[0]);
    CHECK(name == "type");
    return Type::type(parameters[0]);
  }
  std::vector<Type> parameters() {
    std::vector<Type> list;
    CHECK(take("("));
    while (!take(")")) {
      list.push_back(type());
      take(", ");
    }
    return list;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

Overload read_signature(std::string_view signature, bool receiver) {
  Overload overload;
  overload.receiver = receiver;
  const std::size_t open = signature.find('(');
  CHECK(open != std::string_view::npos);
  std::string_view name = signature.substr(0, open);
  if (receiver) {
    const std::size_t dot = name.rfind('.');
    CHECK(dot != std::string_view::npos);
    overload.parameters.push_back(SignatureReader(name.substr(0, dot)).type());
    name = name.substr(dot + 1);
  }
  overload.function = name;
  SignatureReader reader(signature.substr(open));
  for (Type& parameter : reader.parameters()) overload.parameters.push_back(std::move(parameter));
  CHECK(reader.take(" -> "));
  overload.result = reader.type();
  CHECK(reader.done());
  return overload;
}

std::uint32_t mask_of(const Type& type) {
  switch (type.kind()) {
    case Type::Kind::dyn:
    case Type::Kind::error:
    case Type::Kind::parameter:
      return kAny;
    case Type::Kind::null:
      return bit(ValueKind::null);
    case Type::Kind::boolean:
      return bit(ValueKind::boolean);
    case Type::Kind::integer:
      return bit(ValueKind::integer);
    case Type::Kind::uinteger:
      return bit(ValueKind::uinteger);
    case Type::Kind::floating:
      return bit(ValueKind::floating);
    case Type::Kind::string:
      return bit(ValueKind::string);
    case Type::Kind::bytes:
      return bit(ValueKind::bytes);
    case Type::Kind::timestamp:
      return bit(ValueKind::timestamp);
    case Type::Kind::duration:
      return bit(ValueKind::duration);
    case Type::Kind::list:
      return bit(ValueKind::list);
    case Type::Kind::map:
    case Type::Kind::record:
      return bit(ValueKind::map);
    case Type::Kind::wrapper:
      return bit(ValueKind::null) | mask_of(type.parameters()[0]);
    case Type::Kind::type:
      return bit(ValueKind::type);
    case Type::Kind::opaque:
      return bit(ValueKind::opaque);
  }
  return kAny;
}

}  // namespace

void Overload::finish() {
  kinds.clear();
  for (const Type& parameter : parameters) {
    kinds.push_back({mask_of(parameter), parameter.is(Type::Kind::opaque)
                                             ? std::string_view(parameter.name())
                                             : std::string_view()});
  }
}

bool Overload::is_opaque(const Value& value, std::string_view type) {
  return value.object().type_name() == type;
}

std::string Overload::to_string() const {
  std::string text;
  std::size_t first = 0;
  if (receiver) {
    text = parameters[0].to_string() + ".";
    first = 1;
  }
  text += function + "(";
  for (std::size_t i = first; i < parameters.size(); ++i) {
    if (i > first) text += ", ";
    text += parameters[i].to_string();
  }
  return text + ")";
}

void FunctionTable::global(std::string_view signature, Implementation implementation) {
  Overload overload = read_signature(signature, false);
  overload.implementation = implementation;
  add(std::move(overload));
}

void FunctionTable::member(std::string_view signature, Implementation implementation,
                           TextTest test) {
  Overload overload = read_signature(signature, true);
  overload.implementation = implementation;
  overload.text_test = test;
  add(std::move(overload));
}

void FunctionTable::add(Overload overload) {
  auto stored = std::make_unique<Overload>(std::move(overload));
  stored->finish();
  functions_[stored->function].push_back(std::move(stored));
}

std::span<const std::unique_ptr<Overload>> FunctionTable::find(std::string_view name) const {
  const auto found = functions_.find(name);
  if (found == functions_.end()) return {};
  return found->second;
}

std::vector<std::string_view> FunctionTable::names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, overloads] : functions_) names.push_back(name);
  return names;
}

Value no_such_overload(std::string_view function, std::span<const Value> args) {
  std::string message = "no such overload: " + std::string(function) + "(";
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (i > 0) message += ", ";
    message += type_name(args[i]);
  }
  return Value::error(message + ")");
}

}  // namespace cel
