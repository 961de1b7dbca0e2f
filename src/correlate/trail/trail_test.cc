#include "correlate/trail/trail.h"

#include <gtest/gtest.h>

#include <vector>

#include "correlate/made_up_test.h"
#include "correlate/telling/context.h"
#include "correlate/trail/lineage.h"

namespace custos::correlate {
namespace trail_tests {

using testing::kStart;

std::vector<std::string> visited(const Trail& trail) {
  std::vector<std::string> out;
  EXPECT_TRUE(trail.visit([&](const Step& s) {
    out.push_back(fmt::format("{} {} {} {} {} {} {} {} {} {} {}", static_cast<int>(s.kind), s.time, s.source, s.offset, s.record, s.process, s.parent, s.host, s.user,
                              s.image, s.text.size()));
  }));
  return out;
}

// The same steps, all in memory and all but a few on the disk.
TEST(Trail, GivesBackWhatWasAdded) {
  Trail small(64), large;
  for (std::uint64_t i = 0; i < 5'000; ++i) {
    const std::string text(i * 37 % 1'500, 'x');
    const Step s{i % 3 == 0 ? Step::Kind::Contact : Step::Kind::Start, kStart - static_cast<Micros>(i), static_cast<std::uint32_t>(i % 7), i << 40, i, i % 9, i % 11,
                 "ws-1",       "court\\m",                                           i % 2 == 0 ? "" : "a.exe",            text};
    small.add(s);
    large.add(s);
  }
  const auto all = visited(large);
  EXPECT_EQ(all.size(), 5'000u);
  EXPECT_EQ(visited(small), all);
  EXPECT_EQ(visited(small), all);  // and again
  EXPECT_TRUE(all[40].ends_with(" 1024")) << all[40];  // of 1,480
}

ProgramStep start(double second, std::uint64_t process, std::uint64_t parent, const std::string& image, const std::string& text, std::uint64_t offset) {
  ProgramStep s;
  s.time = kStart + static_cast<Micros>(second * 1e6);
  s.process = process;
  s.parent = parent;
  s.image = image;
  s.text = text;
  s.place = {"sysmon", offset, 0};
  return s;
}

class Programs : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string tool = "C:\\Users\\m\\Downloads\\tool.exe", system = "C:\\Windows\\System32\\";
    l_.add("ws-1", start(0, 10, 2, "C:\\Windows\\explorer.exe", "explorer", 1));
    l_.add("ws-1", start(5, 20, 10, tool, "tool.exe", 2));
    l_.add("ws-1", start(6, 21, 10, "C:\\Program Files\\Office\\winword.exe", "winword", 3));
    l_.add("ws-1", start(10, 30, 20, system + "cmd.exe", "cmd.exe", 4));
    l_.add("ws-1", start(12, 31, 30, system + "systeminfo.exe", "systeminfo", 5));
    l_.add("ws-1", start(13, 32, 30, system + "whoami.exe", "whoami", 6));
    ProgramStep twin = start(13.2, 32, 30, system + "whoami.exe", "whoami", 6);
    twin.place.file = "security";
    l_.add("ws-1", twin);
    l_.add("ws-1", start(100, 31, 21, system + "splwow64.exe", "printer", 7));  // the number again, of another program
    ProgramStep contact = start(8, 20, 0, tool, "203.0.113.9:443", 8);
    contact.kind = Step::Kind::Contact;
    l_.add("ws-1", contact);
    contact.time += kSecond;
    contact.place.offset = 9;
    l_.add("ws-1", contact);
    ProgramStep write = start(9, 30, 0, system + "cmd.exe", "C:\\Program Files\\dump.exe", 10);
    write.kind = Step::Kind::Write;
    write.time += 2 * kSecond;
    l_.add("ws-1", write);
    l_.settle();
    const std::size_t i = scene_.add(0, Level::High, "rule", {"host ws-1"});
    Finding& f = scene_.finding(i);
    f.time = f.last_time = kStart + 13 * kSecond;
    f.ties = {32, 30, {}};
    f.source = {"sysmon", 6, 0};
    group_ = {{0}, {""}};
  }
  Lineage l_;
  testing::Scene scene_;
  Group group_;
};

TEST_F(Programs, GoUpThroughShellsAndDownToEverything) {
  std::string told;
  for (const Kin& k : l_.kin(scene_.items(), group_)) told += fmt::format("{}<{};", k.step->text, k.by);
  // Not explorer and what it started beside, not the program that got the number later, not what the finding stands on.
  EXPECT_EQ(told, "tool.exe<explorer.exe;203.0.113.9:443<tool.exe;203.0.113.9:443<tool.exe;cmd.exe<tool.exe;C:\\Program Files\\dump.exe<cmd.exe;systeminfo<cmd.exe;");
}

TEST_F(Programs, AreToldWithEvidenceOfTheirOwn) {
  Incident i;
  i.evidence.push_back({"f-1", "rule", Level::High, kStart, kStart, {"sysmon", 6, 0}, 1, ""});
  i.story.push_back({kStart + 13 * kSecond, kStart + 13 * kSecond, std::nullopt, "the finding", {1}});
  add_context(i, l_.kin(scene_.items(), group_));
  std::string story;
  for (const Sentence& s : i.story) {
    story += s.text + " [";
    for (const std::uint32_t n : s.evidence) story += fmt::format("{} ", n);
    story += "]\n";
    for (const std::uint32_t n : s.evidence) EXPECT_TRUE(n >= 1 && n <= i.evidence.size());
  }
  EXPECT_EQ(story,
            "On ws-1, explorer.exe also ran: tool.exe [2 ]\n"
            "On ws-1, tool.exe spoke to 203.0.113.9:443 (2 connections) [6 ]\n"
            "On ws-1, tool.exe also ran: cmd.exe [3 ]\n"
            "On ws-1, cmd.exe wrote: C:\\Program Files\\dump.exe [5 ]\n"
            "On ws-1, cmd.exe also ran: systeminfo [4 ]\n"
            "the finding [1 ]\n");
  for (std::size_t n = 1; n < i.evidence.size(); ++n) EXPECT_TRUE(i.evidence[n].finding.empty() && !i.evidence[n].why.empty());
  ASSERT_EQ(i.entities.size(), 1u);
  EXPECT_EQ(i.entities[0].value + " " + i.entities[0].role, "203.0.113.9 contacted");
}

TEST_F(Programs, OfASlightFindingAreNobodysBusiness) {
  testing::Scene slight;
  slight.add(0, Level::Low, "rule", {"host ws-1"});
  slight.finding(0).time = kStart + 13 * kSecond;
  slight.finding(0).ties = {32, 30, {}};
  EXPECT_TRUE(l_.kin(slight.items(), group_).empty());
}

}  // namespace trail_tests
}  // namespace custos::correlate
