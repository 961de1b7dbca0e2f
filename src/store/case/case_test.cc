// Acts in random order, against a naive twin that follows docs/formats/case-folder.md, "What the view is", word by word.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "store/case/database.h"

namespace custos::store {
namespace {

using Json = nlohmann::json;

constexpr const char* kOwn = "0123456789abcdef";
constexpr const char* kOther = "fedcba9876543210";

Act act_of(std::uint64_t entry, Json keys) {
  Act a;
  a.entry = entry;
  a.time = "2026-11-30T10:00:00Z";
  a.who = "dekker";
  a.name = keys.value("act", "");
  a.keys = std::move(keys);
  return a;
}

Json incident(const std::string& id, unsigned score, std::vector<std::string> was = {}) {
  return {{"act", "incident"},
          {"incident",
           {{"id", id}, {"title", "t"}, {"level", score > 5 ? "high" : "low"}, {"score", score}, {"first", "a"}, {"last", "b"}, {"findings", Json::array({1, 2})},
            {"was", was}, {"more", "kept"}}}};
}

std::unique_ptr<CaseDatabase> database_with(const std::vector<Json>& acts) {
  auto d = std::move(*CaseDatabase::in_memory());
  std::uint64_t entry = 1;
  EXPECT_TRUE(d->begin());
  for (const Json& a : acts) EXPECT_TRUE(d->apply("", act_of(entry++, a)));
  EXPECT_TRUE(d->commit());
  return d;
}

Json opened() { return {{"act", "open"}, {"title", "first"}, {"number", kOwn}}; }

TEST(CaseAct, RefersToEntriesOfThisLogAndOfOthers) {
  EXPECT_EQ(parse_ref("17"), (Ref{"", 17}));
  EXPECT_EQ(parse_ref("0123456789abcdef:17"), (Ref{kOwn, 17}));
  for (const char* no : {"", "01", "-1", "17 ", "0123456789abcde:17", "0123456789ABCDEF:17", "0123456789abcdef:", ":1", "1234567890123456", "5f0c2a1be0d94c77"}) {
    EXPECT_FALSE(parse_ref(no)) << no;
  }
  EXPECT_EQ(ref_of_key(Json(17u)), (Ref{"", 17}));
  EXPECT_FALSE(ref_of_key(Json("17"))) << "of this log it is a number";
  EXPECT_EQ(to_json(Ref{kOwn, 3}), "0123456789abcdef:3");
}

TEST(CaseDatabase, AnActThatIsNotUnderstoodIsCountedAndChangesNothing) {
  const std::vector<Json> strange = {{{"act", "dance"}},
                                     Json::object(),
                                     {{"act", "note"}, {"text", 5}, {"about", ""}, {"replaces", nullptr}},
                                     {{"act", "note"}, {"text", "x"}, {"about", ""}},
                                     {{"act", "task"}, {"title", "x"}},
                                     {{"act", "task_state"}, {"task", 1u}, {"state", "burnt"}, {"text", ""}},
                                     {{"act", "member"}, {"person", "x"}, {"role", "king"}, {"state", "added"}},
                                     {{"act", "incident"}, {"incident", 7}},
                                     {{"act", "incident"}, {"incident", {{"id", "x"}}}},
                                     {{"act", "merge"}, {"from", "x"}, {"folder", "/etc"}},
                                     {{"act", "merge"},
                                      {"from", {{"number", kOther}, {"origin", "o"}, {"root", "r"}, {"key", "k"}, {"size", 3u}}},
                                      {"folder", "../../etc"}},
                                     {{"act", "undo"}, {"entry", nullptr}, {"text", ""}},
                                     {{"act", "open"}, {"title", "again"}, {"number", kOther}},
                                     {{"act", "close"}, {"outcome", 1}, {"text", ""}}};
  std::vector<Json> acts{opened()};
  acts.insert(acts.end(), strange.begin(), strange.end());
  const auto v = database_with(acts)->view();
  ASSERT_TRUE(v);
  EXPECT_EQ(v->not_understood, static_cast<std::int64_t>(strange.size()));
  EXPECT_EQ(v->acts, static_cast<std::int64_t>(acts.size()));
  EXPECT_EQ(v->title, "first");
  EXPECT_EQ(v->number, kOwn);
  EXPECT_EQ(v->state, "open");
  EXPECT_TRUE(v->notes.empty() && v->tasks.empty() && v->members.empty() && v->incidents.empty() && v->merged.empty());
}

TEST(CaseDatabase, TheNewestIncidentOfAnIdCountsAndWhatItTookInIsGone) {
  const auto v = database_with({opened(), incident("a", 1), incident("b", 3), incident("c", 2), incident("a", 9, {"b"}), incident("c", 4)})->view();
  ASSERT_TRUE(v);
  ASSERT_EQ(v->incidents.size(), 2u);
  EXPECT_EQ(v->incidents[0].id, "a");
  EXPECT_EQ(v->incidents[0].ref.entry, 5u);
  EXPECT_EQ(Json::parse(v->incidents[0].whole)["more"], "kept");
  EXPECT_EQ(v->incidents[1].score, 4);
  Json plain = incident("d", 1);
  plain["incident"].update({{"first", nullptr}, {"last", nullptr}, {"evidence", Json::array({1, 2, 3})}});
  const auto one = database_with({opened(), plain})->view();
  ASSERT_TRUE(one && one->incidents.size() == 1);
  EXPECT_EQ(one->incidents[0].findings, 3);
  EXPECT_EQ(one->incidents[0].first, "");
  // It is an incident of its own again when somebody says so later, and none took it in since.
  const auto again = database_with({opened(), incident("b", 3), incident("a", 9, {"b"}), incident("b", 1)})->view();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->incidents.size(), 2u);
}

TEST(CaseDatabase, AnUndoCanBeUndoneAndSoOn) {
  const Json note = {{"act", "note"}, {"text", "n"}, {"about", ""}, {"replaces", nullptr}};
  std::vector<Json> acts{opened(), note};
  for (std::uint64_t target = 2; target < 12; ++target) {
    acts.push_back({{"act", "undo"}, {"entry", target}, {"text", ""}});
    const auto d = database_with(acts);
    EXPECT_EQ(d->view()->notes.size(), target % 2) << target;
    EXPECT_EQ((*d->act({"", acts.size()}))->in_the_end, "note");
  }
}

TEST(CaseDatabase, AnIndexOrTriggerMoreIsNoDatabaseOfOurs) {
  const std::string path = testing::TempDir() + "/custos-case-" + std::to_string(::getpid()) + ".db";
  ASSERT_TRUE(CaseDatabase::create(path));
  EXPECT_TRUE(CaseDatabase::open(path));
  auto c = Connection::open(path, Connection::Mode::File);
  ASSERT_TRUE(c);
  ASSERT_TRUE(c->run("CREATE VIEW more AS SELECT 1"));
  const auto d = CaseDatabase::open(path);
  ASSERT_FALSE(d);
  EXPECT_EQ(d.error().code, Code::Unsupported);
  for (const char* end : {"", "-wal", "-shm"}) std::remove((path + end).c_str());
}

// --- the naive twin

struct Twin {
  struct Item {
    std::string log;
    std::uint64_t entry;
    Json keys;
  };
  std::vector<Item> items;  // in the order they were applied

