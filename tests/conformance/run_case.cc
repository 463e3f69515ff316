#include "conformance/run_case.h"

#include <utility>

#include "cel/cel.h"
#include "cel/program.h"
#include "conformance/compare.h"
#include "conformance/decode.h"

namespace conformance {
namespace {

bool flag(const doc::Value& test, std::string_view name) {
  const doc::Value* value = test.find(name);
  return value != nullptr && value->is_bool() && value->as_bool();
}

cel::Environment with_functions(cel::Environment environment, std::string_view name,
                                const doc::Value& function) {
  for (const doc::Value& overload : function.find("overloads")->items()) {
    cel::FunctionDeclaration declaration;
    declaration.name = name;
    declaration.receiver = flag(overload, "is_instance_function");
    if (const doc::Value* params = overload.find("params")) {
      for (const doc::Value& type : params->items()) {
        declaration.parameters.push_back(decode_type(type));
      }
    }
    if (const doc::Value* result = overload.find("result_type")) {
      declaration.result = decode_type(*result);
    }
    environment = environment.with_function(std::move(declaration));
  }
  return environment;
}

cel::Environment environment_of(const doc::Value& test) {
  cel::Environment environment = cel::Environment::standard();
  // What a case binds without declaring it is only used where types are not checked.
  if (const doc::Value* bindings = test.find("bindings")) {
    for (const doc::Entry& entry : bindings->entries()) {
      environment = environment.with_variable(std::string(entry.name()));
    }
  }
  if (const doc::Value* declarations = test.find("type_env")) {
    for (const doc::Value& declaration : declarations->items()) {
      const std::string name(declaration.string_at("name"));
      if (const doc::Value* function = declaration.find("function")) {
        environment = with_functions(std::move(environment), name, *function);
      } else if (const doc::Value* type = declaration.find_path("ident.type")) {
        environment = environment.with_variable(name, decode_type(*type));
      }
    }
  }
  if (flag(test, "disable_check")) environment = environment.without_check();
  if (flag(test, "disable_macros")) environment = environment.without_macros();
  return environment.in_container(std::string(test.string_at("container")));
}

cel::Bindings bindings_of(const doc::Value& test) {
  cel::Bindings bindings;
  if (const doc::Value* given = test.find("bindings")) {
    for (const doc::Entry& entry : given->entries()) {
      if (const doc::Value* value = entry.value.find("value")) {
        bindings.set(entry.name(), decode_value(*value));
      }
    }
  }
  return bindings;
}

std::string check_type(const doc::Value& test, const cel::Program& program) {
  const doc::Value* expected = test.find_path("typed_result.deduced_type");
  if (expected == nullptr) return "";
  const cel::Type type = decode_type(*expected);
  if (type == program.result_type()) return "";
  return "type is " + program.result_type().to_string() + ", expected " + type.to_string();
}

std::string check_value(const doc::Value& test, const cel::Value& value) {
  const doc::Value* expected = test.find("value");
  if (expected == nullptr) expected = test.find_path("typed_result.result");
  if (expected == nullptr) return value.is_true() ? "" : "got " + conformance::describe(value);
  return matches(*expected, value) ? "" : "got " + conformance::describe(value);
}

}  // namespace

std::string run_case(const doc::Value& test) {
  const bool fails = test.find("eval_error") != nullptr;
  const cel::Compiled compiled = cel::compile(test.string_at("expr"), environment_of(test));
  if (!compiled.program) {
    return fails ? "" : "does not compile: " + compiled.issues[0].message;
  }
  if (std::string problem = check_type(test, *compiled.program); !problem.empty()) return problem;
  if (flag(test, "check_only")) return "";
  const cel::Bindings bindings = bindings_of(test);
  const cel::Value value = evaluate_value(compiled.program->rep(), bindings, {}, nullptr);
  if (fails) return value.is_error() ? "" : "expected an error, got " + describe(value);
  return check_value(test, value);
}

}  // namespace conformance
