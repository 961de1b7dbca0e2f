#include "store/case/view.h"

#include <algorithm>

#include "store/case/database.h"

namespace custos::store {
namespace viewing {
namespace {

// Calls `take` for each row.
template <class Take>
Result<void> each(Connection& c, std::string_view sql, const Take& take) {
  auto rows = c.prepare(sql);
  if (!rows) return tl::unexpected<Error>(rows.error());
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) return {};
    take(*rows);
  }
}

Ref ref_in(const Statement& row, int log) { return {row.text(log), static_cast<std::uint64_t>(row.number(log + 1))}; }

std::optional<std::int64_t> maybe(const Statement& row, int column) { return row.is_null(column) ? std::nullopt : std::optional(row.number(column)); }

Result<void> about_the_case(Connection& c, CaseView& v) {
  auto ok = each(c, "SELECT title FROM titles JOIN in_effect USING (seq) WHERE log = '' ORDER BY seq DESC LIMIT 1", [&](Statement& r) { v.title = r.text(0); });
  if (!ok) return ok;
  ok = each(c, "SELECT state, outcome, text, into_case FROM states JOIN in_effect USING (seq) WHERE log = '' ORDER BY seq DESC LIMIT 1", [&](Statement& r) {
    v.state = r.text(0);
    v.outcome = r.text(1);
    v.closing = v.state == "closed" ? r.text(2) : std::string();
    v.into = r.text(3);
  });
  if (!ok) return ok;
  ok = each(c, "SELECT time FROM acts WHERE log = '' ORDER BY seq LIMIT 1", [&](Statement& r) { v.opened = r.text(0); });
  if (!ok) return ok;
  ok = each(c, "SELECT time FROM acts WHERE log = '' ORDER BY seq DESC LIMIT 1", [&](Statement& r) { v.last_act = r.text(0); });
  if (!ok) return ok;
  ok = each(c, "SELECT count(*), coalesce(sum(1 - understood), 0) FROM acts", [&](Statement& r) {
    v.acts = r.number(0);
    v.not_understood = r.number(1);
  });
  if (!ok) return ok;
  return each(c, "SELECT kind, entries, records, bytes FROM kinds ORDER BY kind",
              [&](Statement& r) { v.kinds.push_back({r.text(0), r.number(1), r.number(2), r.number(3)}); });
}

Result<void> its_lists(Connection& c, CaseView& v) {
  auto ok = each(c, "SELECT person, role, since, by FROM current_members",
                 [&](Statement& r) { v.members.push_back({r.text(0), r.text(1), r.text(2), r.text(3)}); });
  if (!ok) return ok;
  ok = each(c, "SELECT log, entry, id, title, level, first, last, person, score, findings, whole, segment, leaf FROM current_incidents", [&](Statement& r) {
    v.incidents.push_back({ref_in(r, 0), r.text(2), r.text(3), r.text(4), r.text(5), r.text(6), r.text(7), r.number(8), r.number(9), r.text(10), maybe(r, 11),
                           maybe(r, 12)});
  });
  if (!ok) return ok;
  ok = each(c, "SELECT log, entry, time, who, title, due, state, said, person FROM current_tasks", [&](Statement& r) {
    v.tasks.push_back({ref_in(r, 0), r.text(2), r.text(3), r.text(4), r.text(5), r.text(6), r.text(7), r.text(8)});
  });
  if (!ok) return ok;
  ok = each(c, "SELECT log, entry, time, who, text, about FROM current_notes",
            [&](Statement& r) { v.notes.push_back({ref_in(r, 0), r.text(2), r.text(3), r.text(4), r.text(5)}); });
  if (!ok) return ok;
  constexpr const char* kMerged =
      "SELECT m.log, m.entry, number, origin, m.time, m.who, size, "
      "coalesce((SELECT title FROM titles JOIN in_effect e USING (seq) WHERE e.log = number ORDER BY seq DESC LIMIT 1), ''), "
      "coalesce((SELECT applied FROM logs WHERE logs.log = merges.number), 0) FROM merges JOIN acts m USING (seq) ORDER BY seq";
  ok = each(c, kMerged, [&](Statement& r) {
    const bool whole = r.number(8) >= r.number(6) || r.text(2) == v.number;
    v.merged.push_back({ref_in(r, 0), r.text(2), r.text(3), r.text(7), r.text(4), r.text(5), r.number(6), whole});
  });
  if (!ok) return ok;
  return each(c, "SELECT log, entry, path, sha256, time, who, size FROM exports JOIN acts USING (seq) WHERE log = '' ORDER BY seq",
              [&](Statement& r) { v.exports.push_back({ref_in(r, 0), r.text(2), r.text(3), r.text(4), r.text(5), r.number(6)}); });
}

template <class Item>
const Item* find(const std::vector<Item>& items, const Ref& ref) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const Item& i) { return i.ref == ref; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace
}  // namespace viewing

const CaseMember* CaseView::member(const std::string& person) const {
  const auto found = std::find_if(members.begin(), members.end(), [&](const CaseMember& m) { return m.person == person; });
  return found == members.end() ? nullptr : &*found;
}

const CaseTask* CaseView::task(const Ref& ref) const { return viewing::find(tasks, ref); }
const CaseNote* CaseView::note(const Ref& ref) const { return viewing::find(notes, ref); }

Result<CaseView> CaseDatabase::view() {
  CaseView v;
  auto known = marks();
  if (!known) return tl::unexpected<Error>(known.error());
  v.number = (*known)[""].number;
  v.applied = (*known)[""].applied;
  if (auto ok = viewing::about_the_case(connection_, v); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = viewing::its_lists(connection_, v); !ok) return tl::unexpected<Error>(ok.error());
  return v;
}

}  // namespace custos::store
