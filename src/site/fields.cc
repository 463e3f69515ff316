#include "site/fields.h"

#include "site/site.h"

namespace site {
namespace {

using Type = Field::Type;

Field gpu_section() {
  return {.key = "gpu",
          .type = Type::section,
          .says = "The GPU workers that this cluster has",
          .fields = {
              {.key = "vendor",
               .type = Type::text,
               .says = "Who makes the GPUs",
               .fallback = "nvidia",
               .allowed = {"nvidia"}},
              {.key = "selector",
               .type = Type::text_map,
               .says = "Labels that every GPU worker carries, put there by its machine set",
               .fallback = doc::Value::map({{"node-role.kubernetes.io/gpu", ""}})},
              {.key = "nodes",
               .type = Type::integer,
               .says = "How many GPU workers there must be; fewer is a failure",
               .fallback = 1,
               .least = 1,
               .most = 1000},
              {.key = "perNode",
               .type = Type::integer,
               .says = "How many GPUs each of them must offer",
               .fallback = 1,
               .least = 1,
               .most = 64},
              {.key = "product",
               .type = Type::text,
               .says = "The beginning of the product's name as GPU feature discovery labels it; "
                       "empty accepts any",
               .fallback = ""},
          }};
}

/// `channel` is the default: a pin, so that nothing moves because a catalog has a newer default.
Field operator_section(std::string_view key, std::string_view says, std::string_view channel,
                       std::string_view example) {
  return {.key = key,
          .type = Type::section,
          .says = says,
          .fields = {
              {.key = "channel",
               .type = Type::text,
               .says = "The update channel; null takes the package's default channel",
               .fallback = channel,
               .nullable = true},
              {.key = "version", .type = Type::text, .says = example, .nullable = true},
          }};
}

Field rhoai_section() {
  Field section = operator_section(
      "rhoai", "Red Hat OpenShift AI", "stable-3.3",
      "The exact CSV to install, like 'rhods-operator.3.3.0'; null takes the channel's head");
  section.fields.push_back({.key = "llmInferenceService",
                            .type = Type::boolean,
                            .says =
                                "Whether LLMInferenceService must be usable, which needs Red Hat "
                                "Connectivity Link",
                            .fallback = false});
  return section;
}

Field project_section() {
  return {.key = "project",
          .type = Type::section,
          .says = "The workspace in which models are served",
          .fields = {
              {.key = "name",
               .type = Type::text,
               .says = "Its namespace",
               .fallback = "nanabush-ai",
               .dns_label = true,
               .own_namespace = true},
              {.key = "displayName",
               .type = Type::text,
               .says = "What the dashboard calls it",
               .fallback = "Nanabush private translation"},
              {.key = "gpuShare",
               .type = Type::integer,
               .says = "The percentage of the GPUs found that its quota allows",
               .fallback = 100,
               .least = 1,
               .most = 100},
              {.key = "cpuPerGpu",
               .type = Type::integer,
               .says = "Cores that the quota allows for each GPU",
               .fallback = 16,
               .least = 1,
               .most = 256},
              {.key = "memoryPerGpuGi",
               .type = Type::integer,
               .says = "Memory in GiB that the quota allows for each GPU",
               .fallback = 192,
               .least = 1,
               .most = 4096},
              {.key = "storageGi",
               .type = Type::integer,
               .says = "Storage in GiB that all volume claims together may ask for",
               .fallback = 2048,
               .least = 1,
               .most = 1048576},
          }};
}

}  // namespace

const std::vector<Field>& fields() {
  static const std::vector<Field> kFields = {
      {.key = "apiVersion",
       .type = Type::text,
       .says = "The version of this format",
       .required = true,
       .allowed = {kApiVersion}},
      {.key = "kind",
       .type = Type::text,
       .says = "What this file is",
       .required = true,
       .allowed = {kKind}},
      {.key = "metadata",
       .type = Type::section,
       .says = "The site's identity",
       .fields = {{.key = "name",
                   .type = Type::text,
                   .says = "What people call this site",
                   .fallback = "site",
                   .dns_label = true}}},
      gpu_section(),
      {.key = "operators",
       .type = Type::section,
       .says = "Operators that OLM installs, each pinned by channel and version",
       .fields = {operator_section("nfd", "Node Feature Discovery", "stable",
                                   "The exact CSV to install; null takes the channel's head"),
                  operator_section(
                      "gpu", "The GPU operator of the vendor", "v25.10",
                      "The exact CSV to install, like "
                      "'gpu-operator-certified.v25.10.1'; null takes the channel's head")}},
      rhoai_section(),
      project_section(),
      {.key = "inventory",
       .type = Type::section,
       .says = "Where Slipway keeps the list of what it created",
       .fields = {{.key = "namespace",
                   .type = Type::text,
                   .says = "The namespace of the ApplySet parent, made by Slipway",
                   .fallback = "slipway",
                   .dns_label = true,
                   .own_namespace = true}}},
  };
  return kFields;
}

}  // namespace site
