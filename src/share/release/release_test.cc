// What gives a name away is found in every spelling and encoding, masked so that nothing of it is left, and refused by the gate where it is not masked.
#include <gtest/gtest.h>

#include <random>

#include "base/crypto/base64.h"
#include "base/crypto/sha256.h"
#include "base/text.h"
#include "share/release/gate.h"
#include "share/release/masking.h"
#include "share/release/normal.h"

namespace custos::share {
namespace {

Institution court() {
  Institution i;
  i.confidentialities = {"public", "secret"};
  i.networks = {{"office", {"10.20.4.0/22", "2001:db8:7::/48"}, "office", false, false}};
  Host h;
  h.name = "ws-014";
  h.domain = "court.example.org";
  h.addresses = {"198.51.100.7"};
  i.hosts = {h};
  Person p;
  p.id = "p-0042";
  p.name = "Osei, Mercy";
  p.mail = "m.osei@court.example.org";
  Account a;
  a.name = "m.osei";
  a.domain = "COURT";
  a.sid = "S-1-5-21-1-2-3-1104";
  p.accounts = {a};
  Person other;
  other.id = "p-7";
  other.name = "Mercy Müller";
  i.people = {p, other};
  ProtectedItem folder;
  folder.id = "w-1";
  folder.kind = "folder";
  folder.title = "Witness statements";
  folder.match = {"\\\\fs1\\cases\\witnesses\\*"};
  folder.tell = {"dpo@partner.example"};
  i.items = {folder};
  Case open, secret;
  open.id = "C-OPEN";
  open.confidentiality = "public";
  secret.id = "C-2026-01";
  secret.title = "Situation in Example";
  secret.confidentiality = "secret";
  i.cases = {open, secret};
  Account service;
  service.name = "svc-backup";
  service.kind = "service";
  i.accounts = {service};
  i.canaries = {{"account", "svc-archive", ""}};
  return i;
}

std::string utf16le(std::string_view s) { return utf8_to_utf16le(s); }

class Release : public testing::Test {
 protected:
  Finder leadership{terms_of(court(), Audience::Leadership)}, authority{terms_of(court(), Audience::Authority)};
  Pseudonyms names{"key", {}};
  Masker masker{leadership, names, words()};

