// Renaming of fields: in items, in field references, in the rule's `fields` and in correlations.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "rules/pipeline/steps/transformations.h"

namespace custos::rules::pipeline {
namespace field_steps {
namespace {

constexpr std::size_t kNameBytes = 1024;

// The names that take a name's place; nothing where it is not mapped. The empty name is a keyword's.
using Rename = std::function<std::optional<Texts>(const std::string&)>;

class Renamer {
 public:
  Renamer(const Rename& rename, const Step& step, Run& run) : rename_(rename), step_(step), run_(run) {}

  // A name that stands alone.
  Result<Texts> alone(const std::string& name) {
    auto mapped = rename_(name);
    if (!mapped) return Texts{name};
    const auto takes = step_.takes_field(name, run_);
    if (!takes) return tl::unexpected(takes.error());
    if (!*takes) return Texts{name};
    if (auto ok = check(*mapped); !ok) return tl::unexpected(ok.error());
    if (mapped->size() != 1 || mapped->front() != name) track(name, *mapped);
    return std::move(*mapped);
  }

  // A name in a place that has room for one only.
  Result<std::string> one(const std::string& name, std::string_view place) {
    auto mapped = alone(name);
    if (!mapped) return tl::unexpected(mapped.error());
    if (mapped->size() == 1) return std::move(mapped->front());
    return fail(Code::Unsupported, fmt::format("the pipeline maps '{}' in {} to {} fields; there it can be one only",
                                               printable(name, 80), place, mapped->size()));
  }

  Result<Texts> list(const Texts& names) {
    Texts out;
    for (const std::string& name : names) {
      auto mapped = alone(name);
      if (!mapped) return mapped;
      out.insert(out.end(), mapped->begin(), mapped->end());
    }
    return out;
  }

  Result<std::optional<Detection>> item(const Item& item);

 private:
  Result<bool> references(const Item& item, Values& values);

  Result<void> check(const Texts& names) {
    for (const std::string& name : names) {
      if (name.size() > kNameBytes) return fail(Code::Limit, "the pipeline makes a field name longer than 1 KiB");
    }
    return run_.spend(names.size());
  }

  void track(const std::string& name, const Texts& mapped) {
    std::set<std::string> ids = std::move(run_.field_applied[name]);
    if (!step_.id.empty()) ids.insert(step_.id);
    run_.field_applied.erase(name);
    for (const std::string& target : mapped) run_.field_applied[target] = ids;
  }

