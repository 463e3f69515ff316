#include "cel/program.h"

#include <array>
#include <set>
#include <utility>

#include "base/same_text.h"
#include "cel/ast_build.h"
#include "cel/checker.h"
#include "cel/parser.h"
#include "cel/time_zone.h"

namespace cel {
namespace {

/// The variables' paths: of each chain of selections from a variable, the longest.
void collect_reads(const Expr& expr, const std::vector<std::string>& variables,
                   std::set<std::string>& reads) {
  std::string path;
  const Expr* at = &expr;
  while (at->kind == Expr::Kind::select && at->reference == Expr::Reference::none) {
    path = "." + at->name + path;
    at = at->args[0].get();
  }
  if (at->reference == Expr::Reference::variable) {
    reads.insert(variables[static_cast<std::size_t>(at->slot)] + path);
    return;
  }
  for (const ExprPtr& arg : at->args) collect_reads(*arg, variables, reads);
}

}  // namespace

Bindings::Bindings(std::initializer_list<std::pair<std::string_view, doc::Value>> values) {
  for (const auto& [name, value] : values) set(name, value);
}

void Bindings::set(std::string_view name, doc::Value value) {
  for (auto& [known, old] : values_) {
    if (known == name) {
      old = std::move(value);
      return;
    }
  }
  values_.emplace_back(name, std::move(value));
}

const doc::Value* Bindings::find(std::string_view name) const {
  for (const auto& [known, value] : values_) {
    if (base::same_text(known, name)) return &value;
  }
  return nullptr;
}

Compiled compile(std::string_view source, const Environment& environment) {
  const detail::EnvironmentRep& rep = environment.rep();
  Parsed parsed = parse(source, rep.macros);
  if (!parsed.expr) return {std::nullopt, std::move(parsed.issues)};
  Checked checked = check(*parsed.expr, source, rep);
  if (!checked.issues.empty()) return {std::nullopt, std::move(checked.issues)};
  auto program = std::make_shared<detail::ProgramRep>();
  program->environment = std::make_shared<detail::EnvironmentRep>(rep);
  program->result = parsed.expr->type;
  program->tree = std::move(parsed.expr);
  program->variables = std::move(checked.variables);
  program->locals = checked.locals;
  plan(*program);
  return {Program(std::move(program)), {}};
}

namespace {

Value exhausted() {
  return Value::error("operation cancelled: actual cost limit exceeded",
                      base::ErrorCode::resource_exhausted);
}

/// The bindings by the program's slots, of which `variables` has as many as there are names.
void resolve(const std::vector<std::string>& names, const Bindings& bindings,
             const doc::Value** variables) {
  for (const std::string& name : names) *variables++ = bindings.find(name);
}

base::Result<doc::Value> outcome(const Frame& frame, const Value& value) {
  return to_document(frame.exhausted() ? exhausted() : value);
}

inline base::Result<doc::Value> run(const detail::ProgramRep& program,
                                    const doc::Value* const* variables, Local* locals,
                                    const Limits& limits, Usage* usage) {
  Frame frame(variables, locals, *program.environment->time_zones, limits.cost_max);
  Value other;
  const Truth truth = program.root->decide(frame, other);  // A bool is what most rules yield.
  if (usage != nullptr) usage->cost = frame.cost();
  if (truth == Truth::neither || frame.exhausted()) return outcome(frame, other);
  return doc::Value(truth == Truth::yes);
}

// Locals and many variables are kept out of Program::evaluate(), so that a rule without them, which
// takes some sixty instructions besides its nodes, does not pay for their room.

[[gnu::noinline]] base::Result<doc::Value> run_with_locals(const detail::ProgramRep& program,
                                                           const doc::Value* const* variables,
                                                           const Limits& limits, Usage* usage) {
  Locals locals(static_cast<std::size_t>(program.locals));
  return run(program, variables, locals.first(), limits, usage);
}

[[gnu::noinline]] base::Result<doc::Value> evaluate_many(const detail::ProgramRep& program,
                                                         const Bindings& bindings,
                                                         const Limits& limits, Usage* usage) {
  std::vector<const doc::Value*> variables(program.variables.size());
  resolve(program.variables, bindings, variables.data());
  return run_with_locals(program, variables.data(), limits, usage);
}

}  // namespace

Value evaluate_value(const detail::ProgramRep& program, const Bindings& bindings,
                     const Limits& limits, Usage* usage) {
  std::vector<const doc::Value*> variables(program.variables.size());
  resolve(program.variables, bindings, variables.data());
  Locals locals(static_cast<std::size_t>(program.locals));
  Frame frame(variables.data(), locals.first(), *program.environment->time_zones, limits.cost_max);
  Value result = program.root->evaluate(frame);
  if (usage != nullptr) usage->cost = frame.cost();
  return frame.exhausted() ? exhausted() : result;
}

base::Result<doc::Value> Program::evaluate(const Bindings& bindings, const Limits& limits,
                                           Usage* usage) const {
  constexpr std::size_t kFew = 8;
  const detail::ProgramRep& program = *rep_;
  if (program.variables.size() > kFew) return evaluate_many(program, bindings, limits, usage);
  std::array<const doc::Value*, kFew> variables;
  resolve(program.variables, bindings, variables.data());
  return program.locals == 0 ? run(program, variables.data(), nullptr, limits, usage)
                             : run_with_locals(program, variables.data(), limits, usage);
}

const Type& Program::result_type() const { return rep_->result; }

std::vector<std::string> Program::variables_read() const {
  std::set<std::string> reads;
  collect_reads(*rep_->tree, rep_->variables, reads);
  return {reads.begin(), reads.end()};
}

}  // namespace cel
