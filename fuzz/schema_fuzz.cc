// Schemas and objects: a YAML stream of a CRD and objects. Nothing may crash; filling in defaults
// and pruning, done twice, change nothing the second time; what is pruned has no unknown field.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "doc/yaml.h"
#include "schema/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto documents =
      doc::parse_yaml_stream({reinterpret_cast<const char*>(data), size}, "fuzz.yaml");
  if (!documents || documents->empty()) return 0;
  schema::Registry registry;
  const auto added = registry.add_crd(documents->front(), "fuzz.yaml");
  registry.add_openapi(documents->front(), "fuzz.yaml");
  for (const schema::Kind& kind : registry.kinds()) {
    const schema::Schema& schema = registry.find(kind)->schema;
    for (const doc::Value& object : *documents) {
      schema.validate(object, {.old = &documents->front()});
      if (!added.problems.empty()) continue;
      const doc::Value filled = schema.with_defaults(object);
      CHECK(schema.with_defaults(filled).mark() == filled.mark());
      schema::Violations dropped;
      const doc::Value pruned = schema.pruned(object);
      schema.pruned(pruned, &dropped);
      CHECK(dropped.empty());
    }
  }
  return 0;
}