  const Rename& rename_;
  const Step& step_;
  Run& run_;
};

Result<bool> Renamer::references(const Item& item, Values& values) {
  bool any = false;
  values = read_values(item);
  std::vector<Value> list;
  for (Value& value : values.list) {
    bool takes = value.kind == Value::Kind::FieldRef;
    if (takes) {
      const auto said = step_.takes_field(value.scalar.text, run_);
      if (!said) return said;
      takes = *said;
    }
    if (!takes) {
      list.push_back(std::move(value));
      continue;
    }
    const auto names = alone(value.scalar.text);
    if (!names) return tl::unexpected(names.error());
    any = true;
    for (const std::string& name : *names) {
      list.push_back(value);
      list.back().scalar.text = name;
    }
  }
  values.list = std::move(list);
  return any;
}

Result<std::optional<Detection>> Renamer::item(const Item& old) {
  Values values;
  const auto referred = references(old, values);
  if (!referred) return tl::unexpected(referred.error());
  auto mapped = rename_(old.field);
  if (mapped) {
    const auto takes = step_.takes_field(old.field, run_);
    if (!takes) return tl::unexpected(takes.error());
    if (!*takes) mapped.reset();
  }
  if (!mapped) return *referred ? std::optional(write_values(old, values)) : std::nullopt;
  if (auto ok = check(*mapped); !ok) return tl::unexpected(ok.error());
  Detection made{Detection::Kind::Leaf, old, {}};
  const bool keyword = old.field.empty();
  // A keyword is somewhere in the record; in a field it is somewhere in the value.
  for (Value& value : values.list) {
    if (!keyword || !value.is_text()) continue;
    value.text.star_front();
    value.text.star_back();
  }
  if (*referred || keyword) made = write_values(old, values);
  const std::function<void(Detection&, const std::string&)> rename = [&](Detection& d, const std::string& name) {
    if (d.kind == Detection::Kind::Leaf) d.item.field = name;
    // As in the oracle: of several copies none remembers the steps before.
    if (d.kind == Detection::Kind::Leaf && mapped->size() > 1) d.item.applied.clear();
    for (Detection& child : d.children) rename(child, name);
  };
  if (mapped->size() == 1) {
    rename(made, mapped->front());
    return std::optional(std::move(made));
  }
  Detection any{Detection::Kind::AnyOf, {}, {}};
  for (const std::string& name : *mapped) {
    any.children.push_back(made);
    rename(any.children.back(), name);
  }
  return std::optional(std::move(any));
}

Result<void> correlation(Correlation& c, Renamer& renamer) {
  if (!c.group_by.empty()) {
    for (auto& [alias, fields] : c.aliases) {
      for (auto& [rule, field] : fields) {
        auto mapped = renamer.one(field, "an alias of a correlation");
        if (!mapped) return tl::unexpected(mapped.error());
        field = std::move(*mapped);
      }
    }
    Texts group_by;
    for (const std::string& name : c.group_by) {
      auto mapped = c.aliases.count(name) != 0 ? Result<Texts>(Texts{name}) : renamer.alone(name);
      if (!mapped) return tl::unexpected(mapped.error());
      group_by.insert(group_by.end(), mapped->begin(), mapped->end());
    }
    c.group_by = std::move(group_by);
  }
  for (std::string& field : c.fields) {
    auto mapped = renamer.one(field, "the condition of a correlation");
    if (!mapped) return tl::unexpected(mapped.error());
    field = std::move(*mapped);
  }
  return {};
}

Apply renaming(Rename rename) {
  return [rename = std::move(rename)](Rule& rule, const Step& step, Run& run) -> Result<void> {
    Renamer renamer(rename, step, run);
    auto fields = renamer.list(rule.fields);
    if (!fields) return tl::unexpected(fields.error());
    rule.fields = std::move(*fields);
    if (rule.kind == Rule::Kind::Correlation) return correlation(rule.correlation, renamer);
    if (auto ok = change_items(rule, step, run, [&](const Item& item) { return renamer.item(item); }); !ok) return ok;
    // A field mapped to an empty list is dropped.
    return prune(rule);
  };
}

// The key `null` (or an empty one) of a mapping is the keywords' field, which has no name.
std::string plain_name(const std::string& key) { return key == "null" || key == "~" ? std::string() : key; }

}  // namespace
}  // namespace field_steps

Result<Apply> field_name_mapping(Params& p) {
  std::map<std::string, Texts> names;
  for (auto& [from, to] : p.mapping("mapping")) {
    if (std::find(to.begin(), to.end(), "") != to.end()) p.wrong("maps a field to an empty name");
    names[field_steps::plain_name(from)] = to;
  }
  return field_steps::renaming([names](const std::string& name) -> std::optional<Texts> {
    const auto found = names.find(name);
    return found == names.end() ? std::nullopt : std::optional(found->second);
  });
}

Result<Apply> field_name_prefix_mapping(Params& p) {
  return field_steps::renaming([prefixes = p.mapping("mapping")](const std::string& name) -> std::optional<Texts> {
    for (const auto& [from, to] : prefixes) {
      if (name.empty() || !name.starts_with(from)) continue;
      Texts out;
      for (const std::string& prefix : to) out.push_back(prefix + name.substr(from.size()));
      return out;
    }
    return std::nullopt;
  });
}

Result<Apply> field_name_prefix(Params& p) {
  return field_steps::renaming([prefix = p.text("prefix")](const std::string& name) -> std::optional<Texts> {
    return name.empty() ? std::nullopt : std::optional(Texts{prefix + name});
  });
}

Result<Apply> field_name_suffix(Params& p) {
  return field_steps::renaming([suffix = p.text("suffix")](const std::string& name) -> std::optional<Texts> {
    return name.empty() ? std::nullopt : std::optional(Texts{name + suffix});
  });
}

}  // namespace custos::rules::pipeline
