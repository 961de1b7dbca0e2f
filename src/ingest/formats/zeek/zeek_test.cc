#include <random>

#include "ingest/formats/zeek/header.h"
#include "ingest/lines_testing.h"

namespace custos::ingest::zeek {
extern const Format format;
namespace {

using lines_testing::drive;
using lines_testing::Driven;

const std::string kHead =
    "#separator "
    "\\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#open\t2024-03-15-10-00-00\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tquery\tAA\tanswers\tTTLs\n#"
    "types\ttime\tstring\taddr\tport\tstring\tbool\tvector[string]\tvector[interval]\n";

TEST(Zeek, RowsByTheHeader) {
  const Driven run =
      drive(format,
            kHead + "1710496800.123456\tC1\t192.0.2.1\t53\ta\\x09\\x5cb\tT\t192.0.2.7,x\\x2cy\t60.0,-\n#close\t2024\n");
  ASSERT_EQ(run.events.size(), 1u);
  const auto& e = run.events[0];
  EXPECT_EQ(e.time, 1710496800123456);
  EXPECT_EQ(e.source, "zeek/dns/dns");
  EXPECT_EQ(e.get("id.orig_p"), "53");
  EXPECT_EQ(e.get("query"), "a\t\\b");
  EXPECT_EQ(e.get("AA"), "true");
  EXPECT_EQ(e.get("answers"), "192.0.2.7|x,y");
  EXPECT_EQ(e.get("TTLs"), "60.0");
  EXPECT_EQ(e.number, 9u);
  EXPECT_EQ(e.types[3], Type::Int);
  EXPECT_EQ(e.types[5], Type::Bool);
  EXPECT_EQ(run.coverage.state, ReadState::Whole);
}

TEST(Zeek, UnsetIsLeftOutAndEmptyIsEmpty) {
  const Driven run = drive(format, kHead + "1.0\tC1\t-\t-\t(empty)\t-\t(empty)\t-\n");
  ASSERT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.events[0].get("id.orig_h"), "<none>");
  EXPECT_EQ(run.events[0].get("query"), "");
  EXPECT_EQ(run.events[0].get("answers"), "");
  EXPECT_EQ(run.events[0].get("TTLs"), "<none>");
}

TEST(Zeek, MoreAndFewerColumnsAreReadAndNoted) {
  const Driven run = drive(format, kHead + "1.0\tC1\n1.0\tC1\t192.0.2.1\t1\tq\tF\ta\t1.0\textra\tmore\n");
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_EQ(run.events[0].fields.size(), 2u);
  EXPECT_EQ(run.events[1].get("column_9"), "extra");
  EXPECT_EQ(run.events[1].get("column_10"), "more");
  EXPECT_EQ(run.coverage.notes.size(), 2u);
  EXPECT_EQ(run.coverage.state, ReadState::Partial);
  EXPECT_EQ(drive(format, kHead + "1.0\tC1\n").coverage.state, ReadState::Whole);
}

// Two lines put before a log make it another format, of which no rule speaks: at least that is said.
TEST(Zeek, AHeaderBeforeOtherLinesIsNotAWholeLog) {
  const Driven run = drive(format, "#separator \\x09\n#fields\tts\tuid\nMar 15 10:00:00 gw sshd[1]: Failed password for root\n");
  EXPECT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.coverage.state, ReadState::Partial);
}

TEST(Zeek, ASecondHeaderChangesTheColumns) {
  const Driven run = drive(
      format,
      kHead + "1.0\tC1\t-\t-\tq\tF\t-\t-\n#separator \\x2c\n#path,conn\n#fields,ts,proto\n#types,time,enum\n2.0,tcp\n");
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_EQ(run.events[1].source, "zeek/conn/firewall");
  EXPECT_EQ(run.events[1].get("proto"), "tcp");
  EXPECT_EQ(run.events[1].time, 2 * kSecond);
}

TEST(Zeek, NoFieldsLineRejectsTheRows) {
  const Driven run = drive(format, "#separator \\x09\n#path\tconn\n1.0\ta\n2.0\tb\n");
  EXPECT_TRUE(run.events.empty());
  EXPECT_EQ(run.coverage.reject_count, 2u);
  EXPECT_EQ(run.coverage.state, ReadState::Partial);
}

TEST(Zeek, AWrongSeparatorIsSeenThrough) {
  std::string text = kHead + "1.0\tC1\t-\t-\tq\tF\t-\t-\n";
  text.replace(text.find("\\x09"), 4, "\\x00");
  const Driven run = drive(format, text);
  ASSERT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.events[0].get("query"), "q");
}

TEST(Zeek, FieldsAreBounded) {
  std::string text = "#separator \\x09\n#path\tx\n#fields\tts";
  for (int i = 0; i < 30'000; ++i) text += "\tf" + std::to_string(i);
  text += "\n1.0";
  for (int i = 0; i < 30'000; ++i) text += "\tv";
  text += "\n";
  const Driven run = drive(format, text);
  ASSERT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.events[0].fields.size(), Limits{}.fields);
  EXPECT_EQ(run.coverage.reject_count, 2u);
}

TEST(Zeek, EqualsANaiveSplit) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    std::string text =
        "#separator "
        "\\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tx\n#fields\ta\tb\tc\n#"
        "types\tstring\tstring\tstring\n";
    std::vector<std::string> cells;
    for (int i = 0; i < 3; ++i) {
      static const char* const kSome[] = {"-", "(empty)", "x", "a b", "\xC3\xBC", "0", "--", "(empty"};
      cells.emplace_back(kSome[random() % 8]);
    }
    text += cells[0] + "\t" + cells[1] + "\t" + cells[2] + "\n";
    const Driven run = drive(format, text, 1 + random() % 40);
    ASSERT_EQ(run.events.size(), 1u);
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string want = cells[i] == "-" ? "<none>" : cells[i] == "(empty)" ? "" : cells[i];
      EXPECT_EQ(run.events[0].get(std::string(1, static_cast<char>('a' + i))), want);
    }
  }
}

TEST(Zeek, WindowsAndCuts) {
  const std::string text =
      kHead +
      "1710496800.123456\tC1\t192.0.2.1\t53\ta\\x09\\xffb\tT\t192.0.2.7,x\t60.0\n1.0\t\xff\t-\t-\t(empty)\t-\t-\t-\r\n";
  lines_testing::same_in_all_windows(format, text);
  lines_testing::cut_everywhere(format, text);
}

}  // namespace
}  // namespace custos::ingest::zeek
