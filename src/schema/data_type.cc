#include "schema/data_type.h"

#include <map>
#include <utility>
#include <vector>

#include "schema/node.h"
#include "schema/value_checks.h"

namespace schema {
namespace {

using cel::Type;

class Reader {
 public:
  Type type_of(const Node& node) {
    const auto known = known_.find(&node);
    if (known != known_.end()) return known->second;
    // Until it is known: where the schema comes back to the node it is in.
    known_.emplace(&node, Type::dyn());
    Type type = read(node);
    known_.insert_or_assign(&node, type);
    return type;
  }

  /// The object as a whole: apiVersion, kind and metadata are there, said or not.
  Type resource(const Node& node) {
    std::vector<cel::Field> fields = {{"apiVersion", Type::string()}, {"kind", Type::string()}};
    const Node* metadata = node.find_property("metadata");
    const bool unsaid = metadata == nullptr || metadata->properties.empty();
    if (unsaid && (metadata == nullptr || metadata->all_of.empty())) {
      fields.push_back({"metadata", type_of(*object_meta_schema().find_property("metadata"))});
    }
    for (const Property& property : node.properties) {
      if (property.name == "apiVersion" || property.name == "kind") continue;
      if (property.name == "metadata" && fields.size() > 2) continue;
      add(fields, property);
    }
    return Type::object(std::move(fields), is_open(node));
  }

 private:
  static bool is_open(const Node& node) {
    return node.preserve_unknown || node.additional == Node::Additional::allowed ||
           !node.any_of.empty() || !node.one_of.empty();
  }

  void add(std::vector<cel::Field>& fields, const Property& property) {
    const std::string name(property.name);
    fields.push_back({name, type_of(*property.node), name});
  }

  Type read(const Node& node) {
    if (node.int_or_string) return Type::dyn();
    // A reference with a default or a description beside it (kube-openapi writes those so).
    if (node.types == 0 && node.properties.empty() && node.all_of.size() == 1) {
      return type_of(*node.all_of.front());
    }
    switch (node.types) {
      case kArray:
        return Type::list(node.items == nullptr ? Type::dyn() : type_of(*node.items));
      case kObject:
        return object(node);
      case kString:
        return Type::string();
      case kBoolean:
        return Type::boolean();
      case kInteger:
        return Type::integer();
      default:
        return Type::dyn();
    }
  }

  Type object(const Node& node) {
    if (node.embedded_resource) return resource(node);
    if (node.properties.empty()) {
      return Type::map(Type::string(), node.additional_schema == nullptr
                                           ? Type::dyn()
                                           : type_of(*node.additional_schema));
    }
    std::vector<cel::Field> fields;
    for (const Property& property : node.properties) add(fields, property);
    return Type::object(std::move(fields), is_open(node) || node.additional_schema != nullptr);
  }

  std::map<const Node*, Type> known_;
};

}  // namespace

Type data_type(const Schema& schema) { return Reader().resource(schema.root()); }

}  // namespace schema
