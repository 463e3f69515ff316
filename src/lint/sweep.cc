#include "lint/sweep.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "lint/missing_schema.h"
#include "lint/parallel.h"

namespace lint {
namespace {

// Files read before schemas are loaded for those that wait: enough that threads seldom wait for
// each other, few enough that their values (six times the text) are no burden.
constexpr std::size_t kFilesAtOnce = 256;

class Sweep {
 public:
  Sweep(const Options& options, const Files& files, const std::vector<std::string>& names,
        Loader& loader)
      : options_(options), files_(files), names_(names), loader_(loader), judged_(names.size()) {}

  base::Result<std::vector<std::vector<Document>>> run() {
    for (std::size_t first = 0; first < names_.size(); first += kFilesAtOnce) {
      const std::size_t count = std::min(kFilesAtOnce, names_.size() - first);
      if (auto done = sweep(first, count); !done) return done.error();
    }
    // Also where there was nothing to judge the schemas are looked at.
    if (auto done = loader_.learn({}); !done) return done.error();
    if (auto done = look_again(); !done) return done.error();
    std::vector<std::vector<Document>> documents;
    documents.reserve(judged_.size());
    for (File& file : judged_) documents.push_back(std::move(file.documents));
    return documents;
  }

 private:
  struct File {
    std::vector<Document> documents;
    unsigned generation = 0;  // Of the loader, when they were judged.
    std::optional<std::string> text;
  };

  void judge_one(std::size_t at, const Manifest& manifest) {
    judged_[at].documents = judge(manifest, loader_.schemas(), options_);
    judged_[at].generation = loader_.generation();
  }

  base::Result<void> sweep(std::size_t first, std::size_t count) {
    std::vector<std::optional<base::Error>> errors(count);
    std::vector<std::optional<Manifest>> waiting(count);
    for_each(count, options_.threads, [&](std::size_t i) {
      auto text = files_.read(names_[first + i]);
      if (!text) {
        errors[i] = std::move(text).error();
        return;
      }
      if (alone_.contains(names_[first + i])) judged_[first + i].text = *text;
      Manifest manifest = parse_manifest(names_[first + i], *std::move(text));
      if (loader_.has_all_of(manifest)) {
        judge_one(first + i, manifest);
      } else {
        waiting[i] = std::move(manifest);
      }
    });
    for (auto& error : errors) {
      if (error) return std::move(*error);
    }
    std::vector<const Manifest*> manifests;
    for (const auto& manifest : waiting) {
      if (manifest) manifests.push_back(&*manifest);
    }
    if (manifests.empty()) return {};
    if (auto learnt = loader_.learn(manifests); !learnt) return learnt.error();
    for_each(count, options_.threads, [&](std::size_t i) {
      if (waiting[i]) judge_one(first + i, *waiting[i]);
      waiting[i].reset();
    });
    return {};
  }

  /// Once all schemas are known: judges again what a later CRD decides, and says of kinds without
  /// a schema which versions have one.
  base::Result<void> look_again() {
    std::vector<std::size_t> changed;
    for (std::size_t i = 0; i < judged_.size(); ++i) {
      const auto& documents = judged_[i].documents;
      if (std::any_of(documents.begin(), documents.end(), [&](const Document& document) {
            return loader_.changed_since(judged_[i].generation, document.kind);
          })) {
        changed.push_back(i);
      }
    }
    std::vector<std::optional<base::Error>> errors(changed.size());
    for_each(changed.size(), options_.threads, [&](std::size_t i) {
      File& file = judged_[changed[i]];
      const std::string& name = names_[changed[i]];
      auto text = file.text ? base::Result<std::string>(*std::move(file.text)) : files_.read(name);
      if (text) {
        judge_one(changed[i], parse_manifest(name, *std::move(text)));
      } else {
        errors[i] = std::move(text).error();
      }
    });
    for (auto& error : errors) {
      if (error) return std::move(*error);
    }
    for (File& file : judged_) {
      for (Document& document : file.documents) {
        if (document.verdict == Verdict::no_schema) name_versions(document);
      }
    }
    return {};
  }

  void name_versions(Document& document) const {
    document.findings.front().hint =
        missing_schema(document.kind, loader_.schemas().registry, options_).hint;
  }

  const Options& options_;
  const Files& files_;
  const std::vector<std::string>& names_;
  Loader& loader_;
  const std::set<std::string_view> alone_{options_.paths.begin(), options_.paths.end()};
  std::vector<File> judged_;  // By name. One thread at a time touches each.
};

}  // namespace

base::Result<std::vector<std::vector<Document>>> judge_files(const Options& options,
                                                             const Files& files,
                                                             const std::vector<std::string>& names,
                                                             Loader& loader) {
  return Sweep(options, files, names, loader).run();
}

}  // namespace lint
