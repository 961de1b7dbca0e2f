#include "evidence/package/withholding.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "evidence/check/store_for_test.h"
#include "evidence/documents/disclosure.h"

namespace custos::evidence {
namespace {

// A finding of one field `User` that is withheld, and another value beside it.
PackedFinding finding(const std::string& withheld, const std::string& beside) {
  PackedFinding f;
  f.document.holds = {{"part", "User", ""}, {"part", "Other", ""}};
  f.values = {withheld, beside};
  return f;
}

bool is_hidden_beside(const std::string& withheld, const std::string& beside) {
  PackedFinding f = finding(withheld, beside);
  Withholding w({"User"});
  w.mark_asked(f);
  w.mark_given_away(f);
  EXPECT_STREQ(f.why[0], "asked");
  return f.why[1] != nullptr;
}

}  // namespace

TEST(Withholding, AValueIsHiddenInEverySpellingThatLogsHaveOfIt) {
  for (const auto& [withheld, beside] : std::vector<std::pair<std::string, std::string>>{{"anna", "runas /user:ANNA cmd"},
                                                                                         {"CORP\\anna", "anna"},
                                                                                         {"CORP\\anna", R"({"u":"corp\\anna"})"},
                                                                                         {R"(C:\\Users\\anna)", R"(C:\Users\anna\x.exe)"},
                                                                                         {"anna@court.example", "anna"},
                                                                                         {"o/brien", R"(o\/brien)"},
                                                                                         {"m.klein", R"(m\u002eklein)"},
                                                                                         {"a b.smith", "GET /a%20b.smith"},
                                                                                         {"::ffff:198.51.100.9", "198.51.100.9"},
                                                                                         {"CN=p.vries,OU=Staff", "p.vries"},
                                                                                         {"ws-002.court.example.org", "ws-002"},
                                                                                         {"two words", "74776f20776f726473"}}) {
    EXPECT_TRUE(is_hidden_beside(withheld, beside)) << withheld << " in " << beside;
  }
  EXPECT_FALSE(is_hidden_beside("anna", "ann"));
  EXPECT_FALSE(is_hidden_beside("198.51.100.9", "198.51.100.8"));
  // Two characters stand everywhere by chance: only where they are all of it.
  EXPECT_FALSE(is_hidden_beside("ed", "needed"));
  EXPECT_TRUE(is_hidden_beside("ed", "ED"));
}

TEST(Withholding, WhoseANameIsGoesWithTheName) {
  PackedFinding f;
  f.document.holds = {{"entity", "host", ""}, {"identity", "host/person", ""}, {"part", "Computer", ""}};
  f.values = {"10.1.2.3", "a.dekker", "unrelated"};
  Withholding w({"entity:host"});
  w.mark_asked(f);
  EXPECT_STREQ(f.why[1], "asked");
  EXPECT_TRUE(w.gives_away("seen: A.Dekker"));
  EXPECT_EQ(f.why[2], nullptr);
  EXPECT_TRUE(w.unused().empty());
}

TEST(Withholding, ARecordThatIsOneTextStaysWhereAnythingIsWithheld) {
  PackedFinding f;
  f.document.holds = {{"matched", "User", ""}, {"part", "", ""}};
  f.values = {"anna", "57 events"};
  Withholding w({"User"}), nothing({});
  nothing.mark_asked(f);
  nothing.mark_given_away(f);
  EXPECT_TRUE(f.shows_all());
  w.mark_asked(f);
  w.mark_given_away(f);
  EXPECT_STREQ(f.why[1], "can't be cut into fields");
}

TEST(FindingDocument, OfBehaviourNamesNobodyInTheOpen) {
  nlohmann::json line = test_finding_line();
  line["rule"] = {{"title", "Unusual behaviour of ws-014"}, {"kind", "behavior"}};
  line["behavior"] = {{"reasons", {"ws-014 spoke to 203.0.113.9"}}};
  const SealedFinding sealed = seal_finding(line, {}, false, {});
  EXPECT_EQ(sealed.document.find("ws-014"), std::string::npos);
  const auto d = read_finding_document(sealed.document);
  ASSERT_TRUE(d);
  std::vector<std::string_view> disclosures;
  ASSERT_TRUE(split_disclosures(sealed.disclosures, disclosures));
  ASSERT_EQ(disclosures.size(), d->holds.size());
  EXPECT_EQ(d->holds[0].what, "title");
  EXPECT_EQ(read_disclosure(disclosures[0])->text, "Unusual behaviour of ws-014");
}

}  // namespace custos::evidence
