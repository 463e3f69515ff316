// schema_agreement_live [--objects N] [--mutations N] [--seed N] FOLDER...: holds src/schema to a
// real API server, object by object: every CRD below the folders. See README.md.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <mutex>
#include <string_view>
#include <thread>

#include "../cluster_live/live_cluster.h"
#include "api_server.h"
#include "cases.h"
#include "comparison.h"

namespace {

using agreement::Case;
using agreement::Comparison;
using agreement::Complaints;
using base::Result;
using doc::Value;

constexpr int kWorkers = 6;

/// Where we and the server answer differently for good. An entry that is seen more or less often
/// than it says fails the run, and so does every difference that is not here.
const std::vector<agreement::Known>& known_differences() {
  constexpr const char* kAddress = "network address parse error";
  constexpr const char* kWhy = "cidr() of what is none: the server adds the words of Go's netip";
  using agreement::Relation;
  static const std::vector<agreement::Known> kKnown = {
      {"clusteruserdefinednetworks.k8s.ovn.org", Relation::other_messages, kAddress, 10, kWhy},
      {"userdefinednetworks.k8s.ovn.org", Relation::other_messages, kAddress, 7, kWhy},
  };
  return kKnown;
}

struct Options {
  agreement::Amount amount;
  std::vector<std::string> folders;
};

/// CRDs of one name one after another: two of them cannot be on one server.
using Groups = std::vector<std::vector<Value>>;

Groups read_groups(const std::vector<std::string>& folders) {
  std::map<std::string, std::vector<Value>> by_name;
  for (const std::string& folder : folders) {
    for (const auto& file : agreement::files_below(folder)) {
      for (const Value& document : agreement::read_documents(file)) {
        if (document.string_at("kind") != "CustomResourceDefinition") continue;
        by_name[std::string(document.string_at("metadata.name"))].push_back(document);
      }
    }
  }
  Groups groups;
  for (auto& [name, crds] : by_name) groups.push_back(std::move(crds));
  return groups;
}

/// Asks about every case of a CRD that stands.
Result<void> ask_all(agreement::ServedCrd& served, const agreement::CrdCases& cases,
                     const std::string& name, Comparison& comparison) {
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  std::size_t standing = kNone;  // The index of the case whose object stands.
  std::optional<Value> old;
  for (Case one : cases.cases) {
    one.object = served.placed(one.object);
    Complaints theirs;
    if (!one.old) {
      standing = kNone;
      theirs = TRY(served.ask_create(one.version, one.object));
    } else {
      if (standing != *one.old) {
        old = TRY(served.stand(one.version, served.placed(cases.cases[*one.old].object)));
        standing = *one.old;
      }
      if (!old) {
        ++comparison.not_asked;
        continue;
      }
      theirs = TRY(served.ask_update(one.version, one.object));
    }
    const Complaints ours = agreement::complaints_of(cases.judge(one, one.old ? &*old : nullptr));
    comparison.add(name, one, theirs, agreement::as_a_server_says(ours));
  }
  return {};
}

Result<Comparison> compare_crd(cluster::Client& client, const Value& crd,
                               const agreement::Amount& amount) {
  const std::string name(crd.string_at("metadata.name"));
  const agreement::CrdCases cases = agreement::cases_of(crd, amount);
  Comparison comparison;
  comparison.crds = 1;
  comparison.rules = cases.rules;
  comparison.rules_broken = cases.rules_broken;
  agreement::ServedCrd served = TRY_WITHIN(agreement::ServedCrd::install(client, crd), name);
  const Complaints ours = agreement::complaints_of(cases.problems);
  const auto relation = compare(served.complaints(), ours);
  if (relation != agreement::Relation::same) {
    comparison.differences.push_back({relation, name, "the CRD", served.complaints(), ours});
  }
  if (served.complaints().empty()) {
    TRY_WITHIN(ask_all(served, cases, name, comparison), name);
  }
  TRY_WITHIN(served.remove(), name);
  return comparison;
}

/// The groups, by several workers over one client.
Result<Comparison> compare_all(cluster::Client& client, const Groups& groups,
                               const agreement::Amount& amount) {
  std::mutex mutex;
  Comparison all;
  std::optional<base::Error> failed;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < groups.size(); i = next++) {
      for (const Value& crd : groups[i]) {
        auto one = compare_crd(client, crd, amount);
        const std::lock_guard lock(mutex);
        if (!one) {
          failed = one.error();
          next = groups.size();
          return;
        }
        all.add(*std::move(one));
      }
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < kWorkers; ++i) workers.emplace_back(work);
  }
  if (failed) return *failed;
  return all;
}

void print(const Comparison& comparison) {
  std::printf("%-18s %7s %9s %9s %7s %9s %8s\n", "", "asked", "accepted", "refused", "verdict",
              "paths", "messages");
  for (const auto& [kind, tally] : comparison.by_kind) {
    std::printf("%-18s %7d %9d %9d %7d %9d %8d\n", kind.c_str(), tally.asked, tally.accepted,
                tally.asked - tally.accepted, tally.same_verdict, tally.same_paths,
                tally.same_messages);
  }
  const agreement::Tally total = comparison.total();
  std::printf("%d CRDs, %d rules, %d of them broken by an object; %d updates not asked about\n",
              comparison.crds, comparison.rules, comparison.rules_broken, comparison.not_asked);
  std::printf("%d objects, %d same verdict, %d same paths, %d same messages\n", total.asked,
              total.same_verdict, total.same_paths, total.same_messages);
}

int run(const Options& options) {
  const Groups groups = read_groups(options.folders);
  const auto connection = LiveCluster::get().connect();
  auto comparison = compare_all(connection->client(), groups, options.amount);
  if (!comparison) {
    std::fprintf(stderr, "%s\n", base::to_string(comparison.error()).c_str());
    return 1;
  }
  std::vector<std::string> names;
  for (const auto& group : groups) names.emplace_back(group[0].string_at("metadata.name"));
  const auto lines = agreement::unexplained(*comparison, known_differences(), names,
                                            options.amount == agreement::Amount());
  for (const std::string& line : lines) std::printf("%s\n", line.c_str());
  print(*comparison);
  std::printf("%zu differences, %zu of them unexplained\n", comparison->differences.size(),
              lines.size());
  return lines.empty() && comparison->total().asked > 0 ? 0 : 3;
}

std::optional<Options> parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (!argument.starts_with("--")) {
      options.folders.emplace_back(argument);
      continue;
    }
    if (++i == count) return std::nullopt;
    const int number = std::atoi(arguments[i]);
    if (argument == "--objects") {
      options.amount.objects = number;
    } else if (argument == "--mutations") {
      options.amount.mutations = number;
    } else if (argument == "--seed") {
      options.amount.seed = std::uint64_t(number);
    } else {
      return std::nullopt;
    }
  }
  if (options.folders.empty()) return std::nullopt;
  return options;
}

}  // namespace

int main(int count, char** arguments) {
  const auto options = parse(count, arguments);
  if (!options) {
    std::fprintf(
        stderr,
        "usage: schema_agreement_live [--objects N] [--mutations N] [--seed N] FOLDER...\n");
    return 2;
  }
  return LiveCluster::main([&] { return run(*options); });
}
