#include "cel/type.h"

#include <utility>

namespace cel {

struct Type::Rep {
  Kind kind = Kind::dyn;
  std::string name;
  std::vector<Type> parameters;
  std::vector<Field> fields;
  bool open = false;
  std::uint64_t max_size = kUnknownSize;
};

namespace {

std::string_view primitive_name(Type::Kind kind) {
  switch (kind) {
    case Type::Kind::dyn:
      return "dyn";
    case Type::Kind::error:
      return "!error!";
    case Type::Kind::null:
      return "null";
    case Type::Kind::boolean:
      return "bool";
    case Type::Kind::integer:
      return "int";
    case Type::Kind::uinteger:
      return "uint";
    case Type::Kind::floating:
      return "double";
    case Type::Kind::string:
      return "string";
    case Type::Kind::bytes:
      return "bytes";
    case Type::Kind::timestamp:
      return "timestamp";
    case Type::Kind::duration:
      return "duration";
    case Type::Kind::list:
      return "list";
    case Type::Kind::map:
      return "map";
    case Type::Kind::wrapper:
      return "wrapper";
    case Type::Kind::type:
      return "type";
    case Type::Kind::record:
    case Type::Kind::opaque:
    case Type::Kind::parameter:
      break;
  }
  return "";
}

}  // namespace

Type Type::of(Kind kind) {
  auto rep = std::make_shared<Rep>();
  rep->kind = kind;
  return Type(std::move(rep));
}

#define CEL_PRIMITIVE(function, kind)   \
  Type Type::function() {               \
    static const Type kType = of(kind); \
    return kType;                       \
  }
CEL_PRIMITIVE(dyn, Kind::dyn)
CEL_PRIMITIVE(error, Kind::error)
CEL_PRIMITIVE(null, Kind::null)
CEL_PRIMITIVE(boolean, Kind::boolean)
CEL_PRIMITIVE(integer, Kind::integer)
CEL_PRIMITIVE(uinteger, Kind::uinteger)
CEL_PRIMITIVE(floating, Kind::floating)
CEL_PRIMITIVE(string, Kind::string)
CEL_PRIMITIVE(bytes, Kind::bytes)
CEL_PRIMITIVE(timestamp, Kind::timestamp)
CEL_PRIMITIVE(duration, Kind::duration)
#undef CEL_PRIMITIVE

Type Type::list(Type element) {
  auto rep = std::make_shared<Rep>();
  rep->kind = Kind::list;
  rep->parameters = {std::move(element)};
  return Type(std::move(rep));
}

Type Type::map(Type key, Type value) {
  auto rep = std::make_shared<Rep>();
  rep->kind = Kind::map;
  rep->parameters = {std::move(key), std::move(value)};
  return Type(std::move(rep));
}

Type Type::record(std::string name, std::vector<Field> fields, bool open) {
  auto rep = std::make_shared<Rep>();
  rep->kind = Kind::record;
  rep->name = std::move(name);
  rep->fields = std::move(fields);
  rep->open = open;
  return Type(std::move(rep));
}

Type Type::object(std::vector<Field> fields, bool open) {
  auto rep = std::make_shared<Rep>();
  rep->kind = Kind::map;
  rep->parameters = {string(), dyn()};
  rep->fields = std::move(fields);
  rep->open = open;
  return Type(std::move(rep));
}

Type Type::wrapper(Type primitive) {
  auto rep = std::make_shared<Rep>();
  rep->kind = Kind::wrapper;
  rep->parameters = {std::move(primitive)};
  return Type(std::move(rep));
}

Type Type::type(Type denoted) {
  auto rep = std::make_shared<Rep>();
  rep->kind = Kind::type;
  rep->parameters = {std::move(denoted)};
  return Type(std::move(rep));
}

Type Type::opaque(std::string name, std::vector<Type> parameters) {
  auto rep = std::make_shared<Rep>();
  rep->kind = Kind::opaque;
  rep->name = std::move(name);
  rep->parameters = std::move(parameters);
  return Type(std::move(rep));
}

Type Type::optional(Type value) { return opaque("optional_type", {std::move(value)}); }

Type Type::parameter(std::string name) {
  auto rep = std::make_shared<Rep>();
  rep->kind = Kind::parameter;
  rep->name = std::move(name);
  return Type(std::move(rep));
}

Type::Kind Type::kind() const { return rep_->kind; }
bool Type::is_optional() const { return is(Kind::opaque) && rep_->name == "optional_type"; }
const std::string& Type::name() const { return rep_->name; }
const std::vector<Type>& Type::parameters() const { return rep_->parameters; }
const std::vector<Field>& Type::fields() const { return rep_->fields; }
bool Type::open() const { return rep_->open; }
std::uint64_t Type::max_size() const { return rep_->max_size; }

const Field* Type::find_field(std::string_view name) const {
  for (const Field& field : rep_->fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

Type Type::with_max_size(std::uint64_t size) const {
  auto rep = std::make_shared<Rep>(*rep_);
  rep->max_size = size;
  return Type(std::move(rep));
}

std::string Type::to_string() const {
  std::string text(primitive_name(kind()));
  if (text.empty()) text = name();
  if (parameters().empty()) return text;
  text += '(';
  for (const Type& parameter : parameters()) {
    if (&parameter != &parameters().front()) text += ", ";
    text += parameter.to_string();
  }
  return text + ')';
}

bool operator==(const Type& a, const Type& b) {
  if (a.rep_ == b.rep_) return true;
  if (a.kind() != b.kind() || a.name() != b.name()) return false;
  if (a.parameters() != b.parameters()) return false;
  if (a.fields().size() != b.fields().size()) return false;
  for (std::size_t i = 0; i < a.fields().size(); ++i) {
    if (a.fields()[i].name != b.fields()[i].name || !(a.fields()[i].type == b.fields()[i].type)) {
      return false;
    }
  }
  return true;
}

}  // namespace cel
