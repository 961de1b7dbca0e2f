#include "ingest/formats/evtx/values.h"

#include <random>

#include <gtest/gtest.h>

#include "base/text.h"
#include "ingest/formats/evtx/read_for_test.h"
#include "ingest/formats/evtx/writer.h"

namespace custos::ingest::evtx {
namespace values_test {
namespace {

// What a value becomes on its way through a file.
ReadField shown(const Value& value) {
  Writer w;
  EventDescription e;
  e.data = {{"X", value}};
  EXPECT_TRUE(w.add(e));
  const ReadAll all = read_evtx(w.file());
  EXPECT_TRUE(all.whole()) << all.coverage.why;
  EXPECT_EQ(all.events.size(), 1u);
  for (const ReadEvent& event : all.events) {
    for (const ReadField& f : event.fields) {
      if (f.name == "X") return f;
    }
  }
  return {"missing", "", Type::Null, 0};
}

void expect(const Value& value, std::string_view text, Type type) {
  const ReadField f = shown(value);
  EXPECT_EQ(f.text, text);
  EXPECT_EQ(f.type, type) << text;
}

TEST(EvtxValues, Numbers) {
  expect(Value::number(kInt8, 0xFF), "-1", Type::Int);
  expect(Value::number(kUInt8, 0xFF), "255", Type::Int);
  expect(Value::number(kInt16, 0x8000), "-32768", Type::Int);
  expect(Value::number(kUInt16, 0xFFFF), "65535", Type::Int);
  expect(Value::number(kInt32, 0x80000000), "-2147483648", Type::Int);
  expect(Value::number(kUInt32, 0xFFFFFFFF), "4294967295", Type::Int);
  expect(Value::number(kInt64, 0x8000000000000000), "-9223372036854775808", Type::Int);
  expect(Value::number(kUInt64, 0xFFFFFFFFFFFFFFFF), "18446744073709551615", Type::Int);
  expect(Value::number(kHexInt32, 0xC000006D), "0xc000006d", Type::Text);
  expect(Value::number(kHexInt64, 0), "0x0", Type::Text);
  expect(Value::number(kSizeT, 0x1234), "0x1234", Type::Text);
  expect({kSizeT, std::string("\x10\x20\0\0", 4)}, "0x2010", Type::Text);
  expect(Value::boolean(true), "true", Type::Bool);
  expect(Value::boolean(false), "false", Type::Bool);
  expect(Value::real32(0.1f), "0.1", Type::Float);
  expect(Value::real64(-2.5), "-2.5", Type::Float);
  expect(Value::real64(3), "3.0", Type::Float);
}

TEST(EvtxValues, Texts) {
  expect(Value::null(), "", Type::Text);
  expect(Value::text(""), "", Type::Text);
  expect(Value::text("C:\\Windows\\System32\\cmd.exe /c \"x\""), "C:\\Windows\\System32\\cmd.exe /c \"x\"", Type::Text);
  expect(Value::text("Grüße, 世界 🙂 and a long ASCII tail"), "Grüße, 世界 🙂 and a long ASCII tail",
         Type::Text);
  expect({kString, std::string("a\0b\0\0\0", 6)}, "ab", Type::Text);
  expect({kString, std::string("\x00\xD8x\0", 4)}, "\xEF\xBF\xBDx", Type::Text);
  expect(Value::ansi(std::string_view("caf\xE9 \x80\0", 7)), "café €", Type::Text);
  expect(Value::text(" Advapi  "), " Advapi", Type::Text);
  expect(Value::text(" \t\r\n"), "", Type::Text);
  expect({kEvtXml, utf8_to_utf16le("<a/>")}, "<a/>", Type::Text);
}

TEST(EvtxValues, Others) {
  expect(Value::guid("5770385f-c22a-43e0-bf4c-06f5698ffbd9"), "5770385F-C22A-43E0-BF4C-06F5698FFBD9", Type::Text);
  expect(Value::sid(5, {21, 4294967295u, 500}), "S-1-5-21-4294967295-500", Type::Text);
  expect(Value::number(kFileTime, 132'223'104'001'234'567), "2020-01-01T00:00:00.123456Z", Type::Text);
  expect(Value::number(kFileTime, 0xFFFFFFFFFFFFFFFF), "0xffffffffffffffff", Type::Text);
  expect(Value::system_time({2024, 2, 29, 23, 59, 58, 7000}), "2024-02-29T23:59:58.007000Z", Type::Text);
  expect(Value::binary("\x01\xAB\xFF"), "01ABFF", Type::Text);
  expect({kEvtHandle, "\x01\x02"}, "0102", Type::Text);
  expect({0x7F, "\x01\x02"}, "0102", Type::Text);  // a type nobody knows
}

TEST(EvtxValues, ShortAndLongValuesReadNothingElse) {
  for (int type = 0; type < 256; ++type) {
    if ((type & 0x7F) == kBinXml) continue;
    for (const std::size_t n : {1u, 2u, 3u, 5u, 7u, 9u, 15u, 17u, 31u})
      shown({static_cast<std::uint8_t>(type), std::string(n, '\x81')});
  }
}

TEST(EvtxValues, ArraysAreSeveralFields) {
  const auto all = [](const Value& v) {
    Writer w;
    EventDescription e;
    e.data = {{"", v}};
    w.add(e);
    return read_evtx(w.file()).events.at(0).all("Data");
  };
  using Texts = std::vector<std::string>;
  EXPECT_EQ(all(Value::array(kString, {Value::text("one"), Value::text(""), Value::text("drei")})),
            (Texts{"one", "", "drei"}));
  EXPECT_EQ(all({kString | kArray, utf8_to_utf16le("no end")}), (Texts{"no end"}));
  EXPECT_EQ(all(Value::array(kAnsi, {Value::ansi("a"), Value::ansi("bc")})), (Texts{"a", "bc"}));
  EXPECT_EQ(all(Value::array(kUInt16, {Value::number(kUInt16, 1), Value::number(kUInt16, 65535)})),
            (Texts{"1", "65535"}));
  EXPECT_EQ(all(Value::array(kSid, {Value::sid(5, {18}), Value::sid(5, {32, 544})})),
            (Texts{"S-1-5-18", "S-1-5-32-544"}));
  EXPECT_EQ(all(Value::array(kHexInt32, {Value::number(kHexInt32, 255)})), (Texts{"0xff"}));
  EXPECT_EQ(all(Value::array(kBool, {Value::boolean(true), Value::boolean(false)})), (Texts{"true", "false"}));
  EXPECT_EQ(all(Value::array(kFileTime, {Value::number(kFileTime, 116'444'736'000'000'000)})),
            (Texts{"1970-01-01T00:00:00.000000Z"}));
  EXPECT_EQ(all({kString | kArray, ""}), (Texts{""}));
}

TEST(EvtxValues, TheFastPathForAsciiEqualsTheGeneralOne) {
  std::mt19937 random(1);
  Arena a, b;
  for (int i = 0; i < 20'000; ++i) {
    std::string units;
    const std::size_t n = random() % 40;
    for (std::size_t k = 0; k < n; ++k) {
      const auto u = static_cast<unsigned>(random() % 50 == 0 ? random() % 0x10000 : 1 + random() % 0x7F);
      units += static_cast<char>(u & 0xFF);
      units += static_cast<char>(u >> 8);
    }
    std::string_view bare = units;
    while (bare.size() >= 2 && bare.ends_with(std::string_view("\0\0", 2))) bare.remove_suffix(2);
    EXPECT_EQ(ValueText::utf16(units, a), utf16le_to_utf8(bare, b));
    a.reset();
    b.reset();
  }
}

}  // namespace
}  // namespace values_test
}  // namespace custos::ingest::evtx
