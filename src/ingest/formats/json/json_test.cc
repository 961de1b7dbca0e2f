#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "ingest/format.h"

namespace custos::ingest::json {

extern const Format format;

namespace json_test {
namespace {

struct Decoded {
  struct One {
    std::uint64_t offset;
    std::string raw, source, fields;
  };
  std::vector<One> events;
  SourceCoverage coverage;
  std::string sources;  // of all events, one after the other

  std::string rejects() const {
    std::string out;
    for (const Reject& r : coverage.rejects) out += std::to_string(r.offset) + "+" + std::to_string(r.length) + " " + r.why + "\n";
    return out;
  }
};

// Feeds the text through windows of at first `window` bytes, as the reader does: larger when the decoder asks for it, at most
// Limits::record_bytes.
Decoded decode(std::string_view text, std::size_t window = 1u << 20, std::size_t record_bytes = 16u << 20) {
  Decoded out;
  Names names;
  LogSources sources;
  Batch batch(names, sources);
  Report report(out.coverage, 1000);
  DecodeOptions options;
  options.limits.record_bytes = record_bytes;
  const auto decoder = format.open(options);
  std::size_t at = 0, size = std::min(window, record_bytes);
  for (int idle = 0; idle < 3;) {
    const std::size_t n = std::min(size, text.size() - at);
    // An exact copy with its padding, so that a sanitizer sees every byte read too far.
    std::vector<char> bytes(n + 64, '\0');
    std::copy_n(text.data() + at, n, bytes.data());
    const More more = at + n == text.size() ? More::Ended : size >= record_bytes ? More::Full : More::Coming;
    const std::size_t used = decoder->decode({Bytes(bytes.data(), n), at, more}, batch, report);
    EXPECT_LE(used, n);
    if (more == More::Full) {
      EXPECT_GT(used + batch.size(), 0u);
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const Record& r = batch.record(i);
      Decoded::One one{r.offset, std::string(r.raw), sources.at(r.log_source).text(), {}};
      for (const Field& f : batch.fields(i)) {
        EXPECT_TRUE(is_valid_utf8(f.text()));
        one.fields += std::string(names.text(f.name)) + "=" + std::string(f.text()) + ";";
      }
      EXPECT_EQ(one.raw, text.substr(r.offset, one.raw.size()));
      EXPECT_EQ(r.number, out.events.size() + 1);
      out.events.push_back(std::move(one));
    }
    const bool none = batch.empty() && used == 0;
    batch.clear();
    at += used;
    if (none) size = std::min(size * 2, record_bytes);
    idle = none && more != More::Coming ? idle + 1 : 0;
  }
  EXPECT_EQ(at, text.size());
  return out;
}

const std::string kOne = R"({"EventID":1,"f":"x"})";

TEST(Json, lines_arrays_documents_and_objects_without_any_separator) {
  const std::string two = R"({"b":2})";
  const std::string texts[] = {
      kOne + "\n" + two + "\n", kOne + "\n" + two, kOne + two, kOne + "\r" + two + "\r", kOne + "\r\n" + two + "\r\n", "\xEF\xBB\xBF" + kOne + "\n" + two,
      "[" + kOne + "," + two + "]", "[\n" + kOne + ",\n" + two + "\n]\n", "[[" + kOne + "],[" + two + "]]", "\x1E" + kOne + "\n\x1E" + two + "\n",
      "  " + kOne + " \t " + two + "   ", "{\"Records\":[" + kOne + "," + two + "]}", "{\n\"value\" : [\n" + kOne + " ,\n " + two + "\n],\"next\":\"x]\"}",
      "{\"took\":1,\"hits\":{\"total\":2,\"hits\":[" + kOne + "," + two + "]}}", "{\"x\":[" + kOne + "]}\n{\"y\":[" + two + "]}\n",
      kOne + ",\n" + two + ",\n", "\n\n\n" + kOne + "\n\n" + two};
  for (const std::string& text : texts) {
    for (const std::size_t window : {std::size_t{1}, std::size_t{7}, std::size_t{30}, std::size_t{1} << 20}) {
      const Decoded d = decode(text, window);
      ASSERT_EQ(d.events.size(), 2u) << text << " " << window;
      EXPECT_EQ(d.events[0].fields, "EventID=1;f=x;") << text;
      EXPECT_EQ(d.events[1].fields, "b=2;") << text;
      EXPECT_EQ(d.events[0].source, "unknown");
      EXPECT_EQ(d.rejects(), "") << text << " " << window;
    }
  }
}

TEST(Json, pretty_printed_objects_one_after_the_other) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "{\n  \"a\": {\n    \"b\": " + std::to_string(i) + "\n  },\n  \"c\": [\n    {\n      \"d\": \"}{\"\n    }\n  ]\n}\n";
  for (const std::size_t window : {std::size_t{16}, std::size_t{1} << 20}) {
    const Decoded d = decode(text, window);
    ASSERT_EQ(d.events.size(), 50u);
    EXPECT_EQ(d.events[49].fields, "a.b=49;c.d=}{;");
    EXPECT_EQ(d.rejects(), "");
  }
}

TEST(Json, junk_is_rejected_with_its_place_and_reading_goes_on) {
  EXPECT_EQ(decode(kOne + "\nnoise\x01\n" + kOne + "\n").rejects(), "22+6 not JSON\n");
  EXPECT_EQ(decode(kOne + "\n" + std::string(5000, '\0') + kOne + "\n", 64).rejects(), "22+5000 NUL bytes\n");
  const Decoded d = decode(kOne + "noise\n" + "prefix " + kOne + "\n{\"a\":tru}\n" + kOne);
  EXPECT_EQ(d.events.size(), 3u);
  EXPECT_EQ(d.rejects(), "21+5 not JSON\n27+7 not JSON\n56+9 a value that is none\n");
  EXPECT_EQ(d.coverage.state, ReadState::Partial);
}

TEST(Json, a_broken_line_costs_only_itself) {
  for (const std::string& bad : {std::string(R"({"a":"never closed)"), std::string(R"({"a":[1,2})"), std::string(R"({"a":{"b":1})"), std::string(R"({"a":1,)"),
                                 std::string(R"({"a":"x"y"})"), std::string(R"({"a")"), std::string(R"({)"), std::string(R"({"a":[1,)"), std::string("}}]")}) {
    std::string text;
    for (int i = 0; i < 20; ++i) text += (i % 5 == 2 ? bad : kOne) + "\n";
    for (const std::size_t window : {std::size_t{64}, std::size_t{1} << 20}) {
      const Decoded d = decode(text, window);
      EXPECT_EQ(d.events.size(), 16u) << bad << " " << window << "\n" << d.rejects();
      EXPECT_GE(d.coverage.reject_count, 4u) << bad;
    }
  }
}

TEST(Json, a_broken_element_of_a_one_line_array_costs_only_itself) {
  const std::string good = R"({"k":"abcdef","n":1})";
  for (const std::string& bad : {std::string(R"({"k":"abcdef","n":})"), std::string(R"({"k":"abc"def","n":1})"), std::string(R"({"k":"abcdef","n":[1})")}) {
    const Decoded d = decode("{\"Records\":[" + good + "," + good + "," + bad + "," + good + "," + good + "]}");
    EXPECT_GE(d.events.size(), 3u) << bad << "\n" << d.rejects();
    EXPECT_GE(d.coverage.reject_count, 1u);
  }
}

TEST(Json, every_truncation_is_said_and_keeps_what_was_whole) {
  const std::string element = R"({"eventName":"x","n":{"m":[1,2]}})";
  const std::string texts[] = {"{\"Records\":[" + element + "," + element + "," + element + "]}", "[" + element + ",\n" + element + "]",
                               "{\n \"a\": \"b\"\n}\n{\n \"a\": \"c\"\n}"};
  for (const std::string& text : texts) {
    for (std::size_t n = 1; n < text.size(); ++n) {
      const Decoded d = decode(text.substr(0, n));
      const std::size_t whole = text[0] == '{' && text[1] == '\n' ? (n >= 14 ? 1u : 0u) : 0u;
      EXPECT_GE(d.events.size(), whole) << n;
      if (text[1] != '\n') {
        EXPECT_GE(d.coverage.reject_count, 1u) << text.substr(0, n);
      }
    }
    EXPECT_EQ(decode(text).rejects(), "");
  }
}

TEST(Json, records_larger_than_allowed_are_skipped_whole) {
  const std::string big = R"({"a":")" + std::string(5000, 'A') + "\"}";
  const Decoded d = decode(kOne + "\n" + big + "\n" + kOne + "\n", 256, 1024);
  EXPECT_EQ(d.events.size(), 2u);
  EXPECT_EQ(d.rejects(), "22+" + std::to_string(big.size() + 1) + " an object larger than a record may be\n");
}

TEST(Json, documents_larger_than_the_window_stream) {
  std::string text = "{\"Records\":[";
  for (int i = 0; i < 2000; ++i) text += (i > 0 ? "," : "") + std::string(R"({"eventName":"ListBuckets","eventSource":"s3.amazonaws.com","awsRegion":"x","n":)") + std::to_string(i) + "}";
  text += "]}";
  Decoded d = decode(text, 256, 1024);
  EXPECT_EQ(d.events.size(), 2000u);
  EXPECT_EQ(d.events[7].source, "aws/cloudtrail");
  EXPECT_EQ(d.rejects(), "");
  std::string any = "{\"mylogs\":[" + text.substr(12);
  d = decode(any, 256, 1024);
  EXPECT_EQ(d.events.size(), 2000u);
  EXPECT_EQ(d.rejects(), "");
}

TEST(Json, depth_is_bounded) {
  const auto deep = [](std::size_t n, const char* open, const char* close) {
    std::string s;
    for (std::size_t i = 0; i < n; ++i) s += open;
    s += "1";
    for (std::size_t i = 0; i < n; ++i) s += close;
    return s;
  };
  for (const std::string& bad : {deep(1000, "{\"a\":", "}"), deep(65, "{\"a\":", "}"), "{\"a\":" + deep(100'000, "[", "]") + "}"}) {
    const Decoded d = decode(kOne + "\n" + bad + "\n" + kOne + "\n");
    EXPECT_EQ(d.events.size(), 2u);
    EXPECT_EQ(d.coverage.reject_count, 1u);
  }
  EXPECT_GE(decode(deep(100'000, "[", "]")).coverage.reject_count, 1u);
  EXPECT_GE(decode(std::string(100'000, '[')).coverage.reject_count, 1u);
}

TEST(Json, broken_input_takes_linear_time) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "{\"a\":[1,\n";
  EXPECT_GE(decode(text).coverage.reject_count, 1000u);
  text.clear();
  for (int i = 0; i < 300'000; ++i) text += "{\"a\":\"";
  EXPECT_GE(decode(text).coverage.reject_count, 1u);
  text = "[{\"a\":1},";
  for (int i = 0; i < 300'000; ++i) text += "{\"a\":x \"";
  EXPECT_GE(decode(text).coverage.reject_count, 1u);
}

TEST(Json, invalid_text_is_repaired_and_noted) {
  const Decoded d = decode("{\"a\":\"\xFF\"}\n{\"a\":\"\\ud800\"}\n");
  ASSERT_EQ(d.events.size(), 2u);
  EXPECT_EQ(d.events[0].fields, "a=\xEF\xBF\xBD;");
  EXPECT_EQ(d.coverage.notes.at("invalid UTF-8 replaced"), 2u);
  EXPECT_EQ(d.coverage.state, ReadState::Whole);
}

TEST(Json, too_many_fields_are_said) {
  std::string text = "{\"a\":0";
  for (int i = 0; i < 20'000; ++i) text += ",\"a\":1";
  const Decoded d = decode(text + "}\n" + kOne);
  EXPECT_EQ(d.events.size(), 2u);
  EXPECT_EQ(d.coverage.reject_count, 1u);
}

int score(const std::string& text, bool whole = true) {
  std::string padded = text;
  padded.append(64, '\0');
  return format.recognise(Bytes(padded.data(), text.size()), whole);
}

TEST(Json, recognises_by_content) {
  EXPECT_GE(score(kOne + "\n"), 90);
  EXPECT_GE(score("\xEF\xBB\xBF  [\n" + kOne), 90);
  EXPECT_GE(score("{\n  \"a\": 1\n}\n{\n"), 90);
  EXPECT_GE(score("{\"a\":\"" + std::string(70'000, 'x'), false), 80);
  EXPECT_EQ(score("[1234567," + std::string(65'000, '1'), false), 50);
  EXPECT_EQ(score(std::string(1000, '\0')), 0);
  EXPECT_EQ(score("\n\n\n"), 0);
  EXPECT_EQ(score("a,b,c\n1,2,3\n"), 0);
  EXPECT_EQ(score("[Mon Mar 15 10:00:00 2024] [error] x\n"), 0);
  EXPECT_EQ(score("[2024-03-15 10:00:00] x\n"), 0);
  EXPECT_EQ(score("{foo} bar\n"), 0);
  EXPECT_LE(score("Mar 15 10:00:00 h app: " + kOne + "\n"), 20);
  const int damaged = score("\x01\x02\x03\n" + kOne + "\n");
  EXPECT_GT(damaged, 20);
  EXPECT_LT(damaged, 90);
}

// Real logs: every sample is recognised, read to its end without a reject, and known for what it is.
TEST(Json, reads_the_regression_samples) {
  const char* const set = std::getenv("CUSTOS_CORPORA");
  const std::filesystem::path root = set != nullptr ? std::filesystem::path(set) : std::filesystem::path(CUSTOS_SOURCE_DIR) / "../shared/corpora";
  if (!std::filesystem::exists(root / "sigma-regression")) GTEST_SKIP() << "no corpora at " << root;
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "sigma-regression")) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    EXPECT_GE(score(text.substr(0, 64u << 10), text.size() <= 64u << 10), 90) << entry.path();
    const Decoded d = decode(text);
    EXPECT_EQ(d.rejects(), "") << entry.path();
    EXPECT_GE(d.events.size(), 1u) << entry.path();
    for (const auto& e : d.events) EXPECT_TRUE(e.source.substr(0, 7) == "windows" || e.source.substr(0, 5) == "linux") << e.source;
    ++files;
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace json_test
}  // namespace custos::ingest::json
