// What campaigns must hold whatever they do: stages in order, every act labelled and shown, patience that pays, and nobody else's life changed.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <simdjson.h>

#include "simulate/campaign.h"
#include "simulate/memory_for_test.h"
#include "simulate/simulate.h"

namespace custos::simulate {
namespace {

using Names = std::vector<std::string>;
const Names kAll = {"espionage", "insider", "intern", "spraying", "golden_saml", "mailbox", "ransomware"};

// People come, go and work as always; what computers do by themselves and what the Internet does is nearly left out, so that ninety days take seconds.
Parameters thin_parameters() {
  std::ifstream in(CUSTOS_SOURCE_DIR "/content/simulation/parameters.yml");
  std::stringstream text;
  text << in.rdbuf();
  Parameters p = *read_parameters(text.str(), "parameters.yml");
  p.noise.clear();
  for (Program& one : p.programs) one.per_day = 0;
  for (Role& r : p.roles) {
    for (Task& t : r.tasks) t.per_hour /= 10;
  }
  p.servers["monitor_seconds"] = 86'400;
  p.servers["scan_ports"] = 1;
  p.servers["policy_minutes"] = 1'000;
  for (auto& [name, rate] : p.internet) rate /= 50;
  for (const char* rate : {"reputation", "gone", "wpad", "locator", "reverse", "suffix", "mdns", "ssdp", "netbios", "clock_windows", "clock_linux"}) {
    p.names[rate] /= 50;
  }
  for (const char* rate : {"received", "sent", "rubbish"}) p.mail[rate] /= 50;
  return p;
}

struct DeedRow {
  std::string campaign, kind, stage, technique;
  Micros time = 0;
  std::vector<Entity> entities;
  std::set<std::pair<std::string, std::uint64_t>> events;
  std::uint64_t lost = 0;
};

struct Outcome {
  std::map<std::string, std::string> files;
  std::vector<DeedRow> rows;  // without the background's
  Micros begin = 0, end = 0;

