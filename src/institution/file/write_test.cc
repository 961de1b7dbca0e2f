#include "institution/file/write.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <span>

#include "institution/file/file.h"
#include "institution/file/keys.h"

namespace custos::institution {
namespace institution_write_test {
namespace {

Institution read_back(const std::string& yaml) {
  const auto f = read_institution(yaml, "written");
  EXPECT_TRUE(f) << (f ? "" : f.error().text) << "\n" << yaml;
  return f ? f->institution : Institution{};
}

// Fills every key that there is with anything that it may hold.
class Filler {
 public:
  Filler(std::mt19937_64& random, const WorkingHours& usual) : random_(random), usual_(usual) {}

  void version(std::string_view, int) {}
  void text(std::string_view, std::string& to, Need need = Need::Optional) {
    if (need == Need::Required || one_in(2)) to = odd();
  }
  void text_or(std::string_view key, std::string& to, const std::string&) { text(key, to); }
  void texts(std::string_view, std::vector<std::string>& to, Need = Need::Optional) {
    for (std::size_t n = below(4); n > 0; --n) {
      if (std::string t = odd(); std::find(to.begin(), to.end(), t) == to.end()) to.push_back(t);
    }
  }
  void word(std::string_view, std::string& to, std::string_view, std::span<const std::string_view> known, Words, Need = Need::Optional) {
    to = known[below(known.size())];
  }
  void words(std::string_view key, std::vector<std::string>& to, std::span<const std::string_view> known, Words words) {
    if (words == Words::Open) return texts(key, to);
    for (const std::string_view w : known) {
      if (one_in(2)) to.emplace_back(w);
    }
  }
  void flag(std::string_view, bool& to) { to = one_in(2); }
  void number(std::string_view, int& to, int, int least, int most) { to = least + static_cast<int>(below(static_cast<std::size_t>(most - least) + 1)); }
  void time(std::string_view, Micros& to) {
    if (one_in(2)) to = moment();
  }
  void span(Span& to) {
    if (one_in(2)) to.from = moment();
    if (one_in(2)) to.until = moment();
  }
  void days(std::string_view, std::vector<int>& to, const std::vector<int>&) {
    to.clear();
    for (int d = 1; d <= 7; ++d) {
      if (one_in(2)) to.push_back(d);
    }
  }
  void clock(std::string_view, int& to, int) { to = static_cast<int>(below(1441)); }
  void dates(std::string_view, std::vector<std::string>& to, const std::vector<std::string>&) {
    to.clear();
    for (std::size_t n = below(3); n > 0; --n) to.push_back(to_rfc3339(moment()).substr(0, 10));
  }
  void assignments(std::string_view key, std::vector<std::string>& cases, std::map<std::string, Span>& assigned) {
    texts(key, cases);
    for (const std::string& id : cases) {
      Span s;
      span(s);
      if (s != Span{}) assigned[id] = s;
    }
  }
  void own_hours(std::string_view, std::optional<WorkingHours>& to) {
    if (one_in(2)) return;
    to = usual_;
    if (one_in(2)) Keys<WorkingHours>::of(*this, *to, usual_);
  }
  void common_hours(std::string_view, WorkingHours& to) { Keys<WorkingHours>::of(*this, to, usual_); }
  template <class F>
  void group(std::string_view, std::string_view, F&& fill) {
    fill(*this);
  }
  template <class T>
  void entries(std::string_view, std::vector<T>& to) {
    for (std::size_t n = below(4); n > 0; --n) Keys<T>::of(*this, to.emplace_back());
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  Micros moment() {
    const Micros t = static_cast<Micros>(below(4'000'000'000)) * kSecond;
    return one_in(2) ? t - t % kDay : one_in(2) ? t : t + static_cast<Micros>(below(1'000'000));
  }
  std::string odd() {
    static const std::vector<std::string> pieces = {
        "a",           "Osei, Mercy", "yes", "null", "~",          "0x1F",   "12",   "1e3",    "- ",     ": ",     " #",  "'",          "\"",    "\\",
        "\n",          "\t",          "é",   "日本", "😀",          "{",      "}",    "[x]",    ",",      "&",      "*",   "!",          "%",     "@",
        "`",           "|",           ">",   "?",    " ",          "\x01",   "\x7f", "\u0085", "\u2028", "\u202e", "---", "2026-01-01", "12:30", "\\\\fs\\x\\*",
        "10.1.2.0/24", "\ufeff",      "...", "<<",   "\U000E0041", "\uFFFD", "true"};
    std::string s;
    for (std::size_t n = 1 + below(one_in(20) ? 60 : 3); n > 0; --n) s += pieces[below(pieces.size())];
    return s;
  }

  std::mt19937_64& random_;
  const WorkingHours& usual_;
};

TEST(InstitutionWriter, WhatIsWrittenReadsBackEqual) {
  std::mt19937_64 random(20260315);
  for (int round = 0; round < 400; ++round) {
    Institution i;
    Filler filler(random, i.hours);
    Keys<Institution>::of(filler, i);
    const std::string yaml = write_institution(i);
    const Institution back = read_back(yaml);
    ASSERT_EQ(back, i) << yaml;
    ASSERT_EQ(write_institution(back), yaml);
  }
}

TEST(InstitutionWriter, CommentsChangeNothing) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 50; ++round) {
    Institution i;
    Filler filler(random, i.hours);
    Keys<Institution>::of(filler, i);
    Comments c;
    c.head = "one\ntwo\n\nthree: [";
    c.tail = "hosts:\n  - {name: example}";
    for (const char* section : {"hosts", "people", "accounts", "networks", "absent"}) {
      c.sections[section] = "all " + std::string(section);
      c.entries[section] = {"first\nline\x1b[31m", "", "third \u2028 and more"};
    }
    const std::string yaml = write_institution(i, c);
    ASSERT_EQ(read_back(yaml), i) << yaml;
    ASSERT_NE(yaml.find("# three: ["), std::string::npos);
    ASSERT_EQ(yaml.find('\x1b'), std::string::npos);
  }
}

TEST(InstitutionWriter, WritesForPeople) {
  Institution i;
  i.name = "Court of Example";
  i.hours.zone = "Europe/Amsterdam";
  i.networks.push_back({"office", {"10.20.4.0/22", "2001:db8::/48"}, "office", true, false});
  Person p;
  p.id = "m.osei";
  p.name = "Osei, Mercy";
  p.unit = "Registry of the Second Chamber and its Annexes";
  p.role = "Legal officer with a rather long title";
  Account a;
  a.name = "m.osei";
  a.domain = "COURT";
  a.in_use.until = *parse_time("2027-01-01");
  p.accounts = {a, a};
  i.people.push_back(p);
  Comments c;
  c.entries["people"] = {"seen in 412 logons"};
  EXPECT_EQ(write_institution(i, c), R"(version: 1
institution: {name: Court of Example}
hours: {zone: Europe/Amsterdam}
networks:
  - {name: office, cidrs: [10.20.4.0/22, "2001:db8::/48"], kind: office, dhcp: true}
people:
  # seen in 412 logons
  - id: m.osei
    name: "Osei, Mercy"
    unit: Registry of the Second Chamber and its Annexes
    role: Legal officer with a rather long title
    accounts: [{name: m.osei, domain: COURT, until: 2026-12-31}, {name: m.osei, domain: COURT, until: 2026-12-31}]
)");
}

}  // namespace
}  // namespace institution_write_test
}  // namespace custos::institution
