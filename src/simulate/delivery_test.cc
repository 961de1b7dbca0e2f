#include "simulate/delivery.h"

#include <gtest/gtest.h>

#include "simulate/memory_for_test.h"

namespace custos::simulate {
namespace {

constexpr Micros kBegin = 1'788'739'200 * kSecond;  // 2026-09-07T00:00:00Z

class Delivered : public ::testing::Test {
 protected:
  Delivered() {
    parameters_.faults = {0, {0, 0}, 0, 0, 0, {0, 0}, {0, 0}, 0, {0, 0}};
    world_.parameters = &parameters_;
    world_.begin = kBegin;
    world_.end = kBegin + 3 * kDay;
    world_.machines.emplace_back(0, 1, "ws-001").fqdn = "ws-001.example";
    world_.machines.emplace_back(1, 1, "web-01").windows = false;
  }
  Pending line(Micros due, std::string body) {
    Pending p;
    p.due = p.stamp = due;
    p.stream = Stream::Suricata;
    p.machine = p.subject = 1;
    p.body = std::move(body);
    return p;
  }
  Pending event(Micros due) {
    Pending p;
    p.due = p.stamp = due;
    p.kind = windows_kind("System 6005");
    return p;
  }
  std::size_t count(std::string_view in, std::string_view what) {
    std::size_t n = 0;
    for (std::size_t at = in.find(what); at != std::string_view::npos; at = in.find(what, at + 1)) ++n;
    return n;
  }

  Parameters parameters_;
  World world_;
  Memory out_;
  Files files_{out_, {}};
};

TEST_F(Delivered, InOrderOfArrivalAndIntoTheirDays) {
  Delivery d(world_, files_);
  d.add(line(kBegin + kDay + 5, "{\"c\":1}"));
  d.add(line(kBegin + 20, "{\"b\":1}"));
  d.add(line(kBegin + 10, "{\"a\":1}"));
  d.advance(kBegin + 15);
  EXPECT_EQ(out_.files["logs/suricata/eve-2026-09-07.json"], "{\"a\":1}");
  d.finish();
  EXPECT_EQ(out_.files["logs/suricata/eve-2026-09-07.json"], "{\"a\":1}\n{\"b\":1}\n");
  EXPECT_EQ(out_.files["logs/suricata/eve-2026-09-08.json"], "{\"c\":1}\n");
}

TEST_F(Delivered, WhatComesAfterTheEndWasNotSimulated) {
  Delivery d(world_, files_);
  d.add(line(world_.end, "{}"));
  d.finish();
  EXPECT_TRUE(out_.files.empty());
}

TEST_F(Delivered, NumbersHaveNoGapsButThoseOfLoss) {
  parameters_.faults.lost = 0.2;
  Delivery d(world_, files_);
  for (int i = 0; i < 500; ++i) d.add(event(kBegin + i * kSecond));
  d.finish();
  const std::string& log = out_.files["logs/windows/forwarded-2026-09-07.ndjson"];
  EXPECT_GT(d.lost(), 60u);
  EXPECT_EQ(count(log, "EventRecordID"), 500 - d.lost());
  std::vector<std::uint64_t> numbers;
  for (std::size_t at = log.find("EventRecordID\":"); at != std::string::npos; at = log.find("EventRecordID\":", at + 1))
    numbers.push_back(std::stoull(log.substr(at + 15)));
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  EXPECT_LT(numbers.back() - numbers.front(), 500u);
}

TEST_F(Delivered, DuplicatesKeepTheirNumber) {
  parameters_.faults.duplicated = 1;
  Delivery d(world_, files_);
  d.add(event(kBegin));
  d.finish();
  const std::string& log = out_.files["logs/windows/forwarded-2026-09-07.ndjson"];
  EXPECT_EQ(count(log, "\n"), 2u);
  EXPECT_EQ(log.substr(0, log.size() / 2), log.substr(log.size() / 2));
}

TEST_F(Delivered, AForwarderThatIsCutOffDeliversLate) {
  world_.machines[0].cut_off_until = kBegin + 2 * kHour;
  Delivery d(world_, files_);
  d.add(event(kBegin));
  d.advance(kBegin + kHour);
  EXPECT_TRUE(out_.files.empty());
  d.finish();
  EXPECT_EQ(count(out_.files["logs/windows/forwarded-2026-09-07.ndjson"], "2026-09-07T00:00:00Z"), 1u);
  EXPECT_EQ(d.late(), 1u);
}

TEST_F(Delivered, TheTruthNamesFileAndRecord) {
  std::vector<std::string> rows;
  Delivery d(world_, files_);
  {
    auto deed = std::make_shared<Deed>();
    deed->campaign = "espionage-1";
    deed->kind = "espionage";
    deed->stage = "discovery";
    deed->time = kBegin;
    deed->entities = {{"host", "ws-001"}};
    deed->done = [&](const Deed& x) { rows.push_back(x.row()); };
    d.add(line(kBegin, "{}"));
    Pending p = line(kBegin + 1, "{\"evil\":1}");
    p.deed = deed;
    p.id = "Cabc";
    d.add(std::move(p));
    Pending late = line(world_.end, "{}");
    late.deed = deed;
    d.add(std::move(late));
  }
  EXPECT_TRUE(rows.empty());
  d.finish();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0],
            "{\"campaign\":\"espionage-1\",\"kind\":\"espionage\",\"stage\":\"discovery\",\"time\":\"2026-09-07T00:00:00Z\",\"entities\":[{\"kind\":\"host\","
            "\"value\":\"ws-001\"}],\"events\":[{\"file\":\"suricata/eve-2026-09-07.json\",\"record\":2,\"id\":\"Cabc\"}],\"lost\":1}");
}

