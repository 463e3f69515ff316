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

/// The bindings by the program's slots.
class Variables {
 public:
  Variables(const std::vector<std::string>& names, const Bindings& bindings) {
    if (names.size() > kFew) many_ = std::make_unique<const doc::Value*[]>(names.size());
    const doc::Value** value = many_ ? many_.get() : few_.data();
    first_ = value;
    for (const std::string& name : names) *value++ = bindings.find(name);
  }
  Variables(const Variables&) = delete;
  Variables& operator=(const Variables&) = delete;
  const doc::Value* const* first() const { return first_; }

 private:
  static constexpr std::size_t kFew = 8;
  std::array<const doc::Value*, kFew> few_;
  std::unique_ptr<const doc::Value*[]> many_;
  const doc::Value* const* first_;
};

Value exhausted() {
  return Value::error("operation cancelled: actual cost limit exceeded",
                      base::ErrorCode::resource_exhausted);
}

base::Result<doc::Value> outcome(const detail::ProgramRep& program, const Variables& variables,
                                 Local* locals, const Limits& limits, Usage* usage) {
  Frame frame(variables.first(), locals, *program.environment->time_zones, limits.cost_max);
  Value other;
  const Truth truth = program.root->decide(frame, other);  // A bool is what most rules yield.
  if (usage != nullptr) usage->cost = frame.cost();
  if (frame.exhausted()) return to_document(exhausted());
  if (truth == Truth::neither) return to_document(other);
  return doc::Value(truth == Truth::yes);
}

}  // namespace

Value evaluate_value(const detail::ProgramRep& program, const Bindings& bindings,
                     const Limits& limits, Usage* usage) {
  const Variables variables(program.variables, bindings);
  Locals locals(static_cast<std::size_t>(program.locals));
  Frame frame(variables.first(), locals.first(), *program.environment->time_zones, limits.cost_max);
  Value result = program.root->evaluate(frame);
  if (usage != nullptr) usage->cost = frame.cost();
  return frame.exhausted() ? exhausted() : result;
}

base::Result<doc::Value> Program::evaluate(const Bindings& bindings, const Limits& limits,
                                           Usage* usage) const {
  const Variables variables(rep_->variables, bindings);
  if (rep_->locals == 0) return outcome(*rep_, variables, nullptr, limits, usage);
  Locals locals(static_cast<std::size_t>(rep_->locals));
  return outcome(*rep_, variables, locals.first(), limits, usage);
}

const Type& Program::result_type() const { return rep_->result; }

std::vector<std::string> Program::variables_read() const {
  std::set<std::string> reads;
  collect_reads(*rep_->tree, rep_->variables, reads);
  return {reads.begin(), reads.end()};
}

}  // namespace cel
