#include "lint/loader.h"

#include <algorithm>
#include <optional>

#include "lint/parallel.h"

namespace lint {
namespace {

using doc::Value;

// Named files whose values are in memory at a time: a folder of CRDs holds tens of megabytes.
constexpr std::size_t kFilesAtOnce = 32;

bool is_open_api(const Value& document) {
  return document.find_path("components.schemas") != nullptr;
}

/// Kubernetes names a file of its OpenAPI documents after the group and version in it
/// ("apis__apps__v1_openapi.json"): those that nobody asks for need not be read. An unknown name
/// is always read.
bool may_hold(const std::string& file, const std::set<schema::Kind>& kinds) {
  const std::string name = file.substr(file.rfind('/') + 1);
  if (!name.ends_with("_openapi.json") || !name.starts_with("api")) return true;
  return std::any_of(kinds.begin(), kinds.end(), [&](const schema::Kind& kind) {
    const std::string group = kind.group.empty() ? "api__" : "apis__" + kind.group + "__";
    return name == group + kind.version + "_openapi.json";
  });
}

std::pair<std::string, std::string> name_of_crd(const Value& crd) {
  return {std::string(crd.string_at("spec.group")), std::string(crd.string_at("spec.names.kind"))};
}

/// Adds the group and kind of each type in an OpenAPI document.
void add_names(const Value& open_api, std::set<std::pair<std::string, std::string>>& names) {
  const Value* schemas = open_api.find_path("components.schemas");
  if (!schemas->is_map()) return;
  for (const doc::Entry& entry : schemas->entries()) {
    const Value* kinds = entry.value.find("x-kubernetes-group-version-kind");
    if (kinds == nullptr || !kinds->is_list()) continue;
    for (const Value& kind : kinds->items()) {
      names.emplace(kind.string_at("group"), kind.string_at("kind"));
    }
  }
}

}  // namespace

base::Result<std::vector<std::string>> list_all(const Files& files,
                                                const std::vector<std::string>& paths) {
  std::vector<std::string> all;
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    for (std::string& file : TRY(files.list(path))) {
      if (seen.insert(file).second) all.push_back(std::move(file));
    }
  }
  return all;
}

base::Result<void> Loader::learn(const std::vector<const Manifest*>& manifests) {
  std::set<schema::Kind> kinds;
  std::vector<std::pair<const Manifest*, const Value*>> crds;
  std::set<Name> names;
  for (const Manifest* manifest : manifests) {
    for (const Value& document : manifest->documents) {
      kinds.insert(schema::kind_of(document));
      if (!is_crd(document)) continue;
      crds.emplace_back(manifest, &document);
      names.insert(name_of_crd(document));
    }
  }
  // Named CRDs of the same kinds come first, so that these take their place.
  if (auto loaded = load(std::move(kinds), std::move(names)); !loaded) return loaded.error();
  if (crds.empty()) return {};
  ++generation_;
  for (const auto& [manifest, crd] : crds) {
    for (schema::Kind& kind : add_crd(*crd, manifest->file).kinds) {
      found_.insert_or_assign(std::move(kind), generation_);
    }
    schemas_.texts.emplace(manifest->file, manifest->text);
  }
  return {};
}

bool Loader::has_all_of(const Manifest& manifest) const {
  return is_listed_ && std::all_of(manifest.documents.begin(), manifest.documents.end(),
                                   [&](const Value& document) {
                                     return !is_crd(document) &&
                                            kinds_.contains(schema::kind_of(document));
                                   });
}

bool Loader::changed_since(unsigned generation, const schema::Kind& kind) const {
  const auto at = found_.find(kind);
  return at != found_.end() && at->second > generation;
}

std::vector<Manifest> Loader::bad_schemas() const {
  std::vector<Manifest> bad;
  for (const Named& named : named_) {
    if (named.is_bad) bad.push_back(parse_manifest(named.file, schemas_.texts.at(named.file)));
  }
  return bad;
}

