#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "doc/value.h"

namespace agreement {

/// An object that the schema text should accept: every required field, optional ones by chance,
/// values within bounds. A best effort: patterns are met by trying well-known texts, and rules
/// (x-kubernetes-validations) are not looked at.
doc::Value generate(const doc::Value& schema, base::Random& random);

/// A custom resource of the CRD's version `index`, with apiVersion, kind and metadata.
doc::Value generate_resource(const doc::Value& crd, std::size_t index, base::Random& random);

/// `object` with one thing changed somewhere, and what was changed ("spec.replicas: wrong type").
struct Mutation {
  std::string what;
  doc::Value object;
};
Mutation mutate(const doc::Value& object, base::Random& random);

}  // namespace agreement
