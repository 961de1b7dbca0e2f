// A report in both languages, of nothing, of much, of hostile texts; what stands in it for whom.
#include <gtest/gtest.h>

#include <random>

#include "base/text.h"
#include "share/release/gate.h"
#include "share/report/render.h"

namespace custos::share {
namespace {

Report case_of(std::size_t findings, std::size_t entities) {
  Report r;
  r.title = "Odd logons";
  r.number = "0123456789abcdef";
  r.state = "open";
  r.made = "2026-11-30T20:04:00Z";
  ReportIncident i;
  i.whole = true;
  i.incident.title = "Logs cleared on ws-002";
  i.incident.first = 0;
  i.incident.last = kDay;
  for (std::size_t n = 0; n < findings; ++n) {
    const auto t = static_cast<Micros>(n) * kSecond;
    i.incident.evidence.push_back({"0123456789abcdef", "Logs cleared", Level::High, t, t, {"a.evtx", n, n}, 1, "same account"});
    i.proofs.push_back({ReportProof::At{3, n}, ReportProof::At{2, n}, "E-1"});
  }
  for (std::size_t n = 0; n < entities; ++n) {
    const char* kinds[] = {"host", "account", "address", "domain", "program"};
    i.incident.entities.push_back({kinds[n % 5], "e" + std::to_string(n), n == 0 ? "foothold" : "involved", 0, 0, {static_cast<std::uint32_t>(n % 7 + 1), 1}});
  }
  i.incident.story.push_back({0, 0, Stage::Impact, "On ws-002: logs cleared", {1, 2}});
  i.incident.stages.push_back({Stage::Impact, 0, kDay, {"T1070"}, {1}});
  i.incident.gaps.push_back({Stage::InitialAccess, "nothing shows how they came in"});
  i.judged = true;
  i.incident.exposure = {{"w-1", "folder", "Witness statements", "secret", Degree::Left, Certainty::Likely, 0, kDay, 3, {{Degree::Left, Certainty::Likely, 0, kDay, "read and sent", {1}}},
                          {{"COURT\\m.osei", "ws-002", "0x1", 0, 0, 3}}, {"Registry"}}};
  r.told = {i};
  return r;
}

std::string rendered(const Report& r, ReportView view = {}) {
  const Finder nothing{Terms{}};
  Pseudonyms names({}, {});
  Masker masker(nothing, names, pseudonym_words(view.lang));
  return render_report(r, view, masker).html;
}

bool has(const std::string& page, std::string_view text) { return page.find(text) != std::string::npos; }

std::size_t count(const std::string& page, std::string_view text) {
  std::size_t n = 0;
  for (std::size_t at = page.find(text); at != std::string::npos; at = page.find(text, at + 1)) ++n;
  return n;
}

TEST(ReportWords, NoneIsMissingInAnyLanguage) {
  const auto en = all_words(kWordsEn), fr = all_words(kWordsFr);
  ASSERT_EQ(en.size() * sizeof(std::string_view), sizeof(Words)) << "a word that the list does not name";
  std::size_t same = 0, empty = 0;
  for (std::size_t i = 0; i < en.size(); ++i) {
    empty += en[i].empty() ? 1 : 0;
    EXPECT_FALSE(fr[i].empty()) << en[i];
    EXPECT_EQ(count(std::string(en[i]), "{}"), count(std::string(fr[i]), "{}")) << en[i];
    EXPECT_TRUE(is_valid_utf8(fr[i]));
    same += en[i] == fr[i] ? 1 : 0;
  }
  EXPECT_EQ(empty, kWordsEn.story_language.empty() ? 1u : 0u) << "English alone has nothing to say of the language of stories";
  EXPECT_LT(same, en.size() / 6) << "what was not translated";
}

TEST(ReportPage, SaysTheCase) {
  const std::string page = rendered(case_of(3, 4));
  for (const char* s : {"Odd logons", "Logs cleared on ws-002", "id=\"e1.3\"", "finding: entry 3, leaf 2", "record: entry 2, leaf 0", "E-1", "T1070", "nothing shows how they came in", "Witness statements",
                        "left the building: 1", "Registry", "TLP:AMBER+STRICT", "Case 0123456789abcdef"}) {
    EXPECT_TRUE(has(page, s)) << s;
  }
  EXPECT_EQ(page, rendered(case_of(3, 4))) << "the same case is the same page";
  EXPECT_FALSE(has(page, "<script"));
}

TEST(ReportPage, SpeaksFrenchAndSaysWhatStaysEnglish) {
  ReportView view;
  view.lang = Lang::Fr;
  view.tlp = "RED";
  const std::string page = rendered(case_of(3, 4), view);
  for (const char* s : {"<html lang=\"fr\">", "Résumé", "Les phrases ci-dessous sont écrites en anglais", "On ws-002: logs cleared", "sorti de l’institution", "TLP:RED"}) EXPECT_TRUE(has(page, s)) << s;
  EXPECT_FALSE(has(page, "What happened"));
}

TEST(ReportPage, ThereIsOneOfNothing) {
  const std::string page = rendered({});
  EXPECT_TRUE(has(page, "No incident is on record"));
  EXPECT_TRUE(has(page, "</html>"));
}

TEST(ReportPage, GraphsStaySmallAndSayWhatTheyLeaveOut) {
  const std::string page = rendered(case_of(7, 400));
  EXPECT_LE(count(page, "<g><title>"), 40u);
  EXPECT_GE(count(page, "<g><title>"), 36u);
  EXPECT_TRUE(has(page, "of 400 entities are drawn together"));
  EXPECT_TRUE(has(page, "lines the 120 with most evidence"));
  EXPECT_FALSE(has(rendered(case_of(7, 35)), "are drawn together"));
  Report hostile = case_of(7, 400);
  for (std::size_t n = 0; n < 400; ++n) hostile.told[0].incident.entities[n].role = "role " + std::to_string(n);
  EXPECT_LE(count(rendered(hostile), "<g><title>"), 40u) << "whatever they are called";
}

TEST(ReportPage, NothingOfTheCaseIsMarkup) {
  const std::string evil = "<script>x</script>\"' onx=\"\u202E&amp;";
  Report r = case_of(1, 1);
  auto& i = r.told[0];
  for (std::string* s : {&r.title, &r.number, &r.state, &r.outcome, &r.closing, &r.opened, &r.institution, &i.incident.title, &i.incident.id, &i.assigned, &i.incident.evidence[0].finding, &i.incident.evidence[0].title,
                         &i.incident.evidence[0].why, &i.incident.evidence[0].place.file, &i.incident.entities[0].kind, &i.incident.entities[0].value, &i.incident.entities[0].role, &i.incident.story[0].text,
                         &i.incident.gaps[0].text, &i.incident.stages[0].techniques[0], &i.proofs[0].exhibit}) {
    *s = evil;
  }
  auto& x = i.incident.exposure.at(0);
  for (std::string* s : {&x.item, &x.kind, &x.title, &x.confidentiality, &x.by[0].account, &x.by[0].from, &x.by[0].session, &x.tell[0], &x.steps[0].text}) *s = evil;
  i.incident.objectives.push_back({evil, 1, {{evil, 1, {1}}}, {{evil, 1, {9}}}});
  r.further = {i};
  r.members = {{evil, evil}};
  r.tasks = {{evil, evil, evil, "open", evil, evil}, {evil, evil, evil, evil, evil, evil}};
  r.notes = {{evil, evil, evil, evil, evil}};
  r.handed_out = r.members;
  r.scans = {{evil, evil, evil, evil, evil, evil, evil, evil, 1, 1, 1, 1, true, true, true, 1, 1, 1, 1, 1, 1, evil, {{evil, evil}}}};
  r.exhibits = {{evil, evil, evil, evil, evil, evil, evil, evil, 1, 1}};
  r.logs = {{evil, evil, evil, evil, 1, {evil}, {evil}}};
  r.other_findings = {{evil, 1}};
  r.said = {evil};
  for (const Audience a : {Audience::Technical, Audience::Leadership, Audience::Authority}) {
    for (const Lang l : {Lang::En, Lang::Fr}) {
      const std::string page = rendered(r, {a, l, "RED"});
      EXPECT_FALSE(has(page, "<script")) << audience_name(a);
      EXPECT_FALSE(has(page, " onx=\"")) << audience_name(a);
      EXPECT_FALSE(has(page, "\u202E")) << audience_name(a);
      EXPECT_TRUE(has(page, "&lt;script&gt;")) << audience_name(a);
    }
  }
}

// 200 institutions out of the case's own words; without masking the gate refuses each report that it must not let out, and with it none.
TEST(ReportRelease, WithoutMaskingTheGateRefuses) {
  std::mt19937_64 random(17);
  Report r = case_of(30, 30);
  for (std::size_t n = 0; n < 30; ++n) {
    const std::string account = "u" + std::to_string(n) + "." + std::string(3, static_cast<char>('a' + n % 26)) + "son";
    r.told[0].incident.entities[n].value = account;
    r.told[0].incident.entities[n].evidence = {static_cast<std::uint32_t>(n + 1)};
    r.told[0].incident.story.push_back({0, 0, std::nullopt, "COURT\\" + account + " read \\\\fs\\files" + std::to_string(n) + "\\x.docx", {1}});
  }
  std::size_t refused = 0;
  for (int n = 0; n < 200; ++n) {
    Institution in;
    for (std::size_t k = random() % 12 + 1; k > 0; --k) {
      const std::size_t who = random() % 30;
      Person p;
      p.id = "person-" + std::to_string(who);
      Account a;
      a.name = r.told[0].incident.entities[who].value;
      p.accounts = {a};
      in.people.push_back(p);
      ProtectedItem i;
      i.id = "thing-" + std::to_string(who);
      i.kind = "folder";
      i.match = {"\\\\fs\\files" + std::to_string(random() % 30) + "\\*"};
      in.items.push_back(i);
    }
    for (const Audience audience : {Audience::Leadership, Audience::Authority}) {
      const ReportView view{audience, random() % 2 == 0 ? Lang::En : Lang::Fr, "AMBER"};
      const Finder finder(terms_of(in, audience));
      const Gate gate(finder, report_skeleton(view));
      for (const bool on : {true, false}) {
        Pseudonyms names("key", {});
        Masker masker(finder, names, pseudonym_words(view.lang), on);
        const RenderedReport page = render_report(r, view, masker);
        const auto leaks = gate.look(page.html, page.texts);
        ASSERT_EQ(leaks.empty(), on) << n << " " << (leaks.empty() ? "" : leaks[0].section);
        refused += leaks.empty() ? 0 : 1;
        // A plain look of another make: the account's name as it is written.
        for (const Person& p : in.people) ASSERT_EQ(has(page.html, p.accounts[0].name), !on);
      }
    }
  }
  EXPECT_EQ(refused, 400u);
}

}  // namespace
}  // namespace custos::share
