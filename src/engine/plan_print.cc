#include <string>
#include <utility>

#include "engine/inventory.h"
#include "engine/plan.h"

namespace engine {
namespace {

std::string_view name_of(Change change) {
  switch (change) {
    case Change::none:
      return "unchanged";
    case Change::create:
      return "create";
    case Change::update:
      return "update";
    case Change::unknown:
      return "unknown";
    case Change::refused:
      return "refused";
  }
  return "unknown";
}

std::string_view sign_of(Change change) {
  switch (change) {
    case Change::none:
      return " ";
    case Change::create:
      return "+";
    case Change::update:
      return "~";
    case Change::unknown:
      return "?";
    case Change::refused:
      return "!";
  }
  return "?";
}

std::string object_name(const PlannedObject& object) {
  // What is not known yet has perhaps no name either.
  return object.ref.name.empty() ? object.ref.gvk.kind + " " + object.id
                                 : kube::to_string(object.ref);
}

void print_task(const PlannedTask& task, std::size_t number, std::string& out) {
  out += std::to_string(number) + ". " + task.task->id + ": " + task.task->title + "\n";
  if (!task.included) {
    out += "     skipped: " + task.skipped + "\n";
    return;
  }
  if (!task.task->needs.empty()) {
    out += "     after";
    for (std::size_t i = 0; i < task.task->needs.size(); ++i) {
      out += (i == 0 ? " " : ", ") + task.task->needs[i];
    }
    out += "\n";
  }
  if (task.operator_) {
    out += std::string("   ") + (task.operator_->installed ? "  " : "+ ") + "operator " +
           task.operator_->csv + " from channel " + task.operator_->channel +
           (task.operator_->installed ? " (installed)" : "") + "\n";
  }
  for (const PlannedObject& object : task.objects) {
    out += "   " + std::string(sign_of(object.change)) + " " + object_name(object);
    if (!object.pending.empty()) {
      out += object.change == Change::refused ? " (the API server would refuse it: "
                                              : " (known later: ";
      out += object.pending + ")";
    }
    out += "\n";
    for (const FieldChange& field : object.fields) out += "       " + print(field) + "\n";
  }
  if (task.objects.empty()) out += "     looked at only\n";
}

struct Counts {
  std::size_t create = 0;
  std::size_t update = 0;
  std::size_t unknown = 0;
  std::size_t refused = 0;
  std::size_t none = 0;
};

Counts count(const Plan& plan) {
  Counts counts;
  for (const PlannedTask& task : plan.tasks) {
    for (const PlannedObject& object : task.objects) {
      switch (object.change) {
        case Change::none:
          ++counts.none;
          break;
        case Change::create:
          ++counts.create;
          break;
        case Change::update:
          ++counts.update;
          break;
        case Change::unknown:
          ++counts.unknown;
          break;
        case Change::refused:
          ++counts.refused;
          break;
      }
    }
  }
  return counts;
}

doc::Value to_value(const FieldChange& field) {
  doc::Value value = doc::Value::map({{"path", field.path}});
  if (field.from) value = value.with("from", *field.from);
  if (field.to) value = value.with("to", *field.to);
  std::vector<doc::Value> owners(field.owners.begin(), field.owners.end());
  if (!owners.empty()) value = value.with("owners", doc::Value::list(std::move(owners)));
  return value;
}

doc::Value to_value(const PlannedObject& object) {
  doc::Value value =
      doc::Value::map({{"object", object_name(object)}, {"change", name_of(object.change)}});
  if (!object.pending.empty()) value = value.with("pending", object.pending);
  if (!object.fields.empty()) {
    std::vector<doc::Value> fields;
    for (const FieldChange& field : object.fields) fields.push_back(to_value(field));
    value = value.with("fields", doc::Value::list(std::move(fields)));
  }
  if (object.body) value = value.with("body", *object.body);
  return value;
}

doc::Value to_value(const PlannedTask& task) {
  std::vector<doc::Value> needs(task.task->needs.begin(), task.task->needs.end());
  doc::Value value = doc::Value::map({{"task", task.task->id},
                                      {"title", task.task->title},
                                      {"needs", doc::Value::list(std::move(needs))},
                                      {"included", task.included}});
  if (!task.included) return value.with("skipped", task.skipped);
  if (task.operator_) {
    value = value.with("operator", doc::Value::map({{"package", task.operator_->package},
                                                    {"channel", task.operator_->channel},
                                                    {"csv", task.operator_->csv},
                                                    {"installed", task.operator_->installed}}));
  }
  std::vector<doc::Value> objects;
  for (const PlannedObject& object : task.objects) objects.push_back(to_value(object));
  return value.with("objects", doc::Value::list(std::move(objects)));
}

}  // namespace

std::string print(const Plan& plan) {
  std::string out;
  std::size_t number = 0;
  for (const PlannedTask& task : plan.tasks) print_task(task, ++number, out);
  for (const Pruned& pruned : plan.prune) {
    out += "   - " + kube::to_string(pruned.ref) + " (" + pruned.why + ")\n";
  }
  const Counts counts = count(plan);
  out += "\n" + std::to_string(counts.create) + " to create, " + std::to_string(counts.update) +
         " to update, " + std::to_string(plan.prune.size()) + " to remove, " +
         std::to_string(counts.unknown) + " known later, " + std::to_string(counts.none) +
         " as planned";
  if (counts.refused > 0) out += ", " + std::to_string(counts.refused) + " refused";
  out += "\n";
  return out;
}

doc::Value to_value(const Plan& plan) {
  std::vector<doc::Value> tasks;
  for (const PlannedTask& task : plan.tasks) tasks.push_back(to_value(task));
  std::vector<doc::Value> prune;
  for (const Pruned& pruned : plan.prune) {
    prune.push_back(
        doc::Value::map({{"object", kube::to_string(pruned.ref)}, {"why", pruned.why}}));
  }
  return doc::Value::map({{"site", plan.site.name()},
                          {"inventory", applyset_id(inventory_ref(plan.site))},
                          {"changes", plan.changes()},
                          {"tasks", doc::Value::list(std::move(tasks))},
                          {"prune", doc::Value::list(std::move(prune))}});
}

}  // namespace engine
