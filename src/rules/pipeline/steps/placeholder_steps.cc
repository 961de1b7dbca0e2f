// Placeholders of |expand: replaced with the values of a variable, or with a wildcard.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "rules/pipeline/steps/transformations.h"

namespace custos::rules::pipeline {
namespace placeholder_steps {
namespace {

constexpr std::size_t kExpansions = 200;  // texts out of one value, as in the oracle

// Which placeholders a step is for.
struct Handled {
  std::optional<Texts> include, exclude;

  static Handled read(Params& p) {
    Handled out;
    if (p.has("include")) out.include = p.texts("include");
    if (p.has("exclude")) out.exclude = p.texts("exclude");
    if (out.include && out.exclude) p.wrong("has both 'include' and 'exclude'; one of them is enough");
    return out;
  }

  bool operator()(const std::string& name) const {
    const auto lists = [&](const Texts& names) { return std::find(names.begin(), names.end(), name) != names.end(); };
    return include ? lists(*include) : !exclude || !lists(*exclude);
  }
};

using Replacements = std::function<Result<std::vector<SigmaText>>(const std::string& name, bool regex)>;

Result<std::vector<SigmaText>> expand(const SigmaText& text, bool regex, const Handled& handled,
                                      const Replacements& replacements) {
  std::vector<SigmaText> out(1);
  for (const Piece& piece : text.pieces()) {
    std::vector<SigmaText> with(1);
    if (piece.kind == Piece::Kind::Placeholder && handled(piece.text)) {
      auto found = replacements(piece.text, regex);
      if (!found) return found;
      with = std::move(*found);
    } else {
      with.front().add(piece);
    }
    if (out.size() * with.size() > kExpansions) {
      return fail(Code::Limit, fmt::format("the placeholder '{}' makes more than {} values out of one",
                                           printable(piece.text, 80), kExpansions));
    }
    std::vector<SigmaText> longer;
    for (const SigmaText& head : out) {
      for (const SigmaText& tail : with) longer.emplace_back(head).add(tail);
    }
    out = std::move(longer);
  }
  return out;
}

Result<std::optional<std::vector<Value>>> change(const Value& value, const Handled& handled,
                                                 const Replacements& replacements) {
  const bool regex = value.kind == Value::Kind::Regex;
  const auto& pieces = value.text.pieces();
  const bool any = (regex || value.is_text()) && std::any_of(pieces.begin(), pieces.end(), [&](const Piece& piece) {
                     return piece.kind == Piece::Kind::Placeholder && handled(piece.text);
                   });
  if (!any) return std::nullopt;
  auto texts = expand(value.text, regex, handled, replacements);
  if (!texts) return tl::unexpected(texts.error());
  std::vector<Value> out;
  for (SigmaText& text : *texts) {
    out.push_back(value);
    out.back().text = std::move(text);
  }
  return std::optional(std::move(out));
}

Result<std::vector<SigmaText>> variable(const Run& run, const std::string& name, bool regex) {
  std::vector<SigmaText> out;
  const auto add = [&](const std::string& text) {
    out.push_back(regex ? SigmaText::literal(text) : SigmaText::parse(text));
  };
  if (run.vars != nullptr) {
    if (const auto found = run.vars->find(name); found != run.vars->end()) {
      for (const Scalar& value : found->second) {
        if (value.kind == Scalar::Kind::Null || value.kind == Scalar::Kind::Bool) {
          return fail(Code::Unsupported, fmt::format("the variable '{}' holds a value that is neither text nor number",
                                                     printable(name, 80)));
        }
        add(number_text(value));
      }
      if (!out.empty()) return out;
    }
  }
  if (run.outside != nullptr) {
    if (const auto found = run.outside->find(name); found != run.outside->end()) {
      for (const std::string& value : found->second) add(value);
    }
  }
  if (!out.empty()) return out;
  return fail(Code::Unsupported,
              fmt::format("the placeholder %{0}% has no value; give it one as variable '{0}'", printable(name, 80)));
}

}  // namespace
}  // namespace placeholder_steps

Result<Apply> value_placeholders(Params& p) {
  using namespace placeholder_steps;
  return [handled = Handled::read(p)](Rule& rule, const Step& step, Run& run) -> Result<void> {
    const Replacements values = [&run](const std::string& name, bool regex) { return variable(run, name, regex); };
    return change_values([&](const Value& value) { return change(value, handled, values); })(rule, step, run);
  };
}

Result<Apply> wildcard_placeholders(Params& p) {
  using namespace placeholder_steps;
  const Replacements star = [](const std::string&, bool regex) -> Result<std::vector<SigmaText>> {
    return std::vector<SigmaText>{regex ? SigmaText::literal(".*") : SigmaText::parse("*")};
  };
  return change_values([handled = Handled::read(p), star](const Value& value) { return change(value, handled, star); });
}

}  // namespace custos::rules::pipeline
