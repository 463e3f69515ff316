#include "cel/environment.h"

#include <utility>

#include "cel/libraries.h"
#include "cel/time_zone.h"

namespace cel {
namespace {

std::shared_ptr<const FunctionTable> standard_functions() {
  static const auto kTable = [] {
    auto table = std::make_shared<FunctionTable>();
    add_standard_library(*table);
    add_extension_libraries(*table);
    add_network_library(*table);
    return std::shared_ptr<const FunctionTable>(std::move(table));
  }();
  return kTable;
}

std::shared_ptr<const FunctionTable> kubernetes_functions() {
  static const auto kTable = [] {
    auto table = std::make_shared<FunctionTable>();
    add_standard_library(*table);
    add_extension_libraries(*table);
    add_network_library(*table);
    add_kubernetes_libraries(*table);
    return std::shared_ptr<const FunctionTable>(std::move(table));
  }();
  return kTable;
}

std::shared_ptr<detail::EnvironmentRep> copy_of(const detail::EnvironmentRep& rep) {
  return std::make_shared<detail::EnvironmentRep>(rep);
}

const std::map<std::string, Type, std::less<>>& denoted_types() {
  static const std::map<std::string, Type, std::less<>> kTypes = {
      {"bool", Type::boolean()},
      {"int", Type::integer()},
      {"uint", Type::uinteger()},
      {"double", Type::floating()},
      {"string", Type::string()},
      {"bytes", Type::bytes()},
      {"list", Type::list(Type::dyn())},
      {"map", Type::map(Type::dyn(), Type::dyn())},
      {"null_type", Type::null()},
      {"type", Type::type(Type::dyn())},
      {"google.protobuf.Timestamp", Type::timestamp()},
      {"google.protobuf.Duration", Type::duration()},
      {"optional_type", Type::optional(Type::dyn())},
      {"net.IP", Type::opaque("net.IP")},
      {"net.CIDR", Type::opaque("net.CIDR")},
      {"kubernetes.URL", Type::opaque("kubernetes.URL")},
      {"kubernetes.Quantity", Type::opaque("kubernetes.Quantity")},
      {"kubernetes.Semver", Type::opaque("kubernetes.Semver")},
      {"kubernetes.NamedFormat", Type::opaque("kubernetes.NamedFormat")},
  };
  return kTypes;
}

}  // namespace

Environment Environment::standard() {
  auto rep = std::make_shared<detail::EnvironmentRep>();
  rep->functions = standard_functions();
  rep->time_zones = system_time_zones();
  return Environment(std::move(rep));
}

Environment Environment::kubernetes() {
  auto rep = std::make_shared<detail::EnvironmentRep>();
  rep->functions = kubernetes_functions();
  rep->time_zones = system_time_zones();
  return Environment(std::move(rep));
}

Environment Environment::with_variable(std::string name, Type type) const {
  auto rep = copy_of(*rep_);
  rep->variables.insert_or_assign(std::move(name), std::move(type));
  return Environment(std::move(rep));
}

Environment Environment::with_function(FunctionDeclaration function) const {
  auto overload = std::make_shared<Overload>();
  overload->function = std::move(function.name);
  overload->receiver = function.receiver;
  overload->parameters = std::move(function.parameters);
  overload->result = std::move(function.result);
  overload->finish();
  auto rep = copy_of(*rep_);
  rep->declared.push_back(std::move(overload));
  return Environment(std::move(rep));
}

Environment Environment::in_container(std::string container) const {
  auto rep = copy_of(*rep_);
  rep->container = std::move(container);
  return Environment(std::move(rep));
}

Environment Environment::with_homogeneous_literals() const {
  auto rep = copy_of(*rep_);
  rep->homogeneous_literals = true;
  return Environment(std::move(rep));
}

Environment Environment::with_time_zones(ZoneLoader loader) const {
  auto rep = copy_of(*rep_);
  rep->time_zones = std::make_shared<TimeZones>(std::move(loader));
  return Environment(std::move(rep));
}

Environment Environment::without_macros() const {
  auto rep = copy_of(*rep_);
  rep->macros = false;
  return Environment(std::move(rep));
}

Environment Environment::without_check() const {
  auto rep = copy_of(*rep_);
  rep->check = false;
  return Environment(std::move(rep));
}

namespace detail {

std::vector<const Overload*> EnvironmentRep::overloads(std::string_view name) const {
  std::vector<const Overload*> list;
  for (const auto& overload : functions->find(name)) list.push_back(overload.get());
  for (const auto& overload : declared) {
    if (overload->function == name) list.push_back(overload.get());
  }
  return list;
}

std::vector<std::string> EnvironmentRep::candidates(std::string_view name) const {
  if (!name.empty() && name[0] == '.') return {std::string(name.substr(1))};
  std::vector<std::string> list;
  for (std::string_view prefix = container; !prefix.empty();) {
    list.push_back(std::string(prefix) + "." + std::string(name));
    const std::size_t dot = prefix.rfind('.');
    prefix = dot == std::string_view::npos ? std::string_view() : prefix.substr(0, dot);
  }
  list.emplace_back(name);
  return list;
}

const std::pair<const std::string, Type>* EnvironmentRep::denoted(std::string_view name) {
  const auto found = denoted_types().find(name);
  return found == denoted_types().end() ? nullptr : &*found;
}

}  // namespace detail
}  // namespace cel
