// custos_split_path, our own addition to the format: a rule's one path, in telemetry that has its last part in a field
// of its own.
#include <fmt/format.h>

#include "base/text.h"
#include "rules/pipeline/steps/transformations.h"

namespace custos::rules::pipeline {
namespace split_step {
namespace {

struct Part {
  SigmaText head, tail;
};

// Where a text could be cut into "head\tail": at its last literal backslash, or inside any wildcard behind that. A `*`
// at the very end needs no cut of its own: there the head alone decides.
std::vector<Part> cuts(const SigmaText& text) {
  const auto& pieces = text.pieces();
  std::size_t piece = pieces.size(), at = std::string::npos;
  for (std::size_t i = pieces.size(); i-- > 0 && at == std::string::npos;) {
    if (pieces[i].kind == Piece::Kind::Literal) at = pieces[i].text.rfind('\\');
    if (at != std::string::npos) piece = i;
  }
  const auto range = [&](std::size_t from, std::size_t to) {
    SigmaText out;
    for (std::size_t i = from; i < to; ++i) out.add(pieces[i]);
    return out;
  };
  std::vector<Part> out;
  if (piece < pieces.size()) {
    Part part{range(0, piece), {}};
    part.head.add({Piece::Kind::Literal, pieces[piece].text.substr(0, at)});
    part.tail.add({Piece::Kind::Literal, pieces[piece].text.substr(at + 1)});
    part.tail.add(range(piece + 1, pieces.size()));
    if (!part.head.pieces().empty()) out.push_back(std::move(part));
  }
  for (std::size_t i = piece < pieces.size() ? piece + 1 : 0; i + 1 < pieces.size(); ++i) {
    if (pieces[i].kind == Piece::Kind::Star) out.push_back({range(0, i + 1), range(i, pieces.size())});
  }
  return out;
}

bool says_nothing(const SigmaText& text) {
  return text.pieces().size() == 1 && text.pieces().front().kind == Piece::Kind::Star;
}

struct SplitPath {
  std::string field, head, tail;

  Result<std::optional<Detection>> operator()(const Item& item) const {
    if (item.field != field) return std::nullopt;
    const Values values = read_values(item);
    Detection out{values.all != values.negated ? Detection::Kind::AllOf : Detection::Kind::AnyOf, {}, {}};
    for (const Value& value : values.list) {
      if (!value.is_text())
        return fail(Code::Unsupported,
                    fmt::format("'{}' is asked for in a way that cannot be split in two fields", printable(field, 80)));
      out.children.push_back(alternatives(item, value, values.negated));
    }
    return std::optional(only(std::move(out)));
  }

  // A group of one is that one.
  static Detection only(Detection group) {
    if (group.children.size() != 1) return group;
    Detection child = std::move(group.children.front());
    return child;
  }

  Detection alternatives(const Item& item, const Value& value, bool negated) const {
    Detection any{negated ? Detection::Kind::AllOf : Detection::Kind::AnyOf, {}, {}};
    const auto& pieces = value.text.pieces();
    if (!pieces.empty() && pieces.back().kind == Piece::Kind::Star)
      any.children.push_back(leaf(item, head, value, value.text, negated));
    for (const Part& part : cuts(value.text)) {
      Detection both{negated ? Detection::Kind::AnyOf : Detection::Kind::AllOf, {}, {}};
      if (!says_nothing(part.head)) both.children.push_back(leaf(item, head, value, part.head, negated));
      if (!says_nothing(part.tail)) both.children.push_back(leaf(item, tail, value, part.tail, negated));
      if (both.children.empty()) both.children.push_back(leaf(item, head, value, part.head, negated));
      any.children.push_back(only(std::move(both)));
    }
    if (any.children.empty()) any.children.push_back(leaf(item, tail, value, value.text, negated));
    return only(std::move(any));
  }

  static Detection leaf(const Item& item, const std::string& name, const Value& value, SigmaText text, bool negated) {
    Item base = item;
    base.field = name;
    Values one;
    one.negated = negated;
    one.list.push_back(Value::of_text(std::move(text), value.cased));
    return write_values(base, one);
  }
};

}  // namespace
}  // namespace split_step

Result<Apply> custos_split_path(Params& p) {
  split_step::SplitPath split{p.text("field"), p.text("head"), p.text("tail")};
  return [split](Rule& rule, const Step& step, Run& run) { return change_items(rule, step, run, split); };
}

}  // namespace custos::rules::pipeline
