#pragma once

#include "cel/overload.h"

/// Internal to src/cel: who adds which functions. One file each, named functions_*.cc.
namespace cel {

// cel-spec's standard definitions.
void add_operators(FunctionTable& table);
void add_conversions(FunctionTable& table);
void add_standard_strings(FunctionTable& table);
void add_time(FunctionTable& table);
void add_optionals(FunctionTable& table);
inline void add_standard_library(FunctionTable& table) {
  add_operators(table);
  add_conversions(table);
  add_standard_strings(table);
  add_time(table);
  add_optionals(table);
}

// cel-go's ext folder.
void add_strings(FunctionTable& table);
void add_string_format(FunctionTable& table);
void add_math(FunctionTable& table);
void add_lists(FunctionTable& table);
void add_sets(FunctionTable& table);
void add_encoders(FunctionTable& table);
void add_regex(FunctionTable& table);
inline void add_extension_libraries(FunctionTable& table) {
  add_strings(table);
  add_string_format(table);
  add_math(table);
  add_lists(table);
  add_sets(table);
  add_encoders(table);
  add_regex(table);
}

/// ip() and cidr(): the same in cel-go and Kubernetes.
void add_network_library(FunctionTable& table);

// k8s.io/apiserver pkg/cel/library.
void add_kubernetes_lists(FunctionTable& table);
void add_kubernetes_regex(FunctionTable& table);
void add_quantity(FunctionTable& table);
void add_semver(FunctionTable& table);
void add_url(FunctionTable& table);
void add_named_formats(FunctionTable& table);
inline void add_kubernetes_libraries(FunctionTable& table) {
  add_kubernetes_lists(table);
  add_kubernetes_regex(table);
  add_quantity(table);
  add_semver(table);
  add_url(table);
  add_named_formats(table);
}

}  // namespace cel
