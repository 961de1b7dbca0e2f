// What each act does to the tables of a case. docs/formats/case-folder.md, "What the view is".
#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>

#include "store/case/database.h"

namespace custos::store {
namespace applying {
namespace {

constexpr std::array<std::string_view, 9> kUndoable{"title", "note", "task", "task_state", "assign", "member", "close", "reopen", "undo"};

// One act whose row in `acts` has the number `seq`.
class Applier {
 public:
  Applier(Connection& c, std::string log, std::string own, std::int64_t seq, const Act& act)
      : c_(c), log_(std::move(log)), own_(std::move(own)), seq_(seq), act_(act), keys_(act.keys) {}

  // False: it is not understood, and changed nothing.
  Result<bool> apply() {
    static const std::map<std::string, Result<bool> (Applier::*)(), std::less<>> kActs{
        {"open", &Applier::open},           {"title", &Applier::title},   {"note", &Applier::note},     {"task", &Applier::task},
        {"task_state", &Applier::task_state}, {"assign", &Applier::assign}, {"member", &Applier::member}, {"incident", &Applier::incident},
        {"merge", &Applier::merge},         {"close", &Applier::close},   {"reopen", &Applier::reopen}, {"undo", &Applier::undo},
        {"export", &Applier::exported}};
    const auto found = kActs.find(act_.name);
    return found == kActs.end() ? Result<bool>(false) : (this->*found->second)();
  }

 private:
  // A row of `table` for this act, if it was understood.
  template <class... Values>
  Result<bool> put(const char* table, const Values&... values) {
    if (!keys_.understood()) return false;
    std::string sql = std::string("INSERT INTO ") + table + " VALUES(?";
    for (std::size_t i = 0; i < sizeof...(values); ++i) sql += ", ?";
    auto row = c_.prepare(sql + ")");
    if (!row) return tl::unexpected<Error>(row.error());
    row->bind(seq_);
    (row->bind(values), ...);
    if (auto ok = row->run(); !ok) return tl::unexpected<Error>(ok.error());
    return true;
  }

  // The earlier act that is meant, if it is one of these and was understood.
  Result<std::optional<std::int64_t>> find(const Ref& ref, const std::function<bool(const std::string& act)>& is) {
    auto row = c_.prepare("SELECT seq, act, understood FROM acts WHERE log = ? AND entry = ?");
    if (!row) return tl::unexpected<Error>(row.error());
    auto there = row->bind(full(ref).log).bind(static_cast<std::int64_t>(ref.entry)).step();
    if (!there) return tl::unexpected<Error>(there.error());
    if (!*there || row->number(0) >= seq_ || row->number(2) == 0 || !is(row->text(1))) return std::optional<std::int64_t>();
    return std::optional(row->number(0));
  }
  // As it is told from the case's own log.
  Ref full(const Ref& ref) const { return {ref.log.empty() ? log_ : ref.log == own_ ? std::string() : ref.log, ref.entry}; }
  std::string full(const std::string& about) const {
    const auto ref = parse_ref(about);
    return ref ? to_text(full(*ref)) : about;
  }

  Result<bool> open() {
    const std::string title = keys_.text("title"), number = keys_.text("number");
    if (!is_case_number(number) || (log_.empty() && !own_.empty())) return false;
    if (!keys_.understood()) return false;
    if (log_.empty()) {
      auto set = c_.prepare("INSERT INTO logs VALUES('', ?1, '', 0, '') ON CONFLICT(log) DO UPDATE SET number = ?1");
      if (!set) return tl::unexpected<Error>(set.error());
      if (auto ok = set->bind(number).run(); !ok) return tl::unexpected<Error>(ok.error());
    }
    if (auto ok = put("states", "open", "", "", ""); !ok) return ok;
    return put("titles", title);
  }