  std::optional<std::size_t> find(const Item& from, std::size_t before, const Json& ref) const {
    Ref r;
    if (ref.is_number_unsigned()) r = {from.log, ref.get<std::uint64_t>()};
    if (ref.is_string()) r = *parse_ref(ref.get<std::string>());
    if (r.log == kOwn) r.log.clear();
    for (std::size_t i = 0; i < before; ++i) {
      if (items[i].log == r.log && items[i].entry == r.entry) return i;
    }
    return std::nullopt;
  }
  std::string name(std::size_t i) const { return items[i].keys["act"]; }

  // From the last to the first: nothing that comes later changes whether an undo is in effect.
  std::vector<bool> in_effect() const {
    static const std::set<std::string> undoable{"title", "note", "task", "task_state", "assign", "member", "close", "reopen", "undo"};
    std::vector<bool> on(items.size(), true);
    for (std::size_t i = items.size(); i-- > 0;) {
      if (name(i) != "undo" || !on[i]) continue;
      const auto target = find(items[i], i, items[i].keys["entry"]);
      if (target && undoable.contains(name(*target))) on[*target] = false;
    }
    return on;
  }

  std::string view() const {
    const auto on = in_effect();
    std::string title, state;
    std::map<std::string, std::string> members, task_state, person;
    std::set<std::size_t> replaced;
    const auto item = [&](std::size_t i) { return items[i].log + ":" + std::to_string(items[i].entry); };
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Json& k = items[i].keys;
      const std::string act = name(i);
      if (!on[i]) continue;
      if (items[i].log.empty()) {
        if (act == "open" || act == "title") title = k["title"];
        if (act == "open" || act == "reopen") state = "open";
        if (act == "close") state = "closed";
        if (act == "member" && k["state"] == "added") members[k["person"]] = k["role"];
        if (act == "member" && k["state"] == "removed") members.erase(k["person"]);
      }
      if (act == "note" && !k["replaces"].is_null()) {
        const auto target = find(items[i], i, k["replaces"]);
        if (target && name(*target) == "note") replaced.insert(*target);
      }
      if (act == "task_state") {
        const auto target = find(items[i], i, k["task"]);
        if (target && name(*target) == "task") task_state[item(*target)] = k["state"];
      }
      if (act == "assign") {
        const auto ref = parse_ref(k["about"].get_ref<const std::string&>());
        if (!ref) {
          person[k["about"]] = k["to"];
        } else if (const auto target = find(items[i], i, to_json(*ref)); target && name(*target) == "task") {
          person[item(*target)] = k["to"];
        }
      }
    }
    std::string all = title + "/" + state + "\n";
    for (const auto& [p, role] : members) all += p + " " + role + "\n";
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (on[i] && name(i) == "note" && !replaced.contains(i)) all += "note " + item(i) + " " + items[i].keys["text"].get<std::string>() + "\n";
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!on[i] || name(i) != "task") continue;
      all += "task " + item(i) + " " + (task_state.contains(item(i)) ? task_state[item(i)] : "open") + " " + person[item(i)] + "\n";
    }
    return all + incidents(person);
  }

  std::string incidents(std::map<std::string, std::string>& person) const {
    std::map<std::pair<std::string, std::string>, std::size_t> newest;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (name(i) == "incident") newest[{items[i].log, items[i].keys["incident"]["id"]}] = i;
    }
    std::set<std::string> lines;
    for (const auto& [key, i] : newest) {
      bool gone = false;
      for (const auto& [other, j] : newest) {
        const Json was = items[j].keys["incident"]["was"];
        gone = gone || (j > i && other.second != key.second && std::find(was.begin(), was.end(), key.second) != was.end());
      }
      if (!gone) lines.insert("incident " + key.first + ":" + std::to_string(items[i].entry) + " " + key.second + " " + person[key.second] + "\n");
    }
    std::string all;
    for (const std::string& line : lines) all += line;
    return all;
  }
};

