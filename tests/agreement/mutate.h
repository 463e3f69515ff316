#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "doc/value.h"
#include "place.h"

namespace agreement {

/// An object with one thing changed.
struct Mutation {
  std::string kind;   ///< "missing required", "bad enum", ...: what it is counted as.
  std::string place;  ///< "spec.replicas"
  doc::Value object;
};

/// Of every constraint that the schema states about something that is in the object, the mutation
/// that breaks it: wrong type, missing required, unknown field, bad enum, pattern, format, bounds,
/// repeated item. apiVersion, kind and metadata stay as they are. A mutation may yet be accepted:
/// what is missing may have a default.
std::vector<Mutation> breaking_mutations(const doc::Value& schema, const doc::Value& object);

/// Of breaking_mutations `count` at most, as many kinds as there are, then by chance.
std::vector<Mutation> some_breaking(const doc::Value& schema, const doc::Value& object, int count,
                                    base::Random& random);

/// One thing changed anywhere without a look at the schema.
Mutation blind_mutation(const doc::Value& object, base::Random& random);

/// One place at or below `under` made anew by its schema: within its types and bounds more often
/// than not, but perhaps against a rule.
Mutation regenerated(const doc::Value& schema, const doc::Value& object, const Place& under,
                     base::Random& random);

}  // namespace agreement
