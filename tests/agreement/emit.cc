// emit DIR [OBJECTS] [MUTATIONS] [SEED]: for each CRD below DIR one JSON line for peer/main.go: the
// CRD, generated objects and mutations of them, and what src/schema says about each.
#include <cstdlib>
#include <iostream>

#include "cases.h"
#include "complaint.h"
#include "doc/json.h"

namespace {

using agreement::Amount;
using agreement::Case;
using doc::Value;

Value lines(const schema::Violations& violations) {
  std::vector<Value> list;
  for (const auto& complaint : agreement::complaints_of(violations)) {
    list.emplace_back(to_string(complaint));
  }
  return Value::list(std::move(list));
}

void emit(const std::string& name, const Value& crd, const Amount& amount) {
  const agreement::CrdCases made = agreement::cases_of(crd, amount);
  std::vector<Value> objects;
  for (const Case& one : made.cases) {
    objects.push_back(
        Value::map({{"version", Value(one.version)},
                    {"what", Value((one.old ? "update: " : "") + one.kind + ": " + one.place)},
                    {"object", one.object},
                    {"old", one.old ? made.cases[*one.old].object : Value()},
                    {"ours", lines(made.judge(one))}}));
  }
  std::cout << doc::to_json(Value::map({{"name", Value(name)},
                                        {"crd", crd},
                                        {"ours", lines(made.problems)},
                                        {"objects", Value::list(std::move(objects))}}))
            << "\n";
}

}  // namespace

int main(int count, char** arguments) {
  const auto number = [&](int index, int otherwise) {
    return count > index ? std::atoi(arguments[index]) : otherwise;
  };
  if (count < 2) {
    std::cerr << "usage: schema_agreement_emit DIR [OBJECTS] [MUTATIONS] [SEED]\n";
    return 2;
  }
  const Amount amount{number(2, 3), number(3, 8), std::uint64_t(number(4, 1))};
  for (const auto& path : agreement::files_below(arguments[1])) {
    for (const Value& crd : agreement::read_documents(path)) {
      emit(path.filename().string(), crd, amount);
    }
  }
}
