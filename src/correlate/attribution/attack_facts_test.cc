#include "correlate/attribution/attack_facts.h"

#include <gmock/gmock.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace custos::correlate {
namespace {

using testing::HasSubstr;

constexpr const char* kFacts = R"({"source":"a snapshot",
 "tactics":[{"id":"TA0006","name":"Credential Access","shortname":"credential-access"},{"id":"TA0043","name":"Reconnaissance","shortname":"reconnaissance"}],
 "techniques":{"T1003":{"name":"Dumping","tactics":["credential-access"],"platforms":["Windows"]},
               "T1003.001":{"name":"Memory","tactics":["credential-access"]},
               "T1595":{"name":"Scanning","tactics":["reconnaissance"]}},
 "groups":{"G0002":{"name":"two","aliases":["zwei"],"techniques":["T1003.001","T1003","T1003"],"software":["S0002"]},
           "G0001":{"name":"one","techniques":[],"software":[],"more":{"a":[1]}}},
 "campaigns":{"C0001":{"name":"a campaign","first_seen":"2020-01-01","techniques":["T1595"],"software":[],"attributed_to":["G0002"]}},
 "software":{"S0002":{"name":"a tool","kind":"tool","techniques":["T1003"]}}})";

std::string with(std::string_view what, std::string_view instead) {
  std::string s = kFacts;
  const std::size_t at = s.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return s.replace(at, what.size(), instead);
}

Error refused(const std::string& json, const Limits& limits = {}) {
  const auto facts = parse_attack_facts(json, limits);
  EXPECT_FALSE(facts) << json.substr(0, 200);
  return facts ? Error{} : facts.error();
}

TEST(AttackFacts, EntriesNameEachOtherByPlace) {
  const auto f = parse_attack_facts(kFacts, Limits{});
  ASSERT_TRUE(f) << f.error().text;
  EXPECT_EQ(f->source, "a snapshot");
  ASSERT_EQ(f->groups.size(), 2u);
  const AttackGroup& two = f->groups[1];
  EXPECT_EQ(two.name, "two");
  EXPECT_EQ(two.aliases, std::vector<std::string>{"zwei"});
  ASSERT_EQ(two.techniques.size(), 2u);  // T1003 stood twice
  EXPECT_EQ(f->techniques[two.techniques[1]].id, "T1003.001");
  EXPECT_EQ(f->techniques[1].parent, Ordinal{0});
  EXPECT_TRUE(f->techniques[0].visible);
  EXPECT_FALSE(f->techniques[2].visible);  // preparation is in nobody's logs
  EXPECT_EQ(f->campaigns[0].attributed_to, std::vector<Ordinal>{1});
  EXPECT_EQ(f->campaigns[0].last_seen, "");
  EXPECT_EQ(f->software[0].kind, "tool");
  EXPECT_EQ(f->technique("T1003.001"), Ordinal{1});
  EXPECT_FALSE(f->technique("T1003.002"));
  EXPECT_EQ(f->unknown_count, 0u);
}

TEST(AttackFacts, IdsWithoutAnEntryAreListedAndCountForNothing) {
  const auto f = parse_attack_facts(with(R"(["T1003.001","T1003","T1003"])", R"(["T9999","T1003"])"), Limits{});
  ASSERT_TRUE(f);
  EXPECT_EQ(f->unknown, std::vector<std::string>{"G0002 names T9999"});
  EXPECT_EQ(f->groups[1].techniques.size(), 1u);
  std::string long_list;
  for (int i = 0; i < 500; ++i) long_list += "\"X" + std::to_string(i) + "\",";
  const auto g = parse_attack_facts(with(R"("T1003.001","T1003","T1003")", long_list + "\"T1003\""), Limits{});
  ASSERT_TRUE(g);
  EXPECT_EQ(g->unknown.size(), 100u);
  EXPECT_EQ(g->unknown_count, 500u);
}

TEST(AttackFacts, WhatIsWrongIsNamed) {
  EXPECT_THAT(refused("").text, HasSubstr("no JSON"));
  EXPECT_THAT(refused("[]").text, HasSubstr("no JSON object"));
  EXPECT_THAT(refused("{}").text, HasSubstr("'source'"));
  EXPECT_THAT(refused(with("\"source\":\"a snapshot\"", "\"source\":1")).text, HasSubstr("must be a text"));
  const Error missing = refused(with(R"("techniques":["T1003"])", R"("technique":["T1003"])"));
  EXPECT_THAT(missing.text, HasSubstr("needs 'techniques'"));
  EXPECT_EQ(missing.where, "S0002");
  EXPECT_EQ(refused(with(R"("software":["S0002"])", R"("software":"S0002")")).where, "G0002");
  EXPECT_THAT(refused(with(R"("attributed_to":["G0002"])", R"("attributed_to":[7])")).text, HasSubstr("texts alone"));
  EXPECT_EQ(refused(with(R"({"name":"a tool","kind":"tool","techniques":["T1003"]})", "3")).where, "S0002");
  const Error twice = refused(with("\"G0001\"", "\"G0002\""));
  EXPECT_THAT(twice.text, HasSubstr("twice"));
  EXPECT_EQ(twice.where, "G0002");
}

TEST(AttackFacts, BoundsAreKept) {
  EXPECT_EQ(refused(with("\"more\":{\"a\":[1]}", "\"more\":" + std::string(3'000, '[') + std::string(3'000, ']'))).code, Code::Limit);
  Limits small;
  small.record_bytes = 100;
  EXPECT_EQ(refused(kFacts, small).code, Code::Limit);
  Limits few;
  few.names = 2;
  EXPECT_EQ(refused(kFacts, few).code, Code::Limit);
  const auto many = [](const char* letter, const char* rest, int count) {
    std::string s;
    for (int i = 0; i < count; ++i) s += fmt::format("{}\"{}{}\":{}", i == 0 ? "" : ",", letter, i, rest);
    return s;
  };
  const std::string wide = fmt::format(R"({{"source":"","tactics":[],"software":{{}},"campaigns":{{}},"techniques":{{{}}},"groups":{{{}}}}})",
                                       many("T", R"({"name":"","tactics":[]})", 3'000), many("G", R"({"name":"","techniques":[],"software":[]})", 3'000));
  EXPECT_EQ(refused(wide).code, Code::Limit);
}

TEST(AttackFacts, EveryCutIsRefusedAndEveryFlippedByteIsReadOrRefused) {
  const std::string whole = kFacts;
  for (std::size_t n = 0; n < whole.size(); ++n) EXPECT_FALSE(parse_attack_facts(whole.substr(0, n), Limits{})) << n;
  std::size_t read = 0, refusals = 0;
  for (std::size_t n = 0; n < whole.size(); ++n) {
    for (const char c : {'\0', '"', '{', ']', '\xff'}) {
      std::string damaged = whole;
      damaged[n] = c;
      const auto f = parse_attack_facts(damaged, Limits{});
      ++(f ? read : refusals);
      EXPECT_TRUE(f || !f.error().text.empty());
    }
  }
  EXPECT_GT(read, 0u);
  EXPECT_GT(refusals, read);
}

TEST(AttackFacts, AFileThatIsNotThereIsNamed) {
  const auto f = load_attack_facts("/no/such/facts.json", Limits{});
  ASSERT_FALSE(f);
  EXPECT_THAT(f.error().where + f.error().text, HasSubstr("/no/such/facts.json"));
}

}  // namespace
}  // namespace custos::correlate
