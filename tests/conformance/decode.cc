#include "conformance/decode.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include "cel/well_known.h"

namespace conformance {
namespace {

template <typename Integer>
Integer decode_integer(const doc::Value& json) {
  if (json.is_int()) return static_cast<Integer>(json.as_int());
  Integer value = 0;
  const std::string_view text = json.as_string();
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

doc::Value decode_double(const doc::Value& json) {
  if (json.is_int()) return static_cast<double>(json.as_int());
  if (json.is_double()) return json;
  if (json.as_string() == "NaN") return std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  return json.as_string() == "-Infinity" ? -infinity : infinity;
}

std::string map_key(const doc::Value& key) {
  const doc::Value decoded = decode_value(key);
  if (decoded.is_string()) return std::string(decoded.as_string());
  if (decoded.is_bool()) return decoded.as_bool() ? "true" : "false";
  return std::to_string(decoded.as_int());
}

cel::Type decode_primitive(std::string_view name) {
  if (name == "BOOL") return cel::Type::boolean();
  if (name == "INT64") return cel::Type::integer();
  if (name == "UINT64") return cel::Type::uinteger();
  if (name == "DOUBLE") return cel::Type::floating();
  if (name == "STRING") return cel::Type::string();
  return cel::Type::bytes();
}

cel::Type decode_message(std::string_view name) {
  if (name == "google.protobuf.Timestamp") return cel::Type::timestamp();
  if (name == "google.protobuf.Duration") return cel::Type::duration();
  if (const cel::WellKnown* message = cel::well_known(name)) return message->type;
  return cel::Type::opaque(std::string(name));
}

}  // namespace

doc::Value decode_value(const doc::Value& json) {
  if (!json.is_map() || json.entries().empty()) return {};
  const std::string_view kind = json.entries()[0].name();
  const doc::Value& value = json.entries()[0].value;
  if (kind == "int64_value") return decode_integer<std::int64_t>(value);
  if (kind == "uint64_value") return decode_integer<std::uint64_t>(value);
  if (kind == "double_value") return decode_double(value);
  if (kind == "list_value") {
    std::vector<doc::Value> items;
    if (const doc::Value* values = value.find("values")) {
      for (const doc::Value& item : values->items()) items.push_back(decode_value(item));
    }
    return doc::Value::list(std::move(items));
  }
  if (kind == "map_value") {
    std::vector<doc::Entry> entries;
    if (const doc::Value* list = value.find("entries")) {
      for (const doc::Value& entry : list->items()) {
        entries.push_back({map_key(*entry.find("key")), decode_value(*entry.find("value"))});
      }
    }
    return doc::Value::map(std::move(entries));
  }
  if (kind == "object_value") {
    const doc::Value* inner = value.find("value");
    if (inner == nullptr) return {};
    // Proto3 JSON writes 64-bit integers as strings.
    const bool integer = value.string_at("@type").ends_with("Int64Value");
    return integer && inner->is_string() ? doc::Value(decode_integer<std::int64_t>(*inner))
                                         : *inner;
  }
  if (kind == "null_value") return {};
  return value;
}

cel::Type decode_type(const doc::Value& json) {
  if (!json.is_map() || json.entries().empty()) return cel::Type::dyn();
  const std::string_view kind = json.entries()[0].name();
  const doc::Value& value = json.entries()[0].value;
  if (kind == "primitive") return decode_primitive(value.as_string());
  if (kind == "wrapper") return cel::Type::wrapper(decode_primitive(value.as_string()));
  if (kind == "null") return cel::Type::null();
  if (kind == "message_type") return decode_message(value.as_string());
  if (kind == "type_param") return cel::Type::parameter(std::string(value.as_string()));
  if (kind == "type") return cel::Type::type(decode_type(value));
  if (kind == "well_known") {
    if (value.as_string() == "TIMESTAMP") return cel::Type::timestamp();
    if (value.as_string() == "DURATION") return cel::Type::duration();
    return cel::Type::dyn();
  }
  if (kind == "list_type") {
    const doc::Value* element = value.find("elem_type");
    return cel::Type::list(element ? decode_type(*element) : cel::Type::dyn());
  }
  if (kind == "map_type") {
    const doc::Value* key = value.find("key_type");
    const doc::Value* element = value.find("value_type");
    return cel::Type::map(key ? decode_type(*key) : cel::Type::dyn(),
                          element ? decode_type(*element) : cel::Type::dyn());
  }
  if (kind == "abstract_type") {
    std::vector<cel::Type> parameters;
    if (const doc::Value* types = value.find("parameter_types")) {
      for (const doc::Value& type : types->items()) parameters.push_back(decode_type(type));
    }
    return cel::Type::opaque(std::string(value.string_at("name")), std::move(parameters));
  }
  return cel::Type::dyn();
}

}  // namespace conformance