base::Result<void> Loader::list_named() {
  for (std::string& file : TRY(list_all(files_, options_.schemas))) {
    const bool alone =
        std::find(options_.schemas.begin(), options_.schemas.end(), file) != options_.schemas.end();
    named_.push_back({std::move(file), alone});
  }
  return {};
}

base::Result<void> Loader::load(std::set<schema::Kind> kinds, std::set<Name> names) {
  kinds.merge(also_);
  Fresh fresh;
  for (const schema::Kind& kind : kinds) {
    if (kinds_.insert(kind).second) fresh.kinds.insert(kind);
    names.emplace(kind.group, kind.kind);
  }
  for (const Name& name : names) {
    if (names_.insert(name).second) fresh.names.insert(name);
  }
  const bool is_first = !is_listed_;
  if (fresh.empty() && !is_first) return {};
  if (is_first) {
    if (auto listed = list_named(); !listed) return listed.error();
    is_listed_ = true;
  }
  std::vector<Named*> wanted;
  for (Named& named : named_) {
    const bool holds = std::any_of(named.names.begin(), named.names.end(), [&](const Name& name) {
      return fresh.names.contains(name) ||
             std::any_of(fresh.kinds.begin(), fresh.kinds.end(), [&](const schema::Kind& kind) {
               return kind.group == name.first && kind.kind == name.second;
             });
    });
    if (named.is_read ? holds : may_hold(named.file, fresh.kinds)) wanted.push_back(&named);
  }
  if (auto loaded = load_named(wanted, fresh); !loaded) return loaded.error();
  if (fresh.kinds.empty()) return {};
  for (const auto& [name, document] : options_.documents) {
    schemas_.registry.add_openapi(document, name, &fresh.kinds);
  }
  return {};
}

base::Result<void> Loader::load_named(const std::vector<Named*>& wanted, const Fresh& fresh) {
  for (std::size_t first = 0; first < wanted.size(); first += kFilesAtOnce) {
    const std::size_t count = std::min(kFilesAtOnce, wanted.size() - first);
    std::vector<base::Result<Manifest>> manifests(count, Manifest());
    for_each(count, options_.threads, [&](std::size_t i) {
      const Named& named = *wanted[first + i];
      // A pipe can be read once.
      auto text =
          named.is_read ? std::move(schemas_.texts.at(named.file)) : files_.read(named.file);
      manifests[i] = text ? base::Result<Manifest>(parse_manifest(named.file, *std::move(text)))
                          : std::move(text).error();
    });
    for (std::size_t i = 0; i < count; ++i) {
      auto added = add_named(*wanted[first + i], TRY(std::move(manifests[i])), fresh);
      if (!added) return added.error();
    }
  }
  return {};
}

base::Result<void> Loader::add_named(Named& named, Manifest manifest, const Fresh& fresh) {
  if (manifest.failure) return to_error(*manifest.failure, {manifest.file, manifest.text});
  bool any = false;
  for (const Value& document : manifest.documents) {
    any |= is_crd(document) || is_open_api(document);
    if (is_open_api(document)) {
      add_names(document, named.names);
      schemas_.registry.add_openapi(document, manifest.file, &fresh.kinds);
    }
    if (!is_crd(document)) continue;
    named.names.insert(name_of_crd(document));
    if (!fresh.names.contains(name_of_crd(document))) continue;
    named.is_bad |= !add_crd(document, manifest.file).problems.empty();
  }
  if (!any && named.alone) {
    return base::Error{base::ErrorCode::invalid_argument, "'" + manifest.file + "' holds no schema",
                       "name CustomResourceDefinitions or documents of /openapi/v3"};
  }
  named.is_read = true;
  schemas_.texts.insert_or_assign(manifest.file, std::move(manifest.text));
  return {};
}

schema::Registry::Added Loader::add_crd(const Value& crd, const std::string& file) {
  schema::Registry::Added added = schemas_.registry.add_crd(crd, file);
  schemas_.problems[{file, crd.mark().line}] = added.problems;
  return added;
}

}  // namespace lint
