#include <gtest/gtest.h>

#include "base/text.h"
#include "share/exporters/made_up_behavior_test.h"
#include "share/made_up_test.h"

namespace custos::share {
namespace csv_test_file {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// A plain reader of RFC 4180, with the separator of choice.
Rows read(std::string_view text, char separator = ',') {
  Rows rows;
  std::vector<std::string> row(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        row.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        row.back() += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == separator) {
      row.emplace_back();
    } else if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
      rows.push_back(std::move(row));
      row.assign(1, "");
      ++i;
    } else {
      row.back() += c;
    }
  }
  EXPECT_FALSE(quoted);
  EXPECT_EQ(row.size(), 1u);
  return rows;
}

std::string cell(const Rows& rows, std::size_t row, std::string_view column) {
  for (std::size_t i = 0; i < rows[0].size(); ++i) {
    if (rows[0][i] == column) return rows[row][i];
  }
  return "(no such column)";
}

TEST(Csv, OneRowAFinding) {
  const std::string text = made_up::exported(
      "csv", {made_up::finding(made_up::rule("r-1", "LSASS read", Level::High), 1'710'496'800'003'000, "DC01")}, {});
  ASSERT_TRUE(text.starts_with("\xEF\xBB\xBFtype,time,"));
  const Rows rows = read(std::string_view(text).substr(3));
  EXPECT_EQ(cell(rows, 1, "type"), "finding");
  EXPECT_EQ(cell(rows, 1, "time"), "2024-03-15T10:00:00.003Z");
  EXPECT_EQ(cell(rows, 1, "level"), "high");
  EXPECT_EQ(cell(rows, 1, "host"), "DC01");
  EXPECT_EQ(cell(rows, 1, "process"), "C:\\Temp\\p.exe");
  EXPECT_EQ(cell(rows, 1, "attack"), "T1003.001");
  EXPECT_EQ(cell(rows, 1, "matched"), "TargetImage: C:\\Windows\\System32\\lsass.exe | sekurlsa");
  EXPECT_EQ(cell(rows, 1, "record"), "17");
  EXPECT_EQ(cell(rows, 1, "count"), "1");
}

TEST(Csv, BehaviorSaysWhyInTheLastColumn) {
  Finding f = made_up::unusual("=ws", Level::High, 0.5, 41);
  const std::string text = made_up::exported("csv", {f, made_up::finding(made_up::rule("r", "t", Level::Low), 1, "h")}, {});
  const Rows rows = read(std::string_view(text).substr(3));
  EXPECT_EQ(rows[0].back(), "reason");
  EXPECT_EQ(cell(rows, 1, "reason"), "'=ws spoke to 203.0.113.9:443 every 60 s, 1,391 times, within 2 s of the beat; of 4,100 pairs in calibration none was as regular "
                                     "(p = 0.000083, less than 1 in 10,000 ordinary days)");
  EXPECT_EQ(cell(rows, 2, "reason"), "");
  EXPECT_EQ(cell(rows, 1, "title"), "Unusual behaviour of =ws");
}

TEST(Csv, CoverageIsPartOfTheTable) {
  const std::string text = made_up::exported("csv", {}, made_up::coverage());
  const Rows rows = read(std::string_view(text).substr(3));
  std::vector<std::string> types;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    ASSERT_EQ(rows[i].size(), rows[0].size());
    if (types.empty() || types.back() != rows[i][0]) types.push_back(rows[i][0]);
  }
  EXPECT_EQ(types, (std::vector<std::string>{"read", "reject", "partial", "unread", "refused", "coverage"}));
  EXPECT_EQ(cell(rows, 5, "meaning"), "packet capture: turn it into logs with Suricata or Zeek first");
  EXPECT_EQ(cell(rows, rows.size() - 1, "title"), "complete");
  EXPECT_EQ(cell(rows, rows.size() - 1, "count"), "0");
}

TEST(Csv, NoCellIsAFormulaWhateverTheSeparator) {
  for (const std::string& t : made_up::hostile_texts()) {
    const std::string text = made_up::exported("csv", {made_up::hostile_finding(t)}, made_up::hostile_coverage(t));
    EXPECT_TRUE(is_valid_utf8(text));
    const Rows rows = read(std::string_view(text).substr(3));
    for (const auto& row : rows) {
      EXPECT_EQ(row.size(), rows[0].size());
      for (const std::string& c : row) {
        EXPECT_TRUE(c.empty() || std::string_view("=+-@\t\r").find(c[0]) == std::string_view::npos) << c.substr(0, 40);
        EXPECT_LE(c.size(), 32'767u);
        for (const char ch : c) EXPECT_GE(static_cast<unsigned char>(ch), 0x20);
      }
    }
    for (const auto& row : read(std::string_view(text).substr(3), ';')) {
      for (const std::string& c : row)
        EXPECT_TRUE(c.empty() || std::string_view("=+-@\t").find(c[0]) == std::string_view::npos) << c.substr(0, 40);
    }
  }
}

}  // namespace
}  // namespace csv_test_file
}  // namespace custos::share
