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
inline void add_extension_libraries(FunctionTable&) {}

/// ip() and cidr(): the same in cel-go and Kubernetes.
inline void add_network_library(FunctionTable&) {}

// k8s.io/apiserver pkg/cel/library.
inline void add_kubernetes_libraries(FunctionTable&) {}

}  // namespace cel