  Result<bool> title() { return put("titles", keys_.text("title")); }
  Result<bool> reopen() { return put("states", "open", "", keys_.text("text"), ""); }
  Result<bool> close() { return put("states", "closed", keys_.text("outcome"), keys_.text("text"), keys_.text("into", "")); }
  Result<bool> task() { return put("tasks", keys_.text("title"), keys_.text("due")); }
  Result<bool> exported() { return put("exports", keys_.text("to"), keys_.text("sha256"), keys_.number("size")); }
  Result<bool> member() { return put("members", keys_.text("person"), keys_.one_of("role", kRoles), keys_.one_of("state", kMemberStates)); }

  Result<bool> note() {
    const auto ref = keys_.ref_or_null("replaces");
    std::optional<std::int64_t> replaces;
    if (ref) {
      auto found = find(*ref, [](const std::string& act) { return act == "note"; });
      if (!found) return tl::unexpected<Error>(found.error());
      replaces = *found;
    }
    return put("notes", keys_.text("text"), full(keys_.text("about")), replaces);
  }

  Result<bool> task_state() {
    auto of = find(keys_.ref("task"), [](const std::string& act) { return act == "task"; });
    if (!of) return tl::unexpected<Error>(of.error());
    return put("task_states", *of, keys_.one_of("state", kTaskStates), keys_.text("text"));
  }

  Result<bool> assign() {
    const std::string about = keys_.text("about"), person = keys_.text("to");
    if (!keys_.understood()) return false;
    const auto ref = parse_ref(about);
    if (!ref) return put("assignments", std::optional<std::int64_t>(), about, person);
    auto of = find(*ref, [](const std::string& act) { return act == "task"; });
    if (!of) return tl::unexpected<Error>(of.error());
    auto row = c_.prepare("INSERT INTO assignments VALUES(?, ?, NULL, ?)");
    if (!row) return tl::unexpected<Error>(row.error());
    if (auto ok = row->bind(seq_).bind(*of).bind(person).run(); !ok) return tl::unexpected<Error>(ok.error());
    return true;
  }

  Result<bool> incident() {
    const nlohmann::json& whole = keys_.object("incident");
    if (!keys_.understood()) return false;
    Keys of(whole);
    const std::string id = of.text("id"), title = of.text("title"), level = of.one_of("level", kLevels);
    const std::string first = of.text_or_null("first"), last = of.text_or_null("last");
    const std::int64_t score = of.number("score");
    const char* list = whole.contains("evidence") ? "evidence" : "findings";
    const bool lists = whole.contains(list) && whole[list].is_array() && (!whole.contains("was") || whole["was"].is_array());
    if (!of.understood() || !lists) return false;
    const auto rank = std::find(kLevels.begin(), kLevels.end(), level) - kLevels.begin();
    std::optional<std::int64_t> segment, leaf;
    if (keys_.has("segment")) segment = keys_.number("segment");
    if (keys_.has("leaf")) leaf = keys_.number("leaf");
    const auto findings = static_cast<std::int64_t>(whole[list].size());
    const std::string text = whole.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    auto done = put("incidents", log_, id, title, level, static_cast<std::int64_t>(rank), score, first, last, findings, text, segment, leaf);
    for (const auto& part : whole.value("was", nlohmann::json::array())) {
      if (!done || !*done || !part.is_string()) continue;
      auto row = c_.prepare("INSERT OR IGNORE INTO parts VALUES(?, ?)");
      if (!row) return tl::unexpected<Error>(row.error());
      if (auto ok = row->bind(seq_).bind(part.get_ref<const std::string&>()).run(); !ok) return tl::unexpected<Error>(ok.error());
    }
    return done;
  }

  Result<bool> merge() {
    const auto m = merge_of(act_);
    if (!m) return false;
    return put("merges", m->number, m->origin, static_cast<std::int64_t>(m->size), m->root, m->key);
  }

  Result<bool> undo() {
    const Ref ref = keys_.ref("entry");
    keys_.text("text");
    if (!keys_.understood()) return false;
    auto target = find(ref, [](const std::string& act) { return std::find(kUndoable.begin(), kUndoable.end(), act) != kUndoable.end(); });
    if (!target) return tl::unexpected<Error>(target.error());
    auto done = put("undos", *target);
    if (done && *target) {
      if (auto ok = take_back(**target); !ok) return tl::unexpected<Error>(ok.error());
    }
    return done;
  }