  std::vector<const DeedRow*> of(std::string_view kind) const {
    std::vector<const DeedRow*> out;
    for (const DeedRow& r : rows) {
      if (r.kind == kind) out.push_back(&r);
    }
    return out;
  }
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    out.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return out;
}

DeedRow read_row(simdjson::dom::parser& parser, std::string_view line) {
  const simdjson::dom::element e = parser.parse(line.data(), line.size());
  const auto text = [&](const char* key) {
    std::string_view v;
    return e[key].get(v) == simdjson::SUCCESS ? std::string(v) : std::string();
  };
  DeedRow r{text("campaign"), text("kind"), text("stage"), text("technique"), parse_time(text("time")).value_or(0), {}, {}, std::uint64_t(e["lost"])};
  for (const simdjson::dom::element one : simdjson::dom::array(e["entities"])) {
    r.entities.push_back({std::string(std::string_view(one["kind"])), std::string(std::string_view(one["value"]))});
  }
  for (const simdjson::dom::element one : simdjson::dom::array(e["events"])) {
    r.events.emplace(std::string(std::string_view(one["file"])), std::uint64_t(one["record"]));
  }
  return r;
}

Outcome play(const Parameters& p, Names scenarios, unsigned days, double stealth, std::uint64_t seed = 5, unsigned hosts = 27,
             std::string_view start = "2026-09-07") {
  Options o;
  o.seed = seed;
  o.hosts = hosts;
  o.days = days;
  o.stealth = stealth;
  o.start = *parse_time(start);
  o.scenarios = std::move(scenarios);
  o.attribution = true;
  Memory memory;
  Outcome out;
  const auto totals = run(p, o, memory, [&](const Progress& at) {
    out.begin = at.begin;
    out.end = at.end;
  });
  EXPECT_TRUE(totals.has_value());
  out.files = std::move(memory.files);
  simdjson::dom::parser parser;
  for (const std::string_view line : lines_of(out.files["truth.ndjson"])) {
    DeedRow r = read_row(parser, line);
    if (r.kind != "background") out.rows.push_back(std::move(r));
  }
  return out;
}

// The stages of each, each no earlier than the one before it in its line.
struct Expected {
  std::string_view campaign;
  std::vector<std::string_view> in_order, besides;
};
const std::vector<Expected> kStages = {
    {"espionage",
     {"initial-access", "execution", "command-and-control", "discovery", "credential-access", "lateral-movement", "collection", "exfiltration",
      "defense-evasion"},
     {"persistence"}},
    {"insider", {"collection", "exfiltration"}, {}},
    {"intern", {"initial-access", "discovery", "collection", "exfiltration"}, {}},
    {"spraying", {"credential-access", "initial-access", "collection"}, {}},
    {"golden_saml", {"initial-access", "lateral-movement", "discovery", "credential-access", "persistence", "privilege-escalation", "collection"}, {}},
    {"mailbox", {"initial-access", "credential-access", "collection", "defense-evasion", "lateral-movement"}, {}},
    {"ransomware",
     {"initial-access", "discovery", "credential-access", "persistence", "command-and-control", "collection", "exfiltration", "defense-evasion", "impact",
      "lateral-movement"},
     {"execution"}},
};

struct Scale {
  unsigned days;
  double stealth;
};
class AtScale : public testing::TestWithParam<Scale> {
 public:
  // Each scale is played once for all tests that look at it.
  static const Outcome& outcome(const Scale& s) {
    static std::map<unsigned, Outcome> played;
    auto at = played.find(s.days);
    if (at == played.end()) at = played.emplace(s.days, play(thin_parameters(), kAll, s.days, s.stealth)).first;
    return at->second;
  }
};

TEST_P(AtScale, AllStagesHappenInOrder) {
  const Outcome& o = outcome(GetParam());
  for (const Expected& e : kStages) {
    std::map<std::string_view, Micros> first;
    for (const DeedRow* r : o.of(e.campaign)) {
      const auto at = first.emplace(r->stage, r->time).first;
      at->second = std::min(at->second, r->time);
    }
    Micros before = 0;
    for (const std::string_view stage : e.in_order) {
      ASSERT_TRUE(first.contains(stage)) << e.campaign << " lacks " << stage;
      EXPECT_GE(first[stage], before) << e.campaign << ": " << stage << " comes too early";
      before = first[stage];
    }
    for (const std::string_view stage : e.besides) EXPECT_TRUE(first.contains(stage)) << e.campaign << " lacks " << stage;
    // Rights are raised where they are missing; some ways to the next computer run a program there.
    std::set<std::string_view> known = {"privilege-escalation", "execution"};
    known.insert(e.in_order.begin(), e.in_order.end());
    known.insert(e.besides.begin(), e.besides.end());
    for (const auto& [stage, at] : first) EXPECT_TRUE(known.contains(stage)) << e.campaign << " has a stage nobody expects: " << stage;
  }
}

TEST_P(AtScale, EveryRowIsShownOrSaysWhatIsLost) {
  const Outcome& o = outcome(GetParam());
  const std::set<std::string_view> tactics = {"initial-access",   "execution",         "persistence",         "privilege-escalation",
                                              "defense-evasion",  "credential-access", "discovery",           "impact",
                                              "lateral-movement", "collection",        "command-and-control", "exfiltration"};
  for (const DeedRow& r : o.rows) {
    EXPECT_GT(r.events.size() + r.lost, 0u) << r.campaign << " " << r.stage << " " << r.technique << " " << to_rfc3339(r.time);
    EXPECT_TRUE(tactics.contains(r.stage)) << r.stage;
    EXPECT_TRUE(r.technique.size() >= 5 && r.technique[0] == 'T') << r.technique;
    EXPECT_EQ(r.campaign, r.kind + "-1");
    EXPECT_FALSE(r.entities.empty());
    EXPECT_GE(r.time, o.begin);
    EXPECT_LT(r.time, o.end + kDay);
    for (const auto& [file, record] : r.events) EXPECT_TRUE(o.files.contains("logs/" + file) && record > 0) << file;
  }
}

TEST_P(AtScale, IntrudersComeFromNowhereThatExists) {
  for (const DeedRow& r : outcome(GetParam()).rows) {
    for (const Entity& e : r.entities) {
      EXPECT_FALSE(e.value.empty()) << r.stage << " " << e.kind;
      if (e.kind == "domain") {
        EXPECT_TRUE(e.value.ends_with(".example")) << e.value;
      }
      if (e.kind != "address") continue;
      const bool ours = e.value.starts_with("10.20.") || e.value.starts_with("100.") || e.value.starts_with("203.0.113.");
      EXPECT_TRUE(ours || e.value.starts_with("198.18.") || e.value.starts_with("198.19.")) << e.value;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Scales, AtScale, testing::Values(Scale{7, 0}, Scale{30, 0.5}, Scale{90, 1}),
                         [](const auto& one) { return "Days" + std::to_string(one.param.days); });

// Records a day between the first act and the last.
double records_a_day(const Outcome& o, std::string_view kind) {
  double records = 0;
  Micros first = kNever, last = 0;
  for (const DeedRow* r : o.of(kind)) {
    records += static_cast<double>(r->events.size());
    first = std::min(first, r->time);
    last = std::max(last, r->time);
  }
  return records / std::max(1.0, static_cast<double>(last - first) / static_cast<double>(kDay));
}

TEST(Campaigns, PatienceShowsLess) {
  const Outcome& hasty = AtScale::outcome({7, 0});
  const Outcome& patient = AtScale::outcome({90, 1});
  for (const std::string& kind : kAll) EXPECT_LT(records_a_day(patient, kind) * 2, records_a_day(hasty, kind)) << kind;
}

void expect_all_stages(const Outcome& o, const std::string& which) {
  for (const Expected& e : kStages) {
    std::set<std::string_view> seen;
    for (const DeedRow* r : o.of(e.campaign)) seen.insert(r->stage);
    for (const std::string_view stage : e.in_order) EXPECT_TRUE(seen.contains(stage)) << which << " " << e.campaign << " " << stage;
  }
}

// In a small institution campaigns meet the same people: one that leaves or joins for one campaign is no victim of another.
class Drawn : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Drawn, WeeksShowAllStages) {
  for (const std::string_view start : {"2026-11-02", "2026-11-05", "2026-11-07"}) {  // Monday, Thursday, Saturday
    expect_all_stages(play(thin_parameters(), kAll, 7, 0, GetParam(), 23, start), fmt::format("week {}", start));
  }
}

TEST_P(Drawn, AMonthShowsAllStages) { expect_all_stages(play(thin_parameters(), kAll, 30, 0.5, GetParam(), 25), "month"); }

TEST_P(Drawn, AQuarterShowsAllStages) { expect_all_stages(play(thin_parameters(), kAll, 90, 1, GetParam(), 25), "quarter"); }

INSTANTIATE_TEST_SUITE_P(Seeds, Drawn, testing::Values(3u, 11u, 12u), [](const auto& one) { return std::to_string(one.param); });

TEST(Campaigns, TheSameSeedGivesTheSameBytes) {
  const Parameters p = thin_parameters();
  const Outcome a = play(p, kAll, 7, 0.3, 21), b = play(p, kAll, 7, 0.3, 21), c = play(p, kAll, 7, 0.3, 22);
  EXPECT_EQ(a.files, b.files);
  EXPECT_NE(a.files.at("truth.ndjson"), c.files.at("truth.ndjson"));
}

TEST(Campaigns, AShortRunShowsHowFarItCame) {
  const Outcome o = play(thin_parameters(), kAll, 2, 1, 4);
  for (const std::string_view kind : {"espionage", "spraying", "mailbox"}) {
    ASSERT_FALSE(o.of(kind).empty()) << kind;
    EXPECT_LT((*std::min_element(o.rows.begin(), o.rows.end(), [](const DeedRow& a, const DeedRow& b) { return a.time < b.time; })).time, o.begin + kDay);
  }
  for (const DeedRow& r : o.rows) EXPECT_GT(r.events.size() + r.lost, 0u);
}

TEST(Campaigns, TheSmallestInstitutionIsBigEnough) {
  const Outcome o = play(thin_parameters(), kAll, 7, 0, 3, 15);
  for (const std::string& kind : kAll) EXPECT_FALSE(o.of(kind).empty()) << kind;
}

TEST(Campaigns, TwoOfAKindAreTwo) {
  const Outcome o = play(thin_parameters(), {"mailbox", "mailbox"}, 7, 0, 3, 40);
  std::map<std::string, std::string> addresses;
  for (const DeedRow& r : o.rows) {
    for (const Entity& e : r.entities) {
      if (e.kind == "domain") addresses[r.campaign] = e.value;
    }
  }
  ASSERT_EQ(addresses.size(), 2u);
  EXPECT_NE(addresses["mailbox-1"], addresses["mailbox-2"]);
}

// Figures of the file are the ones that are used: no reading at all with visits that read one message.
TEST(Campaigns, FiguresAreThoseOfTheParameters) {
  Parameters p = thin_parameters();
  const std::size_t usual = play(p, {"espionage"}, 7, 0, 9).rows.size();
  p.campaigns["espionage"]["questions"] = 2;
  p.campaigns["espionage"]["sleep_seconds"] = 40'000;
  EXPECT_LT(play(p, {"espionage"}, 7, 0, 9).rows.size(), usual);
}

// Every campaign has its figures in the file, and the file none that no campaign has.
TEST(Campaigns, AllHaveFigures) {
  const Parameters p = thin_parameters();
  std::set<std::string> named, there;
  for (const Campaign* c : campaigns()) named.insert(std::string(c->name));
  for (const auto& [name, figures] : p.campaigns) there.insert(name);
  EXPECT_EQ(named, there);
  EXPECT_EQ(named, std::set<std::string>(kAll.begin(), kAll.end()));
}

std::string member(std::string_view row, std::string_view key) {
  const std::string start = "\"" + std::string(key) + "\":";
  std::size_t at = row.find(start);
  if (at == std::string_view::npos) return {};
  at += start.size();
  const bool quoted = row[at] == '"';
  if (quoted) ++at;
  return std::string(row.substr(at, row.find_first_of(quoted ? "\"" : ",}", at) - at));
}

using Counts = std::map<std::string, std::map<std::string, int>>;  // whose -> kind of record -> how many

// Unlabelled records by person, and by workstation where nobody in person caused them.
Counts ordinary_counts(const Outcome& o) {
  std::set<std::pair<std::string, std::uint64_t>> labelled;
  for (const DeedRow& r : o.rows) labelled.insert(r.events.begin(), r.events.end());
  std::map<std::string, std::vector<std::string_view>> lines;
  Counts out;
  for (const std::string_view row : lines_of(o.files.at("attribution.ndjson"))) {
    const std::string file = member(row, "file"), person = member(row, "person"), host = member(row, "host");
    const std::uint64_t record = std::stoull(member(row, "record"));
    if (labelled.contains({file, record})) continue;
    std::string kind = file.substr(0, file.find_first_of("0123456789"));
    if (kind.starts_with("windows")) {
      auto at = lines.find(file);
      if (at == lines.end()) at = lines.emplace(file, lines_of(o.files.at("logs/" + file))).first;
      if (record <= at->second.size()) kind += member(at->second[record - 1], "EventID");
    }
    if (person.empty() && !host.starts_with("ws-")) continue;
    ++out[person.empty() ? host : person][kind];
  }
  return out;
}

class Beside : public testing::TestWithParam<std::string> {};

TEST_P(Beside, NobodyElseLivesDifferently) {
  Parameters p = thin_parameters();
  // Loss and doubles are drawn record by record; without them the comparison is exact.
  p.faults.lost = p.faults.duplicated = 0;
  p.noise.push_back({"Sysmon 13", "windows", 2, false, {}});
  const Outcome with = play(p, {GetParam()}, 7, 0, 31, 41), without = play(p, {}, 7, 0, 31, 41);
  ASSERT_FALSE(with.rows.empty());
  std::set<std::string> involved;
  for (const DeedRow& r : with.rows) {
    for (const Entity& e : r.entities) {
      if (e.kind == "host") involved.insert(e.value);
      if (e.kind == "user") involved.insert(e.value.substr(e.value.find('\\') + 1));
    }
  }
  // Tries at the cloud change nothing in the life of those whose names are tried.
  if (GetParam() == "spraying") involved.clear();
  // A desk and who works there are involved together: ports and process numbers come from the computer.
  for (const std::string_view row : lines_of(with.files.at("attribution.ndjson"))) {
    const std::string person = member(row, "person"), host = member(row, "host");
    if (person.empty() || !host.starts_with("ws-")) continue;
    if (involved.contains(person) || involved.contains("adm-" + person) || involved.contains(host)) involved.insert({person, host});
  }
  Counts a = ordinary_counts(with), b = ordinary_counts(without);
  std::size_t compared = 0;
  for (const auto& [who, kinds] : b) {
    if (involved.contains(who) || involved.contains("adm-" + who)) continue;
    ++compared;
    // An administrator closes the account of whoever left; that is ordinary, and one record no other life has.
    if (GetParam() == "insider" && a[who].contains("windows/forwarded-4725")) continue;
    for (const auto& [kind, n] : kinds) {
      // The name service and the proxy remember what others asked for: whether they had to ask outside depends on everybody.
      const bool wire = kind.starts_with("zeek") || kind.starts_with("suricata") || kind.starts_with("dns");
      EXPECT_NEAR(a[who][kind], n, wire ? 0.05 * n + 12 : 0) << who << " " << kind;
    }
    for (const auto& [kind, n] : a[who]) EXPECT_TRUE(kinds.contains(kind)) << who << " " << kind << " " << n;
  }
  EXPECT_GT(compared, GetParam() == "ransomware" ? 10u : 20u);
}

INSTANTIATE_TEST_SUITE_P(Each, Beside, testing::ValuesIn(kAll), [](const auto& one) { return one.param; });

}  // namespace
}  // namespace custos::simulate
