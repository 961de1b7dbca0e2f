// The compiled program beside a naive interpreter: every rule on every event, without plans, indexes or triggers.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "rules/naive_interpreter.h"

namespace custos::rules {
namespace {

struct World {
  Names names;
  LogSources sources;
  Batch batch{names, sources};
};

// Rules and events over a small vocabulary, so that they meet often.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string rule(int number) {
    std::string s = "title: r" + std::to_string(number) + "\nlogsource:\n    " + pick({"category: test", "product: windows", "product: linux\n    service: sshd"}) +
                    "\ndetection:\n";
    const std::size_t selections = 1 + random_() % 3;
    for (std::size_t i = 0; i < selections; ++i) s += "    s" + std::to_string(i) + ":\n" + selection();
    s += "    condition: " + pick({"1 of s*", "all of s*", "s0", "not s0", "1 of s* and not s0", "s0 or not 1 of s*"}) + "\n";
    return s;
  }

  void event(Batch& batch) {
    batch.begin("", 0, 1);
    batch.pending_record().log_source = batch.sources().intern(pick({"", "windows", "linux"}), pick({"", "sshd"}));
    const std::size_t fields = random_() % 5;
    for (std::size_t i = 0; i < fields; ++i) {
      const std::string name = field();
      if (random_() % 10 == 0) batch.add(name, "", Type::Null);
      else batch.add(name, batch.arena().keep(value()));
    }
    batch.end();
  }

 private:
  std::string pick(std::initializer_list<const char*> list) { return *(list.begin() + random_() % list.size()); }
  std::string field() { return pick({"a", "b", "c"}); }
  std::string value() {
    std::string s;
    const std::size_t n = random_() % 8;
    for (std::size_t i = 0; i < n; ++i) s += pick({"x", "Y", "-", "/", "5", "\\", "é", "É"});
    return random_() % 6 == 0 ? pick({"5", "15", "10.1.2.3", "2024-03-15T05:00:00Z", "xyxy", "XYXY5"}) : s;
  }
  std::string quoted(std::string s) { return "'" + s + "'"; }

  std::string selection() {
    switch (random_() % 8) {
      case 0: return "        - " + quoted(value() + "x") + "\n        - " + quoted("y" + value()) + "\n";
      case 1: return "        '|all':\n            - " + quoted("x" + value()) + "\n            - 'y'\n";
      case 2: return "        - a: " + quoted(value()) + "\n        - b|contains: " + quoted("x" + value()) + "\n";
      default: break;
    }
    std::string s;
    const std::size_t items = 1 + random_() % 2;
    static constexpr std::array<const char*, 2> kNames{"a", "b"};
    for (std::size_t i = 0; i < items; ++i) s += item(kNames[i]);
    return s;
  }

  std::string item(const std::string& name) {
    const std::string at = "        " + name;
    switch (random_() % 14) {
      case 0: return at + ": null\n";
      case 1: return at + "|exists: " + pick({"true", "false"}) + "\n";
      case 2: return at + "|gte: 5\n";
      case 3: return at + "|cidr: 10.0.0.0/8\n";
      case 4: return at + "|re: '" + pick({"x+y", "^[xy5]+$", "(x|5)-", "Y.*5", "xy|55"}) + "'\n";
      case 5: return at + "|fieldref: " + pick({"b", "c"}) + "\n";
      case 6: return at + "|hour: 5\n";
      case 7: return at + "|neq: " + quoted(value()) + "\n";
      case 8: return at + "|cased|contains: " + quoted("Y" + value()) + "\n";
      case 9: return at + "|windash|contains: " + quoted("-" + value()) + "\n";
      case 10: return at + ": " + quoted(pick({"*x?y*", "x*y", "?", "*", "*5", "x*"})) + "\n";
      default: break;
    }
    const std::string how = pick({"", "|contains", "|startswith", "|endswith", "|contains|all"});
    return at + how + ":\n            - " + quoted("x" + value()) + "\n            - " + quoted(value() + "y") + "\n";
  }

  std::mt19937 random_;
};

