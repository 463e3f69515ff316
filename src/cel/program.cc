#include "cel/program.h"

#include <array>
#include <set>
#include <span>
#include <utility>

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
    if (known == name) return &value;
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

Value evaluate_value(const detail::ProgramRep& program, const Bindings& bindings,
                     const Limits& limits, Usage* usage) {
  constexpr std::size_t kFewVariables = 8;
  std::array<const doc::Value*, kFewVariables> few;
  std::vector<const doc::Value*> many;
  const std::size_t count = program.variables.size();
  if (count > kFewVariables) many.resize(count);
  const doc::Value** values = count > kFewVariables ? many.data() : few.data();
  for (std::size_t i = 0; i < count; ++i) values[i] = bindings.find(program.variables[i]);
  Frame frame(std::span(values, count), static_cast<std::size_t>(program.locals),
              *program.environment->time_zones, limits.cost_max);
  Value result = program.root->evaluate(frame);
  if (usage != nullptr) usage->cost = frame.cost();
  if (!frame.exhausted()) return result;
  return Value::error("operation cancelled: actual cost limit exceeded",
                      base::ErrorCode::resource_exhausted);
}

base::Result<doc::Value> Program::evaluate(const Bindings& bindings, const Limits& limits,
                                           Usage* usage) const {
  const Value value = evaluate_value(*rep_, bindings, limits, usage);
  if (value.is(ValueKind::boolean)) return doc::Value(value.as_bool());  // What most rules yield.
  return to_document(value);
}

const Type& Program::result_type() const { return rep_->result; }

std::vector<std::string> Program::variables_read() const {
  std::set<std::string> reads;
  collect_reads(*rep_->tree, rep_->variables, reads);
  return {reads.begin(), reads.end()};
}

}  // namespace cel
