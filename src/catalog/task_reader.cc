#include "catalog/task_reader.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "catalog/operator_stanza.h"
#include "catalog/section.h"
#include "catalog/template_parse.h"
#include "cel/cel.h"

namespace catalog {
namespace {

constexpr std::chrono::seconds kUsual{60};
constexpr std::chrono::seconds kDeadline{600};

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

/// `reads` of a task or issue.
std::vector<Read> read_reads(const std::vector<doc::Value>& items, const Environments& environments,
                             const doc::Source& source, Problems& problems) {
  std::vector<Read> reads;
  for (const doc::Value& item : items) {
    Section section(item, "a read", {"as", "apiVersion", "kind", "namespace", "name", "labels"},
                    source, problems);
    if (!section.usable()) continue;
    Read read;
    read.as = section.text("as");
    if (cel_name(read.as) != read.as) {
      section.problem(section.mark_of("as"), "'as' may have letters and digits only");
    }
    const std::string api_version = section.text("apiVersion");
    const std::string kind = section.text("kind");
    base::Result<kube::GroupVersionKind> gvk = kube::parse_gvk(api_version, kind);
    if (gvk) {
      read.kind = *std::move(gvk);
    } else if (!api_version.empty() && !kind.empty()) {
      section.problem(section.mark_of("apiVersion"), gvk.error().message);
    }
    const auto text_or_null = [&](std::string_view key) {
      const doc::Value* text = section.find(key);
      return text == nullptr ? Template{}
                             : parse_text_template(*text, environments.object(), source, problems);
    };
    read.namespace_name = text_or_null("namespace");
    read.name = text_or_null("name");
    if (const doc::Value* labels = section.find("labels")) read.labels = *labels;
    reads.push_back(std::move(read));
  }
  return reads;
}

class TaskReader {
 public:
  TaskReader(const doc::Source& source, Beside& beside, Problems& problems)
      : source_(source), beside_(beside), problems_(problems) {}

  Task read(const doc::Value& value) {
    Section section(value, "a task",
                    {"task", "title", "line", "needs", "when", "otherwise", "operator", "objects",
                     "reads", "ready", "proof", "runbook", "cite", "usual", "deadline"},
                    source_, problems_);
    Task task;
    task.file = source_.name;
    if (!section.usable()) return task;
    task.id = section.text("task");
    task.title = section.text("title");
    task.line = section.text("line");
    task.needs = section.texts("needs");
    std::sort(task.needs.begin(), task.needs.end());
    task.cite = section.text("cite");
    task.usual = section.duration("usual", kUsual);
    task.deadline = section.duration("deadline", kDeadline);
    read_when(section, task);
    for (const doc::Value& item : section.list("objects")) read_object(item, task);
    if (const doc::Value* op = section.find("operator")) {
      task.operator_ = read_operator(*op, beside_.environments, source_, problems_);
      if (problems_.empty()) expand_operator(*task.operator_, source_.name, task);
    }
    add_reads(section, task);
    read_checks(section, task);
    for (const doc::Value& item : section.list("proof")) task.proofs.push_back(read_proof(item));
    read_runbook(section, task);
    return task;
  }

 private:
  void read_when(Section& section, Task& task) {
    const doc::Value* when = section.find("when");
    if (when == nullptr) return;
    task.when = parse_expression(*when, environments().object(), source_, problems_);
    must_be_boolean(*task.when, "a condition");
    task.when_says = section.text("otherwise");
  }

  const Environments& environments() const { return beside_.environments; }

  void must_be_boolean(const Expression& expression, std::string_view what) {
    must_yield(expression, {what, "true or false", cel::Type::Kind::boolean}, source_, problems_);
  }

  void read_object(const doc::Value& item, Task& task) {
    std::string file;
    std::optional<Expression> when;
    if (item.is_string()) {
      file = item.as_string();
    } else {
      Section section(item, "an object", {"file", "when"}, source_, problems_);
      if (!section.usable()) return;
      file = section.text("file");
      const doc::Value condition = section.required("when");
      when = parse_expression(condition, environments().object(), source_, problems_);
      must_be_boolean(*when, "a condition");
    }
    const std::string path = folder_of(source_.name) + "objects/" + file;
    const auto found = beside_.manifests.find(path);
    if (found == beside_.manifests.end()) {
      problems_.add(source_, item.mark(), "there is no manifest '" + path + "'");
      return;
    }
    beside_.used.insert(path);
    ObjectTemplate object;
    object.id = file.substr(0, file.rfind(".yaml"));
    object.file = path;
    object.when = std::move(when);
    read_manifest(found->second, object);
    task.objects.push_back(std::move(object));
  }

  void read_manifest(const Beside::Manifest& manifest, ObjectTemplate& object) {
    const doc::Value& value = manifest.value;
    if (!value.is_map()) {
      problems_.add(manifest.source, value.mark(), "a manifest must be a map");
      return;
    }
    base::Result<kube::GroupVersionKind> gvk =
        kube::parse_gvk(value.string_at("apiVersion"), value.string_at("kind"));
    if (!gvk) {
      problems_.add(manifest.source, value.mark(), gvk.error().message, gvk.error().hint);
    } else {
      object.kind = *std::move(gvk);
    }
    if (value.string_at("metadata.name").empty()) {
      problems_.add(manifest.source, value.mark(), "a manifest needs metadata.name");
    }
    object.body = parse_template(value, environments().object(), manifest.source, problems_);
  }

