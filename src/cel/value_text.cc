#include <charconv>
#include <cmath>

#include "base/encoding.h"
#include "cel/number_text.h"
#include "cel/time.h"
#include "cel/value.h"

namespace cel {
namespace {

base::Result<doc::Value> list_to_document(const Value& list) {
  std::vector<doc::Value> items;
  items.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    items.push_back(TRY(to_document(list.item(i))));
  }
  return doc::Value::list(std::move(items));
}

base::Result<doc::Value> map_to_document(const Value& map) {
  std::vector<doc::Entry> entries;
  entries.reserve(map.size());
  for (std::size_t i = 0; i < map.size(); ++i) {
    entries.push_back({doc::Value(text_of(map.key(i))), TRY(to_document(map.entry_value(i)))});
  }
  return doc::Value::map(std::move(entries));
}

}  // namespace

std::string_view type_name(const Value& value) {
  switch (value.kind()) {
    case ValueKind::null:
      return "null_type";
    case ValueKind::boolean:
      return "bool";
    case ValueKind::integer:
      return "int";
    case ValueKind::uinteger:
      return "uint";
    case ValueKind::floating:
      return "double";
    case ValueKind::string:
      return "string";
    case ValueKind::bytes:
      return "bytes";
    case ValueKind::timestamp:
      return "google.protobuf.Timestamp";
    case ValueKind::duration:
      return "google.protobuf.Duration";
    case ValueKind::list:
      return "list";
    case ValueKind::map:
      return "map";
    case ValueKind::type:
      return "type";
    case ValueKind::opaque:
      return value.object().type_name();
    case ValueKind::error:
      return "error";
  }
  return "";
}

std::string text_of(const Value& value) {
  switch (value.kind()) {
    case ValueKind::null:
      return "null";
    case ValueKind::boolean:
      return value.as_bool() ? "true" : "false";
    case ValueKind::integer:
      return std::to_string(value.as_int());
    case ValueKind::uinteger:
      return std::to_string(value.as_uint());
    case ValueKind::floating:
      return double_text(value.as_double());
    case ValueKind::string:
    case ValueKind::bytes:
    case ValueKind::type:
      return std::string(value.text());
    case ValueKind::timestamp:
      return format_timestamp(value.seconds(), value.nanos());
    case ValueKind::duration:
      return format_duration(value.duration_nanos());
    case ValueKind::list:
    case ValueKind::map:
      return std::string(type_name(value));
    case ValueKind::opaque:
      return value.object().to_string();
    case ValueKind::error:
      return value.error_rep().message;
  }
  return "";
}

base::Result<doc::Value> to_document(const Value& value) {
  switch (value.kind()) {
    case ValueKind::null:
      return doc::Value();
    case ValueKind::boolean:
      return doc::Value(value.as_bool());
    case ValueKind::integer:
      return doc::Value(value.as_int());
    case ValueKind::uinteger:
      return doc::Value(value.as_uint());
    case ValueKind::floating:
      return doc::Value(value.as_double());
    case ValueKind::string:
    case ValueKind::type:
      return doc::Value(value.text());
    case ValueKind::bytes:
      return doc::Value(base::to_base64(value.text()));
    case ValueKind::timestamp:
    case ValueKind::duration:
      return doc::Value(text_of(value));
    case ValueKind::list:
      if (value.document() != nullptr) return *value.document();
      return list_to_document(value);
    case ValueKind::map:
      if (value.document() != nullptr) return *value.document();
      return map_to_document(value);
    case ValueKind::opaque:
      if (const Optional* optional = as_optional(value)) {
        if (optional->present()) return to_document(optional->value());
        return base::Error{base::ErrorCode::failed_precondition, "optional.none() dereference"};
      }
      return doc::Value(value.object().to_string());
    case ValueKind::error:
      break;
  }
  return base::Error{value.error_rep().code == base::ErrorCode::resource_exhausted
                         ? base::ErrorCode::resource_exhausted
                         : base::ErrorCode::failed_precondition,
                     value.error_rep().message};
}

}  // namespace cel
