#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "schema/document.h"
#include "schema/path.h"
#include "schema/violation.h"

namespace schema {

/// Makes nodes of schema texts. Use: one compiler, compile() for each root, then finish().
///
/// Ownership: borrows `definitions` ("#/components/schemas/NAME") and `problems`.
class Compiler {
 public:
  Compiler(Dialect dialect, const doc::Value* definitions, Violations& problems);

  /// The node of a schema object, or of what it refers to. Never null: what cannot be understood is
  /// a problem and a node that allows anything.
  const Node* compile(const doc::Value& text, const Path& path);
  /// The node of the definition `name`.
  const Node* compile_definition(std::string_view name, const Path& path);
  /// Settles what depends on the whole (the has_... marks, the rules of a custom resource whose
  /// schema is `root`) and gives up the nodes. `root` may be null.
  std::shared_ptr<const Document> finish(const Node* root, const Path& path);

 private:
  const Node* compile_reference(std::string_view reference, const doc::Value& at, const Path& path);
  void fill(Node& node, const doc::Value& text, const Path& path);
  void read_types(Node& node, const doc::Value& text, const Path& path);
  void read_values(Node& node, const doc::Value& text, const Path& path);
  void read_extensions(Node& node, const doc::Value& text, const Path& path);
  void read_children(Node& node, const doc::Value& text, const Path& path);
  void read_list_of_schemas(std::vector<const Node*>& into, const doc::Value& text,
                            std::string_view keyword, const Path& path);
  void read_bounds(Node& node, const doc::Value& text, const Path& path);
  void settle();
  bool absorb(Node& node, const Node* child);
  void problem(const Path& path, const doc::Value& at, std::string message, std::string hint = {});

  const doc::Value* definitions_;
  Violations& problems_;
  std::shared_ptr<Document> document_;
  std::map<std::string, Node*, std::less<>> references_;
  int depth_ = 0;
};

}  // namespace schema