  void read_checks(Section& section, Task& task) {
    const std::vector<doc::Value> items = section.list("ready");
    if (items.empty()) {
      section.problem(section.mark_of("ready"), "task '" + task.id + "' has no ready check",
                      "say what must be true for it to be ready: nothing is ready on 'applied'");
      return;
    }
    const cel::Environment environment = environments().check(task.reads);
    for (const doc::Value& item : items) task.ready.push_back(read_check(item, environment));
  }

  Check read_check(const doc::Value& item, const cel::Environment& environment) {
    Section section(item, "a check", {"says", "that", "shows"}, source_, problems_);
    Check check;
    if (!section.usable()) return check;
    check.says = section.text("says");
    check.that = parse_expression(section.required("that"), environment, source_, problems_);
    if (check.that.program) {
      must_be_boolean(check.that, "a check");
      check.conditions = conditions_of(check.that, environment, source_, problems_);
    }
    if (const doc::Value* shows = section.find("shows")) {
      check.shows = parse_expression(*shows, environment, source_, problems_);
    }
    return check;
  }

  Proof read_proof(const doc::Value& item) {
    Section section(item, "a proof",
                    {"id", "says", "kind", "namespace", "labels", "container", "command", "expect",
                     "pods", "timeout"},
                    source_, problems_);
    Proof proof;
    if (!section.usable()) return proof;
    proof.id = section.text("id");
    proof.says = section.text("says");
    const std::string kind = section.text("kind");
    if (!kind.empty() && kind != "exec") {
      section.problem(section.mark_of("kind"), "no such kind of proof: '" + kind + "'",
                      "there is 'exec'");
    }
    proof.namespace_name = parse_text_template(section.required("namespace"),
                                               environments().object(), source_, problems_);
    proof.labels = section.required("labels");
    proof.container = section.text("container");
    proof.command = section.texts("command");
    if (proof.command.empty()) section.problem(section.mark(), "a proof needs a command");
    proof.expect =
        parse_expression(section.required("expect"), environments().proof(), source_, problems_);
    proof.pods =
        parse_expression(section.required("pods"), environments().object(), source_, problems_);
    must_be_boolean(proof.expect, "what a proof expects");
    must_yield(proof.pods, {"the number of pods", "an integer", cel::Type::Kind::integer}, source_,
               problems_);
    proof.timeout = section.duration("timeout", proof.timeout);
    return proof;
  }

  void add_reads(Section& section, Task& task) {
    for (const ObjectTemplate& object : task.objects) {
      const doc::Value* metadata = object.body.source.find("metadata");
      if (metadata == nullptr) continue;
      // The parts of a body keep its expressions, which are found by their marks.
      const auto part = [&](std::string_view key) {
        const doc::Value* value = metadata->find(key);
        return value == nullptr ? Template{} : Template{*value, object.body.texts};
      };
      task.reads.push_back({cel_name(object.id), object.kind, part("namespace"), part("name"), {}});
    }
    for (Read& read : read_reads(section.list("reads"), environments(), source_, problems_)) {
      task.reads.push_back(std::move(read));
    }
    std::set<std::string> names;
    for (const Read& read : task.reads) {
      if (names.insert(read.as).second) continue;
      section.problem(section.mark_of("reads"), "two things are read as '" + read.as + "'");
    }
  }

  void read_runbook(Section& section, Task& task) {
    const std::string file = section.text("runbook");
    task.runbook = folder_of(source_.name) + file;
    if (file.empty() || beside_.runbooks.count(task.runbook) > 0) return;
    section.problem(section.mark_of("runbook"), "there is no runbook '" + task.runbook + "'");
  }

  const doc::Source& source_;
  Beside& beside_;
  Problems& problems_;
};

}  // namespace

std::string cel_name(std::string_view id) {
  std::string name;
  for (const char c : id) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
  }
  return name;
}

Task read_task(const doc::Value& value, const doc::Source& source, Beside& beside,
               Problems& problems) {
  return TaskReader(source, beside, problems).read(value);
}

KnownIssue read_known_issue(const doc::Value& value, const Environments& environments,
                            const doc::Source& source, Problems& problems) {
  Section section(value, "a known issue",
                  {"id", "tasks", "reads", "detect", "says", "fix", "cite", "removeWhen"}, source,
                  problems);
  KnownIssue issue;
  if (!section.usable()) return issue;
  issue.id = section.text("id");
  issue.tasks = section.texts("tasks");
  issue.reads = read_reads(section.list("reads"), environments, source, problems);
  issue.detect = parse_expression(section.required("detect"), environments.check(issue.reads),
                                  source, problems);
  must_yield(issue.detect, {"a sign", "true or false", cel::Type::Kind::boolean}, source, problems);
  issue.says = section.text("says");
  issue.fix = section.text("fix");
  issue.cite = section.text("cite");
  issue.remove_when = section.text("removeWhen");
  return issue;
}

}  // namespace catalog
