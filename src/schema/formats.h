#pragma once

#include <string_view>

namespace schema {

/// The string formats that a CRD's schema can ask for and the API server checks
/// (apiextensions v0.33 validation/formats.go, kube-openapi strfmt). Every other name, "int32" and
/// "double" among them, says nothing there.
enum class Format {
  none,
  bson_object_id,
  uri,
  email,
  hostname,
  ipv4,
  ipv6,
  cidr,
  mac,
  uuid,
  uuid3,
  uuid4,
  uuid5,
  isbn,
  isbn10,
  isbn13,
  credit_card,
  ssn,
  hex_color,
  rgb_color,
  byte,
  password,
  date,
  duration,
  date_time,
};

/// The format of a schema's `format`, dashes left out ("date-time" is "datetime"); none if unknown.
Format format_named(std::string_view name);

/// Whether `text` is of `format`, as the server sees it.
bool matches(Format format, std::string_view text);

}  // namespace schema
