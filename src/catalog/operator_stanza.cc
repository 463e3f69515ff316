#include "catalog/operator_stanza.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "catalog/section.h"
#include "catalog/task_reader.h"
#include "catalog/template_parse.h"
#include "cel/cel.h"
#include "doc/yaml.h"
#include "kube/names.h"

namespace catalog {
namespace {

constexpr std::string_view kCatalogNamespace = "openshift-marketplace";

std::string dns_name(Section& section, std::string_view key) {
  std::string name = section.text(key);
  if (name.empty()) return name;
  const base::Result<void> valid = kube::validate_dns_subdomain(name);
  if (!valid) section.problem(section.mark_of(key), valid.error().message, valid.error().hint);
  return name;
}

Template optional_template(Section& section, std::string_view key, const Environments& environments,
                           const doc::Source& source, Problems& problems) {
  const doc::Value* value = section.find(key);
  if (value == nullptr) return {};
  if (!value->is_string()) {
    section.problem(value->mark(), "'" + std::string(key) + "' must be a string");
    return {};
  }
  return parse_text_template(*value, environments.object(), source, problems);
}

std::string namespace_yaml(const Operator& op) {
  std::string text =
      "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: " + op.namespace_name + "\n";
  if (op.monitoring) text += "  labels: {openshift.io/cluster-monitoring: \"true\"}\n";
  return text;
}

std::string group_yaml(const Operator& op) {
  std::string text =
      "apiVersion: operators.coreos.com/v1\nkind: OperatorGroup\nmetadata:\n  name: " + op.package +
      "\n  namespace: " + op.namespace_name + "\n";
  // All namespaces is an OperatorGroup that names none.
  text += op.mode == InstallMode::own_namespace
              ? "spec:\n  targetNamespaces: [" + op.namespace_name + "]\n"
              : "spec: {}\n";
  return text;
}

std::string subscription_yaml(const Operator& op) {
  return "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata:\n  name: " +
         op.package + "\n  namespace: " + op.namespace_name +
         "\nspec:\n"
         "  name: " +
         op.package + "\n  source: " + op.source +
         "\n  sourceNamespace: " + std::string(kCatalogNamespace) +
         "\n  channel: ${install.channel}\n"
         "  startingCSV: ${install.startingCSV}\n"
         "  installPlanApproval: Manual\n";
}

Template built_in_template(const std::string& yaml, const std::string& file) {
  const doc::Source source{file, yaml};
  const base::Result<doc::Value> value = doc::parse_yaml(yaml, file);
  CHECK(value.has_value());
  Problems problems;
  Template result = parse_template(*value, untyped_environments().object(), source, problems);
  CHECK(problems.empty());
  return result;
}

Template built_in_text(const std::string& text) {
  return built_in_template("'" + text + "'\n", "<operator>");
}

}  // namespace

Operator read_operator(const doc::Value& value, const Environments& environments,
                       const doc::Source& source, Problems& problems) {
  Section section(
      value, "an operator",
      {"package", "source", "namespace", "mode", "channel", "startingCSV", "monitoring", "makes"},
      source, problems);
  Operator op;
  if (!section.usable()) return op;
  op.package = dns_name(section, "package");
  op.source = dns_name(section, "source");
  op.namespace_name = dns_name(section, "namespace");
  const std::string mode = section.text("mode");
  if (mode == "AllNamespaces") {
    op.mode = InstallMode::all_namespaces;
  } else if (mode != "OwnNamespace" && !mode.empty()) {
    constexpr std::array<std::string_view, 2> kModes = {"OwnNamespace", "AllNamespaces"};
    section.problem(section.mark_of("mode"), "no such install mode: '" + mode + "'",
                    doc::hint_for_unknown(mode, kModes));
  }
  op.channel = optional_template(section, "channel", environments, source, problems);
  op.starting_csv = optional_template(section, "startingCSV", environments, source, problems);
  op.makes = section.texts("makes");
  const doc::Value* monitoring = section.find("monitoring");
  if (monitoring != nullptr && !monitoring->is_bool()) {
    section.problem(monitoring->mark(), "'monitoring' must be a boolean");
  } else if (monitoring != nullptr) {
    op.monitoring = monitoring->as_bool();
  }
  return op;
}

void expand_operator(const Operator& op, const std::string& file, Task& task) {
  const kube::GroupVersionKind subscription{"operators.coreos.com", "v1alpha1", "Subscription"};
  const kube::GroupVersionKind csv{"operators.coreos.com", "v1alpha1", "ClusterServiceVersion"};
  std::vector<ObjectTemplate> objects;
  objects.push_back({"namespace",
                     file,
                     {"", "v1", "Namespace"},
                     built_in_template(namespace_yaml(op), file),
                     std::nullopt});
  objects.push_back({"operatorgroup",
                     file,
                     {"operators.coreos.com", "v1", "OperatorGroup"},
                     built_in_template(group_yaml(op), file),
                     std::nullopt});
  objects.push_back(
      {"subscription", file, subscription, built_in_template(subscription_yaml(op), file), {}});
  task.objects.insert(task.objects.begin(), std::make_move_iterator(objects.begin()),
                      std::make_move_iterator(objects.end()));

  task.reads.push_back(
      {"csv", csv, built_in_text(op.namespace_name), built_in_text("${install.csv}"), {}});

  const cel::Environment environment = untyped_environments().check(
      {{"subscription", subscription, {}, built_in_text(op.package), {}},
       {"csv", csv, {}, built_in_text("${install.csv}"), {}}});
  const auto check = [&](std::string says, std::string_view that, std::string_view shows) {
    const Expression expression = built_in_expression(that, environment);
    return Check{
        std::move(says), expression, {expression}, built_in_expression(shows, environment)};
  };
  std::vector<Check> checks;
  checks.push_back(check("OLM has installed the planned version of " + op.package,
                         "objects.subscription.status.installedCSV == install.csv",
                         "objects.subscription.status.installedCSV"));
  checks.push_back(check("the installation of " + op.package + " has succeeded",
                         "objects.csv.status.phase == \"Succeeded\"", "objects.csv.status.phase"));
  task.ready.insert(task.ready.begin(), std::make_move_iterator(checks.begin()),
                    std::make_move_iterator(checks.end()));
}

}  // namespace catalog