TEST(Program, EqualsTheNaiveInterpreterOnRandomRulesAndEvents) {
  std::size_t matches = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    Generator make(seed);
    std::vector<RuleText> texts;
    for (int i = 0; i < 40; ++i) texts.push_back({"r" + std::to_string(i) + ".yml", make.rule(i)});
    auto loaded = load(texts, {});
    ASSERT_TRUE(loaded) << loaded.error().text;
    for (const LoadReport& r : loaded->reports) ASSERT_TRUE(r.loaded) << r.reason << "\n" << texts[0].text;
    const auto program = std::static_pointer_cast<const CompiledProgram>(loaded->program);
    const auto matcher = make_matcher(program, nullptr, {});
    NaiveInterpreter naive(*program);
    World world;
    for (int i = 0; i < 200; ++i) make.event(world.batch);
    std::vector<std::set<std::size_t>> got(world.batch.size());
    matcher->match(world.batch, 0, [&](const Hit& hit) { got[hit.event.index()].insert(hit.rule); });
    for (std::size_t i = 0; i < world.batch.size(); ++i) {
      const auto want = naive.matching(world.batch[i]);
      matches += want.size();
      ASSERT_EQ(got[i], want) << "seed " << seed << " event " << i;
    }
  }
  EXPECT_GT(matches, 1000u);  // else the generator makes rules that never hold, and the test says nothing
}

std::size_t hits(const std::string& rule, std::initializer_list<std::pair<const char*, const char*>> fields, const char* product = "") {
  auto loaded = load({{"r.yml", rule}}, {});
  if (!loaded || !loaded->reports.at(0).loaded) {
    ADD_FAILURE() << (loaded ? loaded->reports[0].reason : loaded.error().text);
    return 99;
  }
  World world;
  world.batch.begin("", 0, 1);
  for (const auto& [name, value] : fields) world.batch.add(name, value);
  world.batch.pending_record().log_source = world.sources.intern(product, "");
  world.batch.end();
  std::size_t n = 0;
  make_matcher(loaded->program, nullptr, {})->match(world.batch, 0, [&](const Hit&) { ++n; });
  return n;
}

TEST(Program, RulesOfOtherProductsStaySilent) {
  const std::string linux_rule = "title: t\nlogsource: {product: linux}\ndetection: {k: [evil], condition: k}\n";
  EXPECT_EQ(hits(linux_rule, {{"m", "evil"}}, "linux"), 1u);
  EXPECT_EQ(hits(linux_rule, {{"m", "evil"}}, "windows"), 0u);
  EXPECT_EQ(hits(linux_rule, {{"m", "evil"}}, ""), 1u);  // unknown: nothing can be ruled out
}

TEST(Program, AUnknownModifierIsRefusedByName) {
  auto loaded = load({{"r.yml", "title: t\nlogsource: {category: test}\ndetection: {s: {f|frobnicate: x}, condition: s}\n"}}, {});
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(loaded->reports.at(0).loaded);
  EXPECT_NE(loaded->reports.at(0).reason.find("frobnicate"), std::string::npos);
}

TEST(Program, WindashUnfoldsToNothing) {
  std::string dashes;
  for (int i = 0; i < 40; ++i) dashes += " -a";
  EXPECT_EQ(hits("title: t\nlogsource: {category: test}\ndetection:\n    s:\n        f|windash|contains: '" + dashes + "'\n    condition: s\n",
                 {{"f", " /a –a —a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a -a /a"}}),
            1u);
}

TEST(Program, MatchesCarryFieldsAndPlaces) {
  auto loaded = load({{"r.yml", "title: t\nlogsource: {category: test}\ndetection:\n    s:\n        f|contains: evil\n    n:\n        g: x\n    condition: s and not n\n"}}, {});
  ASSERT_TRUE(loaded);
  World world;
  world.batch.begin("f=very EVIL", 0, 1);
  world.batch.add("f", "very EVIL", Type::Text, 2);
  world.batch.end();
  std::vector<Match> matched;
  make_matcher(loaded->program, nullptr, {})->match(world.batch, 0, [&](const Hit& h) { matched.assign(h.matched.begin(), h.matched.end()); });
  ASSERT_EQ(matched.size(), 1u);
  EXPECT_EQ(matched[0].field, "f");
  EXPECT_EQ(matched[0].value, "very EVIL");
  EXPECT_EQ(matched[0].offset, 2u);
}

}  // namespace
}  // namespace custos::rules
