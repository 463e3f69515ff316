#include "schema/path.h"

namespace schema {

std::string Path::text(bool brackets) const {
  if (step_ == Step::root) return "";
  std::string text = parent_->text(brackets);
  if (step_ == Step::index) return text + "[" + std::to_string(index_) + "]";
  if (step_ == Step::key && brackets) return text + "[" + std::string(name_) + "]";
  if (!text.empty()) text += '.';
  return text.append(name_);
}

}  // namespace schema
