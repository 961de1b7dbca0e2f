#include "ingest/formats/evtx/record.h"

#include <functional>

#include <gtest/gtest.h>

#include "base/text.h"
#include "ingest/formats/evtx/read_for_test.h"
#include "ingest/formats/evtx/writer.h"

namespace custos::ingest::evtx {
namespace record_test {
namespace {

// A file of one record whose binary XML `write` writes.
std::string file_of(const std::function<void(ChunkWriter&)>& write) {
  ChunkWriter w;
  w.begin_record(7, 132'223'104'000'000'000);
  w.fragment();
  write(w);
  w.finish();
  EXPECT_TRUE(w.end_record());
  return evtx_file(w.finish_chunk(), 8);
}

void element(ChunkWriter& w, std::string_view name, std::string_view text) {
  w.open(name, false);
  w.close_start();
  w.text(text);
  w.end();
}

TEST(EvtxRecord, SystemAndDataHaveFlatNames) {
  Writer w;
  EventDescription e;
  e.provider = "Microsoft-Windows-Sysmon";
  e.provider_guid = "5770385F-C22A-43E0-BF4C-06F5698FFBD9";
  e.event_id = 11;
  e.channel = "Microsoft-Windows-Sysmon/Operational";
  e.user = Value::sid(5, {18});
  e.data = {
      {"Image", Value::text("C:\\x.exe")}, {"", Value::text("bare")}, {"", Value::uint32(3)}, {"Empty", Value::null()}};
  ASSERT_TRUE(w.add(e));
  const ReadAll all = read_evtx(w.file());
  ASSERT_EQ(all.events.size(), 1u);
  const ReadEvent& r = all.events[0];
  EXPECT_TRUE(all.whole());
  EXPECT_EQ(r.number, 1u);
  EXPECT_EQ(r.offset, 4096u + 512);
  EXPECT_EQ(to_rfc3339(r.time), "2020-01-01T00:00:00Z");
  EXPECT_EQ(r.one("Provider_Name"), "Microsoft-Windows-Sysmon");
  EXPECT_EQ(r.one("Provider_Guid"), "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}");
  EXPECT_EQ(r.one("EventID"), "11");
  EXPECT_EQ(r.one("Keywords"), "0x8000000000000000");
  EXPECT_EQ(r.one("TimeCreated_SystemTime"), "2020-01-01T00:00:00.000000Z");
  EXPECT_EQ(r.one("EventRecordID"), "1");
  EXPECT_EQ(r.one("Execution_ProcessID"), "4");
  EXPECT_EQ(r.one("Channel"), "Microsoft-Windows-Sysmon/Operational");
  EXPECT_EQ(r.one("Security_UserID"), "S-1-5-18");
  EXPECT_TRUE(r.all("Correlation_ActivityID").empty());
  EXPECT_EQ(r.one("Image"), "C:\\x.exe");
  EXPECT_EQ(r.all("Data"), (std::vector<std::string>{"bare", "3"}));
  EXPECT_EQ(r.one("Empty"), "");
  for (const ReadField& f : r.fields) {
    if (f.name != "Image" && f.name != "Provider_Name") continue;
    EXPECT_EQ(r.raw.substr(f.at, 2 * f.text.size()), utf8_to_utf16le(f.text)) << f.name;
  }
}

TEST(EvtxRecord, UserDataAndForwardedEvents) {
  Writer w;
  EventDescription e;
  e.channel = "ForwardedEvents";
  e.user_data = "LogFileCleared";
  e.data = {{"SubjectUserName", Value::text("eve")}, {"BackupPath", Value::null()}};
  e.message = "The log was cleared.";
  ASSERT_TRUE(w.add(e));
  const ReadEvent r = read_evtx(w.file()).events.at(0);
  EXPECT_EQ(r.one("SubjectUserName"), "eve");
  EXPECT_EQ(r.one("RenderingInfo.Message"), "The log was cleared.");
  EXPECT_EQ(r.one("RenderingInfo.Culture"), "en-US");
  for (const ReadField& f : r.fields) {
    if (f.name == "BackupPath") {
      EXPECT_EQ(f.type, Type::Null);
    }
  }
}

TEST(EvtxRecord, XmlWithoutTemplateAndEveryKindOfText) {
  const ReadAll all = read_evtx(file_of([](ChunkWriter& w) {
    w.instruction("target", "data");
    w.open("Event", false);
    w.close_start();
    w.open("System", false);
    w.close_start();
    w.open("TimeCreated", true);
    w.attribute("SystemTime");
    w.text("2021-05-06T07:08:09.5Z");
    w.close_empty();
    element(w, "Channel", "Setup \t");
    w.end();
    w.open("EventData", false);
    w.close_start();
    w.open("Data", true);
    w.attribute("Name");
    w.text("Mixed");
    w.close_start();
    w.text("a");
    w.entity("lt");
    w.character(0xE9);
    w.cdata("<![raw");
    w.entity("unknown");
    w.end();
    w.open("Data", true);
    w.attribute("Name");
    w.text("Nothing");
    w.close_empty();
    w.open("Nested", true);
    w.attribute("kind");
    w.text("k");
    w.close_start();
    element(w, "Inner", "deep");
    w.end();
    w.end();
    w.end();
  }));
  ASSERT_EQ(all.events.size(), 1u) << all.coverage.why;
  const ReadEvent& r = all.events[0];
  EXPECT_EQ(r.one("Mixed"), "a<é<![raw&unknown;");
  EXPECT_EQ(r.one("Nothing"), "");
  EXPECT_EQ(r.one("Channel"), "Setup");
  EXPECT_EQ(r.one("Nested.kind"), "k");
  EXPECT_EQ(r.one("Nested.Inner"), "deep");
  EXPECT_EQ(to_rfc3339(r.time), "2021-05-06T07:08:09.500Z");
}

// One template with an element Data around whatever `content` writes, and the given values.
std::string template_file(const std::function<void(ChunkWriter&)>& content, const std::vector<Value>& values) {
  return file_of([&](ChunkWriter& w) {
    EXPECT_TRUE(w.begin_template("t"));
    w.fragment();
    w.open("Event", false);
    w.close_start();
    w.open("EventData", false);
    w.close_start();
    content(w);
    w.end();
    w.end();
    w.finish();
    w.end_template();
    w.begin_values(values.size());
    for (const Value& v : values) w.value(v.type, v.bytes);
  });
}

TEST(EvtxRecord, NamesAndTextsMadeOfSlots) {
  const ReadAll all = read_evtx(template_file(
      [](ChunkWriter& w) {
        w.open("Data", true);
        w.attribute("Name");
        w.slot(0, kString, false);
        w.close_start();
        w.slot(1, kUInt32, false);
        w.text(" of ");
        w.slot(2, kUInt32 | kArray, false);
        w.end();
        w.open("Data", true);
        w.attribute("Name");
        w.text("Missing");
        w.close_start();
        w.slot(99, kString, true);
        w.end();
      },
      {Value::text("Dynamic"), Value::uint32(3), Value::array(kUInt32, {Value::uint32(4), Value::uint32(5)})}));
  ASSERT_EQ(all.events.size(), 1u) << all.coverage.why;
  EXPECT_EQ(all.events[0].one("Dynamic"), "3 of 4, 5");
  EXPECT_EQ(all.events[0].one("Missing"), "");
}

TEST(EvtxRecord, DepthIsBounded) {
  for (const int depth : {40, 1500}) {
    const ReadAll all = read_evtx(file_of([&](ChunkWriter& w) {
      for (int i = 0; i < depth; ++i) {
        w.open("a", false);
        w.close_start();
      }
      for (int i = 0; i < depth; ++i) w.end();
    }));
    EXPECT_EQ(all.events.size(), depth == 40 ? 1u : 0u);
    EXPECT_EQ(all.coverage.why, depth == 40 ? "" : "elements are nested too deeply");
  }
}

TEST(EvtxRecord, BinaryXmlInsideItselfIsBounded) {
  const std::string file = file_of([](ChunkWriter& w) {
    w.begin_template("outer");
    w.fragment();
    w.open("Event", false);
    w.close_start();
    for (int i = 0; i < 3; ++i) w.slot(0, kBinXml, true);
    w.end();
    w.finish();
    w.end_template();
    // Every value is an instance of the same definition: 3^n documents.
    for (int i = 0; i < 40; ++i) {
      w.begin_values(1);
      w.begin_value(kBinXml);
      w.fragment();
      EXPECT_FALSE(w.begin_template("outer"));
    }
    w.begin_values(0);
    for (int i = 0; i < 40; ++i) w.end_value();
  });
  const ReadAll all = read_evtx(file);
  EXPECT_TRUE(all.events.empty());
  EXPECT_EQ(all.coverage.reject_count, 1u);
}

TEST(EvtxRecord, TemplatesThatUnfoldWithoutEndAreRefused) {
  const auto all = read_evtx(template_file(
      [](ChunkWriter& w) {
        for (int i = 0; i < 1000; ++i) {
          w.open("Data", false);
          w.close_start();
          w.slot(0, kString, false);
          w.end();
        }
      },
      {Value::text(std::string(19'000, 'x'))}));
  EXPECT_TRUE(all.events.empty());
  EXPECT_EQ(all.coverage.why, "record unfolds to more text than allowed");
}

TEST(EvtxRecord, EndlessNamesCostNoMemory) {
  const std::string longest(20'000, 'n');
  const ReadAll all = read_evtx(file_of([&](ChunkWriter& w) {
    for (int i = 0; i < 60; ++i) {
      w.open(longest, false);
      w.close_start();
      w.text("x");
    }
    for (int i = 0; i < 60; ++i) w.end();
  }));
  ASSERT_EQ(all.events.size(), 1u) << all.coverage.why;
  EXPECT_EQ(all.events[0].fields.size(), 60u);
  EXPECT_EQ(all.events[0].fields[0].name, "(other)");
}

TEST(EvtxRecord, TemplateOffsetsThatPointAtThemselvesOrElsewhere) {
  Writer w;
  for (int i = 0; i < 3; ++i) w.add({.data = {{"X", Value::text("y")}}});
  const std::string good = w.file();
  ASSERT_EQ(read_evtx(good).events.size(), 3u);
  for (const std::uint32_t to : {0u, 1u, 512u, 540u, 541u, 600u, 65512u, 65535u, 65536u, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
    std::string bad = good;
    for (std::size_t at = 4096 + 512; at + 10 < bad.size(); ++at) {
      if (bad[at] == 0x0C && bad[at + 1] == 1) std::memcpy(bad.data() + at + 6, &to, 4);
    }
    const ReadAll all = read_evtx(bad);
    EXPECT_EQ(all.events.size() + all.coverage.reject_count, 3u) << to;
    EXPECT_FALSE(all.whole());
  }
}

TEST(EvtxRecord, ADefinitionMayStandBehindItsUse) {
  const auto instance = [](ChunkWriter& w, std::string_view text) {
    w.begin_values(1);
    w.value(kString, utf8_to_utf16le(text));
    w.finish();
    EXPECT_TRUE(w.end_record());
  };
  ChunkWriter w;
  w.begin_record(1, 0);
  w.fragment();
  const std::uint32_t early = w.at();
  w.raw(std::string_view("\x0C\x01........", 10));
  instance(w, "first");
  w.begin_record(2, 0);
  w.fragment();
  const std::uint32_t late = w.at();
  ASSERT_TRUE(w.begin_template("t"));
  w.fragment();
  w.open("Event", false);
  w.close_start();
  w.open("Channel", false);
  w.close_start();
  w.slot(0, kString, false);
  w.end();
  w.end();
  w.finish();
  w.end_template();
  instance(w, "second");
  std::string chunk = w.finish_chunk();
  chunk.replace(early, 10, chunk.substr(late, 10));
  const ReadAll all = read_evtx(evtx_file(chunk, 3));
  ASSERT_EQ(all.events.size(), 2u) << all.coverage.why;
  EXPECT_EQ(all.events[0].one("Channel"), "first");
  EXPECT_EQ(all.events[1].one("Channel"), "second");
}

TEST(EvtxRecord, SharedTemplatesEqualTemplatesCompiledForEachRecord) {
  Writer w;
  for (int i = 0; i < 300; ++i) {
    EventDescription e;
    e.provider = "P" + std::to_string(i % 3);
    for (int k = 0; k < i % 5; ++k) e.data.emplace_back("N" + std::to_string(k), Value::text("v" + std::to_string(i)));
    if (i % 7 == 0) w.end_chunk();
    ASSERT_TRUE(w.add(e));
  }
  const std::string file = w.file();
  const ReadAll shared = read_evtx(file);
  ASSERT_EQ(shared.events.size(), 300u);
  for (const ReadEvent& e : shared.events) {
    Names names;
    LogSources sources;
    Batch batch(names, sources);
    const Limits limits;
    RecordDecoder fresh(batch, limits);
    const std::size_t chunk = 4096 + (e.offset - 4096) / 65536 * 65536;
    fresh.new_chunk(Bytes(file).substr(chunk, 65536));
    const auto size = static_cast<std::uint32_t>(e.raw.size());
    ASSERT_EQ(fresh.decode(static_cast<std::uint32_t>(e.offset - chunk), size, e.raw, e.offset, batch), nullptr);
    std::vector<ReadField> fields;
    for (const Field& f : batch.fields(0))
      fields.push_back({std::string(names.text(f.name)), std::string(f.text()), f.type, f.at});
    EXPECT_EQ(fields, e.fields);
  }
}

}  // namespace
}  // namespace record_test
}  // namespace custos::ingest::evtx
