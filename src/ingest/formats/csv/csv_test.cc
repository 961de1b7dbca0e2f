#include <random>

#include "ingest/formats/csv/header.h"
#include "ingest/formats/csv/rows.h"
#include "ingest/lines_testing.h"

namespace custos::ingest::csv {
extern const Format format;
namespace {

using lines_testing::drive;
using lines_testing::Driven;

TEST(Csv, QuotesAndSeparators) {
  const Driven run = drive(format, "time,user,message\n2024-03-15 10:00:00,anna,\"a, \"\"b\"\"\nc\"\n,\"\",x\n");
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_EQ(run.events[0].get("message"), "a, \"b\"\nc");
  EXPECT_EQ(run.events[0].time, from_civil({2024, 3, 15, 10, 0, 0}).value());
  EXPECT_EQ(run.events[0].number, 2u);
  EXPECT_EQ(run.events[1].number, 4u);
  EXPECT_EQ(run.events[1].get("time"), "<none>");
  EXPECT_EQ(run.events[1].get("user"), "");
  for (const char sep : {'\t', ';', '|'}) {
    std::string text = "sep=;\ntime;user;action\n1;2;3\n4;5;6\n";
    if (sep != ';') text = text.substr(6);
    for (char& c : text) c = c == ';' ? sep : c;
    const Driven other = drive(format, text);
    ASSERT_EQ(other.events.size(), 2u) << sep;
    EXPECT_EQ(other.events[1].get("action"), "6");
  }
}

TEST(Csv, RaggedRows) {
  const Driven run = drive(format, "time,user,action\nx\nx,y,z,w,v\n\nx,y,z\ntime,user,action\n");
  ASSERT_EQ(run.events.size(), 3u);
  EXPECT_EQ(run.events[1].get("column_4"), "w");
  EXPECT_EQ(run.events[1].get("column_5"), "v");
  EXPECT_EQ(run.coverage.notes.size(), 3u);
  EXPECT_EQ(run.coverage.state, ReadState::Whole);
}

TEST(Csv, AQuoteThatNeverClosesCostsItsLine) {
  std::string text = "a,b,c\n1,\"2,3\n";
  for (int i = 0; i < 400'000; ++i) text += "4,5,6\n";
  const Driven run = drive(format, text);
  EXPECT_EQ(run.events.size(), 400'000u);
  ASSERT_EQ(run.coverage.rejects.size(), 1u);
  EXPECT_EQ(run.coverage.rejects[0].offset, 6u);
  EXPECT_EQ(run.coverage.state, ReadState::Partial);
  // Many of them cost no more than the file's length each time.
  std::string bad = "a,b,c\n";
  for (int i = 0; i < 200'000; ++i) bad += "1,\"2x,3\n";
  EXPECT_EQ(drive(format, bad).coverage.reject_count, 200'000u);
}

TEST(Csv, ColumnsAreBounded) {
  std::string head = "c0", row = "1";
  for (int i = 1; i < 50'000; ++i) {
    head += ",c" + std::to_string(i);
    row += ",1";
  }
  const Driven run = drive(format, head + "\n" + row + "\n");
  ASSERT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.events[0].fields.size(), Limits{}.fields);
  EXPECT_EQ(run.coverage.reject_count, 2u);
}

TEST(Csv, Times) {
  const Micros t = from_civil({2024, 3, 15, 22, 0, 0}).value();
  EXPECT_EQ(table_time("3/15/2024 10:00:00 PM"), t);
  EXPECT_EQ(table_time("15.03.2024 22:00:00"), t);
  EXPECT_EQ(table_time("15/03/2024 22:00"), t);
  EXPECT_EQ(table_time("3/4/2024 10:00:00 PM"), from_civil({2024, 3, 4, 22, 0, 0}));
  EXPECT_EQ(table_time("3/4/2024 22:00:00"), std::nullopt);  // could be either
  EXPECT_EQ(table_time("13/13/2024 22:00:00"), std::nullopt);
  EXPECT_EQ(table_time("1710540000"), t);
  EXPECT_EQ(table_time("x"), std::nullopt);
  const Driven run = drive(format, "date,time,user\n2024-03-15,22:00:00,a\n");
  EXPECT_EQ(run.events.at(0).time, t);
}

TEST(Csv, Microsoft365AuditData) {
  const Driven run = drive(format,
                           "RecordType,CreationDate,UserIds,Operations,AuditData\n"
                           "ExchangeAdmin,2024-03-15T09:00:00.0000000Z,anna@example.org,New-InboxRule,\"{"
                           "\"\"CreationTime\"\":\"\"2024-03-15T10:00:00\"\",\"\"Operation\"\":\"\"New-InboxRule\"\","
                           "\"\"Workload\"\":\"\"Exchange\"\",\"\"ResultStatus\"\":\"\"True\"\",\"\"Parameters\"\":[{"
                           "\"\"Name\"\":\"\"DeleteMessage\"\",\"\"Value\"\":\"\"True\"\"}],\"\"Version\"\":1,"
                           "\"\"Actor\"\":[{\"\"ID\"\":\"\"a\"\"},{\"\"ID\"\":\"\"b\"\"}]}\"\n");
  ASSERT_EQ(run.events.size(), 1u);
  const auto& e = run.events[0];
  EXPECT_EQ(e.source, "m365/audit");
  EXPECT_EQ(e.get("Operation"), "New-InboxRule");
  EXPECT_EQ(e.get("Parameters.DeleteMessage"), "True");
  EXPECT_EQ(e.get("Parameters.Name"), "DeleteMessage");
  EXPECT_NE(e.get("Parameters").find("DeleteMessage"), std::string::npos);
  EXPECT_EQ(e.get("Actor.ID"), "a|b");
  EXPECT_EQ(e.get("Version"), "1");
  EXPECT_EQ(e.time, from_civil({2024, 3, 15, 10, 0, 0}).value());
  const Driven broken = drive(format, "RecordType,Operations,AuditData\n1,x,\"{\"\"a\"\":\"\n");
  ASSERT_EQ(broken.events.size(), 1u);
  EXPECT_EQ(broken.note("a cell that should hold JSON and does not"), 1u);
}

TEST(Csv, WindowsExports) {
  const Driven run = drive(format,
                           "RecordNumber,TimeCreated,EventId,Provider,Channel,Computer,Payload\n"
                           "1,2024-03-15 "
                           "10:00:00.1234567,4624,Microsoft-Windows-Security-Auditing,Security,ws01,\"{"
                           "\"\"EventData\"\":{\"\"Data\"\":[{\"\"@Name\"\":\"\"TargetUserName\"\",\"\"#text\"\":"
                           "\"\"anna\"\"},{\"\"@Name\"\":\"\"LogonType\"\",\"\"#text\"\":\"\"3\"\"}]}}\"\n");
  ASSERT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.events[0].get("EventID"), "4624");
  EXPECT_EQ(run.events[0].get("TargetUserName"), "anna");
  EXPECT_EQ(run.events[0].get("LogonType"), "3");
  EXPECT_EQ(run.events[0].source.substr(0, 16), "windows/security");
}

TEST(Csv, ProseAndCodeAreNoTables) {
  for (const char* const text :
       {"Dear all, thanks.\nAs said, I come, later.\n", "int a, b;\nint c, d;\n",
        "{\"a\":1,\"b\":2}\n{\"a\":1,\"b\":2}\n", "Mar 15 10:00:00 gw p: a, b, c\nMar 15 10:00:00 gw p: a, b, c\n",
        "1,2,3\n4,5,6\n", "one\ntwo\n", "This is no log.\nIt is prose, and nobody's format.\n",
        "1.0\tC1\t192.0.2.1\n2.0\tC2\t192.0.2.1\n"}) {
    EXPECT_EQ(format.recognise(text, true), 0) << text;
  }
}

// RFC 4180 once more, a character at a time.
std::vector<std::vector<std::string>> naive(std::string_view text) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::string& cell = rows.back().back();
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      cell += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      rows.back().emplace_back();
    } else if (c == '\n' && !quoted) {
      rows.emplace_back(1);
    } else {
      cell += c;
    }
  }
  rows.pop_back();
  return rows;
}

TEST(Csv, EqualsTheNaiveTwin) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    std::string text = "time,user,action\n";
    for (std::size_t r = 1 + random() % 4; r > 0; --r) {
      for (int c = 0; c < 3; ++c) {
        static const char* const kCells[] = {"a",        "\"b\"", "\"c,d\"",  "\"e\"\"f\"", "\"g\nh\"",
                                             "\"\"\"\"", "i j",   "\"\n\n\"", "\"x\r\ny\""};
        text += std::string(c == 0 ? "" : ",") + kCells[random() % 9];
      }
      text += "\n";
    }
    const auto want = naive(text);
    const Driven run = drive(format, text, 1 + random() % 50);
    ASSERT_EQ(run.events.size(), want.size() - 1) << text;
    for (std::size_t r = 0; r < run.events.size(); ++r) {
      EXPECT_EQ(run.events[r].get("time"), want[r + 1][0]) << text;
      EXPECT_EQ(run.events[r].get("user"), want[r + 1][1]) << text;
      EXPECT_EQ(run.events[r].get("action"), want[r + 1][2]) << text;
    }
    ASSERT_EQ(run.coverage.reject_count, 0u);
  }
}

TEST(Csv, WindowsAndCuts) {
  const std::string text =
      "\xEF\xBB\xBFtime,user,message\r\n2024-03-15,anna,\"a\"\"\nb\"\r\nx,\"\xff\",\"y\"\"z\"\r\nq,r\r\n";
  lines_testing::cut_everywhere(format, text);
  const Driven whole = drive(format, text);
  ASSERT_EQ(whole.events.size(), 3u);
  for (const std::size_t step : {40u, 61u, 70u}) {
    const Driven pieces = drive(format, text, step);
    ASSERT_EQ(pieces.events.size(), 3u) << step;
    for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(pieces.events[i] == whole.events[i]) << step;
  }
}

}  // namespace
}  // namespace custos::ingest::csv