TEST_F(Delivered, OnlyWhatIsWanted) {
  Files files(out_, {.only = {"windows"}, .ndjson = false, .evtx = true});
  Delivery d(world_, files);
  EXPECT_FALSE(d.wanted(Stream::Suricata));
  d.add(line(kBegin, "{}"));
  d.add(event(kBegin));
  d.finish();
  EXPECT_TRUE(out_.files.empty());
  EXPECT_EQ(out_.evtx_records["logs/windows/forwarded-2026-09-07.evtx"], 1u);
}

TEST_F(Delivered, RecordsOfCloudTrailMakeOneObject) {
  Delivery d(world_, files_);
  for (const char* body : {"{\"a\":1}", "{\"b\":2}"}) {
    Pending p = line(kBegin, body);
    p.stream = Stream::CloudTrail;
    d.add(std::move(p));
  }
  d.finish();
  EXPECT_EQ(out_.files["logs/cloud/cloudtrail-2026-09-07.json"], "{\"Records\":[\n{\"a\":1},\n{\"b\":2}\n]}\n");
}

TEST(WindowsKinds, EveryKindIsWellFormed) {
  EXPECT_GT(windows_kind_keys().size(), 60u);
  for (const std::string_view key : windows_kind_keys()) {
    const WindowsKind* k = windows_kind(key);
    ASSERT_NE(k, nullptr);
    EXPECT_TRUE(key.ends_with(std::to_string(k->event_id))) << key;
    for (const WindowsField& f : k->fields) EXPECT_EQ(f.name.find(':'), std::string::npos) << key;
  }
  EXPECT_EQ(windows_kind("Security 4624")->fields.size(), 27u);
  EXPECT_EQ(windows_kind("Security 4624")->fields[8].type, FieldType::Unsigned);
  EXPECT_EQ(windows_kind("Sysmon 13")->fields[2].type, FieldType::Text);
  EXPECT_EQ(windows_kind("Sysmon 99"), nullptr);
}

}  // namespace
}  // namespace custos::simulate