  static PseudonymWords words() { return {{"Person", "Item", "Host", "Account"}, {"a person", "an item", "a host", "an account"}, "[withheld]"}; }
  static std::string read(std::string masked) {
    for (std::string_view mark : {kMaskBegin, kMaskEnd}) {
      for (std::size_t at = masked.find(mark); at != std::string::npos; at = masked.find(mark)) masked.erase(at, mark.size());
    }
    return masked;
  }
  std::string masked(std::string_view text) { return read(masker.mask(text)); }
};

TEST(NormalForm, IsOneForAllThatLooksTheSame) {
  EXPECT_EQ(normal("ＭＥＲＣＹ  Ｏsei"), "mercy osei");
  EXPECT_EQ(normal("Mu\u0308ller"), normal("MÜLLER"));
  EXPECT_EQ(normal("O\u00ADs\u200Be\u202Ei"), "osei");
  EXPECT_EQ(normal("O<U+202E>sei"), "osei");
  EXPECT_EQ(normal("\\\\\\\\fs1\\cases"), "/fs1/cases");
  EXPECT_EQ(normal("a\n \t\u00A0b"), "a b");
  EXPECT_EQ(normal("\xFF\xC3"), " ");
  const Traced t = normal(trace("xÉ\u00ADy"));
  EXPECT_EQ(t.text, "xey");
  EXPECT_EQ(t.from, (std::vector<std::uint32_t>{0, 1, 5}));
  EXPECT_EQ(t.to, (std::vector<std::uint32_t>{1, 3, 6}));
}

TEST_F(Release, TechnicalHasNoTerms) { EXPECT_TRUE(terms_of(court(), Audience::Technical).none()); }

TEST_F(Release, FindsEverySpellingAndEncoding) {
  const auto hides = [&](std::string_view text) { return !leadership.find(text).empty(); };
  for (const char* s : {"Osei, Mercy", "mercy OSEI", "by osei.", "COURT\\m.osei", "court/m.osei", "M.OSEI@court.example.org", "S-1-5-21-1-2-3-1104", "p-0042", "\\\\FS1\\Cases\\Witnesses\\a.docx",
                        "//fs1/cases/witnesses", "the witness statements", "C-2026-01", "situation  in\nexample", "dpo@partner.example", "mueller", "Muller", "MÜLLER"}) {
    EXPECT_TRUE(hides(s)) << s;
  }
  for (const std::string& name : {std::string("m.osei"), std::string("Müller"), std::string("Witness statements")}) {
    std::string decimal, percent, escaped;
    for (const char c : name) {
      percent += "%" + to_hex(std::string(1, c));
      escaped += "\\x" + to_hex(std::string(1, c));
      if (static_cast<unsigned char>(c) < 0x80) decimal += "&#" + std::to_string(int(c)) + ";";
    }
    EXPECT_TRUE(hides(percent)) << percent;
    EXPECT_TRUE(hides(escaped)) << escaped;
    if (name == "m.osei") {
      EXPECT_TRUE(hides(decimal)) << decimal;
    }
    const std::string sentence = "a file of " + name + " here";
    for (const std::string& bytes : {sentence, utf16le(sentence), utf8_to_utf16be(sentence), name, utf16le(name)}) {
      EXPECT_TRUE(hides("x " + to_base64(bytes) + " y")) << bytes;
      EXPECT_TRUE(hides("data:;base64," + to_base64url(bytes))) << bytes;
      EXPECT_TRUE(hides("proctitle=" + to_hex(bytes))) << bytes;
    }
    EXPECT_TRUE(hides("/prefix/" + to_base64(sentence))) << "what is glued before it shifts nothing";
    EXPECT_TRUE(hides(to_base64(to_base64(sentence))));
    EXPECT_TRUE(hides(to_base64("a text with " + percent + " in it")));
    EXPECT_TRUE(hides(std::string_view(utf16le(name)))) << "as it stands";
    EXPECT_TRUE(hides(name.substr(0, 1) + "<wbr>" + name.substr(1))) << "between tags";
  }
  EXPECT_TRUE(hides("\\u006d.osei"));
  EXPECT_TRUE(hides("%u006d.osei"));
  EXPECT_TRUE(hides("m&period;osei"));
  EXPECT_TRUE(hides("%256d.osei")) << "encoded twice";
}

TEST_F(Release, LeavesAloneWhatIsNoName) {
  const auto hides = [&](std::string_view text) { return !leadership.find(text).empty(); };
  for (const char* s : {"moseip", "C-OPEN", "the witness", "ws-014", "10.20.4.7", "svc-backup", "merc"}) EXPECT_FALSE(hides(s)) << s;
  std::mt19937_64 random(3);
  std::size_t chance = 0;
  for (int n = 0; n < 20'000; ++n) {
    const std::string bytes = to_hex(view(sha256(std::to_string(random()))));
    std::string raw;
    from_hex(bytes, raw);
    chance += hides(bytes) + hides(to_base64(raw));
  }
  EXPECT_EQ(chance, 0u) << "hashes are no names";
}

TEST_F(Release, AnAuthorityIsNotToldTheInside) {
  const auto hides = [&](std::string_view text) { return !authority.find(text).empty(); };
  for (const char* s : {"ws-014", "WS-014.court.example.org", "198.51.100.7:443", "10.20.7.255", "at 10.20.4.1.", "::ffff:10.20.4.9", "2001:db8:7:1::5", "[2001:DB8:7::1]:443", "svc-backup", "svc-archive"}) {
    EXPECT_TRUE(hides(s)) << s;
  }
  for (const char* s : {"ws-0145", "10.20.8.1", "203.0.113.5", "2001:db8:8::1", "110.20.4.7", "version 10.20.4", "12:34:56"}) EXPECT_FALSE(hides(s)) << s;
}

TEST_F(Release, WhoMayBeNamedIsNoTerm) {
  Institution i = court();
  i.people[0].named_to = {"leadership"};
  i.items[0].named_to = {"leadership"};
  EXPECT_TRUE(Finder(terms_of(i, Audience::Leadership)).find("m.osei read \\\\fs1\\cases\\witnesses\\a").empty());
  EXPECT_FALSE(Finder(terms_of(i, Audience::Authority)).find("m.osei").empty());
}

TEST_F(Release, MasksWithOneNameForOnePerson) {
  EXPECT_EQ(masked("COURT\\m.osei and Osei, Mercy (p-0042)"), "Person 1 and Person 1 (Person 1)");
  EXPECT_EQ(masked("Müller"), "Person 2");
  EXPECT_EQ(masked("Mercy"), "a person") << "two have this name";
  EXPECT_EQ(masked("read \\\\fs1\\cases\\witnesses\\Statement of W-12.docx as x"), "read Item 1 as x") << "a path is masked to its end";
  EXPECT_EQ(masked("\\\\fs1\\cases\\witnesses"), "Item 1");
  EXPECT_EQ(masked("-enc " + to_base64(utf16le("type m.osei.txt")) + " end"), "-enc Person 1 end") << "half of an encoded text would still tell";
  EXPECT_EQ(masked("nothing here"), "nothing here");
  EXPECT_EQ(masked(std::string(kMaskBegin) + "Person 9" + std::string(kMaskEnd)), "\uFFFDPerson 9\uFFFD");
}

TEST_F(Release, KeepsNumbersOverReports) {
  names.number(Protected::Person, "a");
  names.number(Protected::Person, "b");
  ASSERT_EQ(names.fresh().at("person").size(), 2u);
  Pseudonyms later("key", names.fresh());
  EXPECT_EQ(later.number(Protected::Person, "new"), 3u);
  EXPECT_EQ(later.number(Protected::Person, "b"), 2u);
  EXPECT_EQ(later.fresh().at("person").size(), 1u);
  Pseudonyms elsewhere("other key", {});
  elsewhere.number(Protected::Person, "a");
  EXPECT_NE(elsewhere.fresh().at("person")[0], names.fresh().at("person")[0]);
}

TEST_F(Release, WhatIsCutHidesToo) {
  Institution i;
  Person p;
  p.id = "p1";
  p.name = "May";
  i.people = {p};
  const Finder finder(terms_of(i, Audience::Leadership));
  Masker m(finder, names, words());
  const std::string text = "x.may3 y";
  for (std::size_t most = 0; most < text.size(); ++most) EXPECT_TRUE(finder.find(without_pseudonyms(m.mask(text, most))).empty()) << most;
  EXPECT_EQ(m.mask(text), text) << "another name";
}

// Only what is around something encoded is decoded: a word that is cut there is no other word.
TEST_F(Release, WhereADecodedStretchEndsNoWordEnds) {
  Institution i;
  Person p;
  p.id = "p1";
  p.name = "May";
  i.people = {p};
  const Finder finder(terms_of(i, Audience::Leadership));
  for (std::size_t n = 0; n < 600; ++n) {
    EXPECT_TRUE(finder.find("xmay" + std::string(n, '.') + "%41" + std::string(n, '.') + "mayx").empty()) << n;
    EXPECT_FALSE(finder.find("x " + std::string(n, '.') + "%4day " + std::string(n, '.')).empty()) << n;
  }
}

TEST_F(Release, TheGateSaysKindAndPlaceAndNotTheTerm) {
  const Gate gate(leadership, "<p>Person, statements, witness statements</p>");
  const std::string page = "<section id=\"a\"><p>x</p></section><section id=\"story\">by %6d.osei</section>";
  const auto leaks = gate.look(page, {"fine", "witness statements"});
  ASSERT_EQ(leaks.size(), 3u) << "m.osei and its part, and a word of the report that stands in a text";
  EXPECT_EQ(leaks[0].kind, Protected::Person);
  EXPECT_EQ(leaks[0].section, "story");
  EXPECT_EQ(leaks[0].offset, page.find('%'));
  EXPECT_TRUE(leaks.back().in_a_text);
  EXPECT_TRUE(gate.look("<section id=\"a\">witness statements</section>", {}).empty()) << "the report's own words";
}

TEST_F(Release, HostileTextsEnd) {
  std::mt19937_64 random(7);
  const std::string letters = "m.osei%&#x;\\u<>ABab/+=\xC3\xBC\xE2\x80\xAE\xFF ";
  for (int n = 0; n < 3'000; ++n) {
    std::string text;
    for (std::size_t k = random() % 120; k > 0; --k) {
      text += random() % 9 == 0 ? std::string("m.osei") : std::string(1, letters[random() % letters.size()]);
    }
    const std::string out = masker.mask(to_valid_utf8(text), random() % 3 == 0 ? random() % 60 : std::string::npos);
    ASSERT_TRUE(leadership.find(without_pseudonyms(out)).empty()) << text;
    ASSERT_TRUE(is_valid_utf8(out)) << text;
  }
  EXPECT_LT(masker.mask(std::string(200'000, '%') + std::string(200'000, 'A') + std::string(100'000, '&')).size(), 600'000u);
}

}  // namespace
}  // namespace custos::share
