#include "engine/mutate.h"

#include <cctype>
#include <charconv>
#include <utility>

#include "base/strings.h"

namespace engine {
namespace {

Observed with_objects(const Observed& observed, const kube::GroupVersionKind& gvk,
                      std::shared_ptr<const KindView::Objects> objects) {
  Observed changed = observed;
  changed.kinds[gvk] = KindView::listed(std::move(objects));
  return changed;
}

doc::Value another(const doc::Value& leaf) {
  switch (leaf.kind()) {
    case doc::Kind::boolean:
      return !leaf.as_bool();
    case doc::Kind::integer:
      return leaf.as_int() == 0 ? std::int64_t{7} : std::int64_t{0};
    case doc::Kind::unsigned_integer:
    case doc::Kind::number:
      return 0.0;
    case doc::Kind::string:
      // A number in a string stays one, so that it is its amount that is wrong.
      if (!leaf.as_string().empty() &&
          leaf.as_string().find_first_not_of("0123456789") == std::string_view::npos) {
        return "0";
      }
      return std::string(leaf.as_string()) + "-changed";
    case doc::Kind::null:
    case doc::Kind::list:
    case doc::Kind::map:
      break;
  }
  return "changed";
}

/// Visits the changed copies of one value, each put back into its object by `rebuild`.
class Changer {
 public:
  using Rebuild = std::function<doc::Value(const doc::Value&)>;
  Changer(const Words& words, const std::function<void(const doc::Value&)>& visit)
      : words_(words), visit_(visit) {}

  void change(const doc::Value& value, const Rebuild& rebuild) {
    if (value.is_map()) return change_map(value, rebuild);
    if (value.is_list()) return change_list(value, rebuild);
    visit_(rebuild(another(value)));
    if (value.is_int()) {
      for (const std::int64_t number : words_.numbers) visit_(rebuild(number));
    }
    if (!value.is_string()) return;
    change_numbers(value.as_string(), rebuild);
    for (const std::string& text : words_.texts) {
      if (value != doc::Value(text)) visit_(rebuild(text));
    }
  }

 private:
  void change_map(const doc::Value& map, const Rebuild& rebuild) {
    for (const doc::Entry& entry : map.entries()) {
      const std::string key(entry.name());
      visit_(rebuild(map.without(key)));
      change(entry.value,
             [&](const doc::Value& changed) { return rebuild(map.with(key, changed)); });
    }
    for (const std::string& name : words_.names) {
      if (map.find(name) == nullptr) visit_(rebuild(map.with(name, true)));
    }
  }

  /// "4.20.6": each of the numbers between dots, where there is nothing else.
  void change_numbers(std::string_view text, const Rebuild& rebuild) {
    if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos) return;
    const std::vector<std::string_view> parts = base::split(text, '.');
    for (std::size_t i = 0; i < parts.size(); ++i) {
      for (const std::int64_t number : words_.numbers) {
        std::vector<std::string> changed(parts.begin(), parts.end());
        changed[i] = std::to_string(number);
        visit_(rebuild(base::join(changed, ".")));
      }
    }
  }

  void change_list(const doc::Value& list, const Rebuild& rebuild) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      std::vector<doc::Value> items(list.items().begin(), list.items().end());
      std::vector<doc::Value> fewer = items;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      visit_(rebuild(doc::Value::list(std::move(fewer))));
      change(list.items()[i], [&](const doc::Value& changed) {
        items[i] = changed;
        return rebuild(doc::Value::list(items));
      });
    }
  }

  const Words& words_;
  const std::function<void(const doc::Value&)>& visit_;
};

}  // namespace

Observed with_object(const Observed& observed, const kube::ObjectRef& ref,
                     const doc::Value& value) {
  const KindView& view = observed.of(ref.gvk);
  if (view.reading != Reading::listed) return observed;
  auto objects = std::make_shared<KindView::Objects>(*view.objects);
  objects->insert_or_assign(ref.key(), value);
  return with_objects(observed, ref.gvk, std::move(objects));
}

Observed without_object(const Observed& observed, const kube::ObjectRef& ref) {
  const KindView& view = observed.of(ref.gvk);
  if (view.reading != Reading::listed) return observed;
  auto objects = std::make_shared<KindView::Objects>(*view.objects);
  objects->erase(ref.key());
  return with_objects(observed, ref.gvk, std::move(objects));
}

Observed with_one_more(const Observed& observed, const kube::ObjectRef& ref) {
  const doc::Value* object = observed.find(ref);
  if (object == nullptr) return observed;
  kube::ObjectRef second = ref;
  second.name += "-second";
  const doc::Value metadata = object->find("metadata")->with("name", second.name);
  return with_object(observed, second, object->with("metadata", metadata));
}

Observed unreadable(const Observed& observed, const kube::GroupVersionKind& gvk) {
  Observed changed = observed;
  changed.kinds[gvk] = KindView::failed("forbidden");
  return changed;
}

Words words_of(std::string_view expression) {
  Words words;
  const auto is_name = [](char c) {
    return (std::isalnum(static_cast<unsigned char>(c)) != 0) || c == '_';
  };
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (expression[i] == '"' || expression[i] == '\'') {
      const std::size_t end = expression.find(expression[i], i + 1);
      if (end == std::string_view::npos) break;
      words.texts.emplace_back(expression.substr(i + 1, end - i - 1));
      i = end;
    } else if (expression[i] == '.' && i + 1 < expression.size() && is_name(expression[i + 1])) {
      std::size_t end = i + 1;
      while (end < expression.size() && is_name(expression[end])) ++end;
      // What a parenthesis follows is a function.
      if (end == expression.size() || expression[end] != '(') {
        words.names.emplace_back(expression.substr(i + 1, end - i - 1));
      }
      i = end - 1;
    } else if (std::isdigit(static_cast<unsigned char>(expression[i])) != 0 &&
               (i == 0 || !is_name(expression[i - 1]))) {
      std::int64_t number = 0;
      const auto [end, error] =
          std::from_chars(expression.data() + i, expression.data() + expression.size(), number);
      if (error == std::errc()) {
        if (number > 0) words.numbers.push_back(number - 1);
        words.numbers.push_back(number + 1);
      }
      i = static_cast<std::size_t>(end - expression.data()) - 1;
    }
  }
  return words;
}

void each_changed(const doc::Value& object, const Words& words,
                  const std::function<void(const doc::Value&)>& visit) {
  Changer changer(words, visit);
  for (const char* part : {"status", "spec"}) {
    const doc::Value* value = object.find(part);
    if (value == nullptr) continue;
    visit(object.without(part));
    changer.change(*value, [&](const doc::Value& changed) { return object.with(part, changed); });
  }
  const doc::Value* metadata = object.find("metadata");
  if (metadata == nullptr) return;
  for (const char* part : {"labels", "managedFields", "generation", "name"}) {
    const doc::Value* value = metadata->find(part);
    if (value == nullptr) continue;
    changer.change(*value, [&](const doc::Value& changed) {
      return object.with("metadata", metadata->with(part, changed));
    });
  }
}

}  // namespace engine
