#pragma once

#include <span>
#include <string>

#include "base/random.h"
#include "doc/value.h"

namespace agreement {

/// One step down a schema's text.
struct SchemaStep {
  enum class Into { property, items, values };
  Into into;
  std::string name = {};  ///< Of the property.
};
/// What a generated value must hold, as the steps that lead there.
using Focus = std::span<const SchemaStep>;

/// An object that the schema text should accept: every required field, optional ones by chance,
/// values within bounds. A best effort: patterns are met by trying well-known texts, and rules
/// (x-kubernetes-validations) are not looked at.
doc::Value generate(const doc::Value& schema, base::Random& random, Focus focus = {});

/// A custom resource of the CRD's version `index`, with apiVersion, kind and metadata (the name
/// that its rules ask for, where they ask for one).
doc::Value generate_resource(const doc::Value& crd, std::size_t index, base::Random& random,
                             Focus focus = {});

}  // namespace agreement