std::string told(const CaseView& v) {
  const auto item = [](const Ref& r) { return r.log + ":" + std::to_string(r.entry); };
  std::string all = v.title + "/" + v.state + "\n";
  for (const auto& m : v.members) all += m.person + " " + m.role + "\n";
  for (const auto& n : v.notes) all += "note " + item(n.ref) + " " + n.text + "\n";
  for (const auto& t : v.tasks) all += "task " + item(t.ref) + " " + t.state + " " + t.person + "\n";
  std::set<std::string> lines;
  for (const auto& i : v.incidents) lines.insert("incident " + item(i.ref) + " " + i.id + " " + i.person + "\n");
  for (const std::string& line : lines) all += line;
  return all;
}

class RandomActs {
 public:
  explicit RandomActs(unsigned seed) : chance_(seed) {}

  Json next(const std::string& log, std::uint64_t entry) {
    switch (pick(12)) {
      case 0: return {{"act", "title"}, {"title", text()}};
      case 1:
      case 2: return {{"act", "note"}, {"text", text()}, {"about", ""}, {"replaces", pick(2) == 0 ? Json(nullptr) : ref(log, entry)}};
      case 3: return {{"act", "task"}, {"title", text()}, {"due", ""}};
      case 4: return {{"act", "task_state"}, {"task", ref(log, entry)}, {"state", std::string(kTaskStates[pick(3)])}, {"text", ""}};
      case 5: return {{"act", "assign"}, {"about", pick(2) == 0 ? std::string(1, static_cast<char>('w' + pick(3))) : std::to_string(pick(entry + 2))}, {"to", text()}};
      case 6: return {{"act", "member"}, {"person", text()}, {"role", std::string(kRoles[pick(4)])}, {"state", std::string(kMemberStates[pick(2)])}};
      case 7: return {{"act", "close"}, {"outcome", text()}, {"text", ""}};
      case 8: return {{"act", "reopen"}, {"text", ""}};
      case 9: return incident(std::string(1, static_cast<char>('w' + pick(3))), static_cast<unsigned>(pick(4)), {std::string(1, static_cast<char>('w' + pick(4)))});
      default: return {{"act", "undo"}, {"entry", ref(log, entry)}, {"text", ""}};
    }
  }
  std::uint64_t pick(std::uint64_t n) { return chance_() % n; }

