#include "institution/file/tree.h"

#include "base/text.h"
#include "institution/file/moment.h"

namespace custos::institution {
namespace tree_making {
namespace {

Tree text_list(const std::vector<std::string>& texts, Tree::Kind kind) {
  Tree list{Tree::Kind::List, {}, {}, {}};
  for (const std::string& t : texts) list.list.push_back({kind, t, {}, {}});
  return list;
}

}  // namespace
}  // namespace tree_making

void TreeMaker::version(std::string_view key, int wanted) { put(key, {Tree::Kind::Bare, std::to_string(wanted), {}, {}}); }

void TreeMaker::text_or(std::string_view key, const std::string& from, const std::string& usual) {
  if (from != usual) put(key, {Tree::Kind::Text, from, {}, {}});
}

void TreeMaker::texts(std::string_view key, const std::vector<std::string>& from, Need) {
  if (!from.empty()) put(key, tree_making::text_list(from, Tree::Kind::Text));
}

void TreeMaker::flag(std::string_view key, bool from) {
  if (from) put(key, {Tree::Kind::Bare, "true", {}, {}});
}

void TreeMaker::number(std::string_view key, int from, int usual, int, int) {
  if (from != usual) put(key, {Tree::Kind::Bare, std::to_string(from), {}, {}});
}

void TreeMaker::moment(std::string_view key, Micros t, bool until) {
  if (t != kNoTime) put(key, {Tree::Kind::Date, moment_text(t, until ? Edge::Until : Edge::From), {}, {}});
}

void TreeMaker::time(std::string_view key, Micros from) { moment(key, from, false); }

void TreeMaker::span(const Span& from) {
  moment("from", from.from, false);
  moment("until", from.until, true);
}

void TreeMaker::days(std::string_view key, const std::vector<int>& from, const std::vector<int>& usual) {
  if (from == usual) return;
  Tree list{Tree::Kind::List, {}, {}, {}};
  for (const int d : from) {
    if (d >= 1 && d <= 7) list.list.push_back({Tree::Kind::Text, std::string(kDays[static_cast<std::size_t>(d) - 1]), {}, {}});
  }
  put(key, std::move(list));
}

void TreeMaker::clock(std::string_view key, int from, int usual) {
  if (from != usual) put(key, {Tree::Kind::Text, clock_text(from), {}, {}});
}

void TreeMaker::dates(std::string_view key, const std::vector<std::string>& from, const std::vector<std::string>& usual) {
  if (from != usual) put(key, tree_making::text_list(from, Tree::Kind::Date));
}

void TreeMaker::assignments(std::string_view key, const std::vector<std::string>& cases, const std::map<std::string, Span>& assigned) {
  if (cases.empty()) return;
  Tree list{Tree::Kind::List, {}, {}, {}};
  for (const std::string& id : cases) {
    const auto when = assigned.find(id);
    if (when == assigned.end() || when->second == Span{}) {
      list.list.push_back({Tree::Kind::Text, id, {}, {}});
      continue;
    }
    TreeMaker inner(usual_);
    inner.text("id", id);
    inner.span(when->second);
    list.list.push_back(inner.take());
  }
  put(key, std::move(list));
}

void TreeMaker::own_hours(std::string_view key, const std::optional<WorkingHours>& from) {
  if (!from) return;
  TreeMaker inner(usual_);
  Keys<WorkingHours>::of(inner, *from, usual_);
  put(key, inner.take());
}

void TreeMaker::common_hours(std::string_view key, const WorkingHours& from) {
  if (from == WorkingHours{}) return;
  TreeMaker inner(usual_);
  Keys<WorkingHours>::of(inner, from, WorkingHours{});
  put(key, inner.take());
}

Tree tree_of(const Institution& institution) {
  TreeMaker maker(institution.hours);
  Keys<Institution>::of(maker, institution);
  return maker.take();
}

void append_json(std::string& out, const Tree& tree) {
  const auto text = [&out](std::string_view s) {
    out += '"';
    append_json_escaped(out, to_valid_utf8(s));
    out += '"';
  };
  switch (tree.kind) {
    case Tree::Kind::Bare: out += tree.text; return;
    case Tree::Kind::Text:
    case Tree::Kind::Date: text(tree.text); return;
    case Tree::Kind::List:
      out += '[';
      for (std::size_t i = 0; i < tree.list.size(); ++i) {
        if (i > 0) out += ',';
        append_json(out, tree.list[i]);
      }
      out += ']';
      return;
    case Tree::Kind::Map:
      out += '{';
      for (std::size_t i = 0; i < tree.map.size(); ++i) {
        if (i > 0) out += ',';
        text(tree.map[i].key);
        out += ':';
        append_json(out, tree.map[i].value);
      }
      out += '}';
  }
}

}  // namespace custos::institution