  // One more undo of it is in effect. Where that ends what it did, and it is an undo itself, one less of its target is, and so on.
  Result<void> take_back(std::int64_t target) {
    for (int more = 1;; more = -more) {
      auto change = c_.prepare("UPDATE acts SET undone = undone + ? WHERE seq = ?");
      if (!change) return tl::unexpected<Error>(change.error());
      if (auto ok = change->bind(static_cast<std::int64_t>(more)).bind(target).run(); !ok) return ok;
      auto row = c_.prepare("SELECT acts.undone, undos.target FROM acts LEFT JOIN undos USING (seq) WHERE seq = ?");
      if (!row) return tl::unexpected<Error>(row.error());
      auto there = row->bind(target).step();
      if (!there) return tl::unexpected<Error>(there.error());
      const bool turned = *there && row->number(0) == (more > 0 ? 1 : 0);
      if (!turned || row->is_null(1)) return {};
      target = row->number(1);
    }
  }

  Connection& c_;
  std::string log_, own_;
  std::int64_t seq_;
  const Act& act_;
  Keys keys_;
};

}  // namespace
}  // namespace applying

Result<void> CaseDatabase::apply(const std::string& log, const Act& act) {
  auto own = number();
  if (!own) return tl::unexpected<Error>(own.error());
  auto row = connection_.prepare("INSERT INTO acts VALUES(NULL, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)");
  if (!row) return tl::unexpected<Error>(row.error());
  row->bind(log).bind(static_cast<std::int64_t>(act.entry)).bind(act.time).bind(act.who).bind(act.role).bind(act.reason).bind(act.authority).bind(act.name);
  if (auto ok = row->run(); !ok) return ok;
  const std::int64_t seq = connection_.last_row();
  auto understood = applying::Applier(connection_, log, *own, seq, act).apply();
  if (!understood) return tl::unexpected<Error>(understood.error());
  if (!*understood) return {};
  return connection_.run("UPDATE acts SET understood = 1 WHERE seq = " + std::to_string(seq));
}

Result<CaseView> CaseDatabase::view_with(const nlohmann::ordered_json& keys) {
  if (auto ok = begin(); !ok) return tl::unexpected<Error>(ok.error());
  Act act;
  act.entry = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());  // behind all that are there
  act.name = keys.value("act", "");
  act.keys = keys;
  auto done = apply("", act);
  auto seen = done ? view() : Result<CaseView>(tl::unexpected<Error>(done.error()));
  roll_back();
  return seen;
}

Result<std::optional<ActState>> CaseDatabase::act(const Ref& ref) {
  auto row = connection_.prepare("SELECT act, understood, undone FROM acts WHERE log = ? AND entry = ?");
  if (!row) return tl::unexpected<Error>(row.error());
  auto there = row->bind(ref.log).bind(static_cast<std::int64_t>(ref.entry)).step();
  if (!there) return tl::unexpected<Error>(there.error());
  if (!*there) return std::optional<ActState>();
  const std::string name = row->text(0);
  const bool can = row->number(1) != 0 && std::find(applying::kUndoable.begin(), applying::kUndoable.end(), name) != applying::kUndoable.end();
  auto end = connection_.prepare(
      "WITH RECURSIVE chain(seq) AS (SELECT seq FROM acts WHERE log = ? AND entry = ? "
      "UNION SELECT target FROM undos JOIN chain USING (seq) WHERE target IS NOT NULL) "
      "SELECT act FROM chain JOIN acts USING (seq) ORDER BY seq LIMIT 1");
  if (!end) return tl::unexpected<Error>(end.error());
  if (auto found = end->bind(ref.log).bind(static_cast<std::int64_t>(ref.entry)).step(); !found) return tl::unexpected<Error>(found.error());
  return std::optional(ActState{name, end->text(0), can, row->number(2) > 0});
}

}  // namespace custos::store