 private:
  std::string text() { return std::string(1, static_cast<char>('a' + pick(4))); }
  // Mostly of what is there, sometimes later, sometimes of the other log, sometimes of the own one by its number.
  Json ref(const std::string& log, std::uint64_t entry) {
    const std::uint64_t index = pick(entry + 2);
    if (pick(4) == 0) return std::string(pick(2) == 0 ? kOther : kOwn) + ":" + std::to_string(index);
    static_cast<void>(log);
    return index;
  }
  std::mt19937_64 chance_;
};

class RandomCases : public testing::TestWithParam<unsigned> {};

// A case into which entries of another are merged in between, applied in pieces of random size: equal to the twin, and to itself applied at once.
TEST_P(RandomCases, SayWhatTheTwinSaysAndWhatIsMadeAnewSays) {
  for (unsigned round = 0; round < 25; ++round) {
    RandomActs acts(GetParam() * 1000 + round);
    Twin twin;
    twin.items.push_back({"", 1, opened()});
    std::map<std::string, std::uint64_t> entries{{"", 2}, {kOther, 1}};
    const std::uint64_t count = 10 + acts.pick(60);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::string log = acts.pick(4) == 0 ? kOther : "";
      const std::uint64_t entry = entries[log]++;
      twin.items.push_back({log, entry, acts.next(log, entry)});
    }
    auto live = std::move(*CaseDatabase::in_memory()), anew = std::move(*CaseDatabase::in_memory());
    ASSERT_TRUE(live->begin() && anew->begin());
    for (std::size_t i = 0; i < twin.items.size(); ++i) {
      const auto& item = twin.items[i];
      ASSERT_TRUE(live->apply(item.log, act_of(item.entry, item.keys)));
      ASSERT_TRUE(anew->apply(item.log, act_of(item.entry, item.keys)));
      if (acts.pick(5) > 0) continue;
      ASSERT_TRUE(live->commit());
      const auto unchanged = live->dump();
      ASSERT_TRUE(live->view_with({{"act", "undo"}, {"entry", acts.pick(item.entry + 1)}, {"text", ""}}));
      ASSERT_EQ(*live->dump(), *unchanged) << "looking ahead changes nothing";
      ASSERT_TRUE(live->begin());
    }
    ASSERT_TRUE(live->commit() && anew->commit());
    EXPECT_EQ(told(*live->view()), twin.view()) << "seed " << GetParam() << " round " << round;
    EXPECT_EQ(*live->dump(), *anew->dump());
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomCases, testing::Range(0u, 20u));

}  // namespace
}  // namespace custos::store
