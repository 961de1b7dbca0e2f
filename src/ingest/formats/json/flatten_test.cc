#include "ingest/formats/json/flatten.h"

#include <random>

#include <gtest/gtest.h>

#include "base/text.h"
#include "ingest/formats/json/naive_twin.h"

namespace custos::ingest::json {
namespace flatten_test {
namespace {

struct Bench {
  Names names;
  LogSources sources;
  Batch batch{names, sources};
  Limits limits;
  Flattener flattener{limits};
  std::string text;

  Flat flatten(std::string_view json) {
    batch.clear();
    text.assign(json);
    text.append(64, '\0');
    const std::string_view raw(text.data(), json.size());
    batch.begin(raw, 0, 1);
    return flattener.flatten(raw, batch);
  }
  // "name=text" of all fields; the type's first letter in front.
  std::string all(std::string_view json) {
    const Flat flat = flatten(json);
    if (flat.why != nullptr) return std::string("! ") + flat.why;
    std::string out;
    for (const Field& f : batch.pending()) {
      if (!out.empty()) out += ' ';
      out += "TIFBN"[static_cast<int>(f.type)];
      out += ':' + std::string(names.text(f.name)) + '=' + std::string(f.text());
    }
    return out;
  }
};

TEST(JsonFlatten, nesting_becomes_dots_and_arrays_become_several_fields) {
  Bench b;
  EXPECT_EQ(b.all(R"({"a":{"b":{"c":"x"}},"d":[1,"y",true]})"), "T:a.b.c=x I:d=1 T:d=y B:d=true");
  EXPECT_EQ(b.all(R"({"a":[{"b":1},{"b":2,"c":[3]}]})"), "I:a.b=1 I:a.b=2 I:a.c=3");
  EXPECT_EQ(b.all(R"({"a":[[1],[2]]})"), "I:a=1 I:a=2");
  EXPECT_EQ(b.all(R"({"a":1,"a":2})"), "I:a=1 I:a=2");
  EXPECT_EQ(b.all("{}"), "");
}

TEST(JsonFlatten, nothing_disappears) {
  Bench b;
  EXPECT_EQ(b.all(R"({"a":{},"b":[],"c":null,"d":"","":1})"), "N:a= N:b= N:c= T:d= I:=1");
}

TEST(JsonFlatten, numbers_keep_their_text_whatever_their_size) {
  Bench b;
  EXPECT_EQ(b.all(R"({"a":1e999999,"b":-0,"c":18446744073709551616,"d":0.10})"), "F:a=1e999999 I:b=-0 I:c=18446744073709551616 F:d=0.10");
  const std::string nines(100'000, '9');
  EXPECT_EQ(b.all("{\"a\":" + nines + "}"), "I:a=" + nines);
  for (const char* bad : {"01", "+1", "1.", ".5", "1e", "NaN", "0x1", "--1", "1 2", "-", "1_0", "Infinity", "nul", "truefalse"}) {
    EXPECT_EQ(b.all(std::string("{\"a\":") + bad + "}").front(), '!') << bad;
  }
}

TEST(JsonFlatten, escapes_and_half_surrogates) {
  Bench b;
  EXPECT_EQ(b.all(R"({"a":"C:\\x\t\u0041\ud83d\ude00\/"})"), "T:a=C:\\x\tA\xF0\x9F\x98\x80/");
  EXPECT_EQ(b.all(R"({"a\u002eb":"q","k\"":"\""})"), "T:a.b=q T:k\"=\"");
  EXPECT_EQ(b.all(R"({"a":"\ud800 \udc00\ud800 \udfff"})"), "T:a=\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD");
  EXPECT_EQ(b.flatten(R"({"a":"\ud800x"})").replaced, 1u);
  for (const char* bad : {R"({"a":"\x"})", R"({"a":"\u12"})", R"({"a":"\u12g4"})", R"({"\q":1})"}) EXPECT_EQ(b.all(bad).front(), '!') << bad;
  EXPECT_EQ(b.all(std::string_view("{\"a\":\"x\\u0000y\"}")), std::string("T:a=x") + '\0' + 'y');
}

TEST(JsonFlatten, broken_bytes_are_replaced_and_places_stay_those_of_the_record) {
  Bench b;
  const Flat flat = b.flatten("{\"a\":\"x\xFFy\",\"\xC3\":\"z\"}");
  EXPECT_EQ(flat.why, nullptr);
  EXPECT_EQ(flat.replaced, 2u);
  const auto fields = b.batch.pending();
  ASSERT_EQ(fields.size(), 2u);
  EXPECT_EQ(fields[0].text(), "x\xEF\xBF\xBDy");
  EXPECT_EQ(fields[0].at, 6u);
  EXPECT_EQ(fields[1].text(), "z");
  EXPECT_EQ(fields[1].at, 16u);
  EXPECT_EQ(b.names.text(fields[1].name), "\xEF\xBF\xBD");
}

TEST(JsonFlatten, places_point_at_the_first_byte_of_the_value) {
  Bench b;
  const std::string json = R"({ "a" : "x" , "b" : [ 12 , { "c" : "\\" } ] })";
  b.flatten(json);
  const auto fields = b.batch.pending();
  ASSERT_EQ(fields.size(), 3u);
  EXPECT_EQ(fields[0].at, json.find("x\""));
  EXPECT_EQ(fields[1].at, json.find("12"));
  EXPECT_EQ(fields[2].at, json.find("\\\\"));
}

TEST(JsonFlatten, limits_hold) {
  Bench b;
  const auto nested = [](std::size_t n) {
    std::string s;
    for (std::size_t i = 0; i < n; ++i) s += "{\"a\":";
    return s + "1" + std::string(n, '}');
  };
  EXPECT_EQ(b.flatten(nested(64)).why, nullptr);
  EXPECT_STREQ(b.flatten(nested(65)).why, "nested too deep");
  std::string wide = "{\"a\":0";
  for (int i = 0; i < 30'000; ++i) wide += ",\"a\":1";
  const Flat flat = b.flatten(wide + "}");
  EXPECT_EQ(flat.why, nullptr);
  EXPECT_EQ(b.batch.pending().size(), b.limits.fields);
  EXPECT_EQ(flat.cut, 6 * b.limits.fields + 5);
}

TEST(JsonFlatten, an_object_inside_a_value_is_read_too) {
  Bench b;
  EXPECT_EQ(b.all(R"({"x":1,"AuditData":"{\"Operation\":\"Set\",\"n\":2}"})"), "I:x=1 T:AuditData={\"Operation\":\"Set\",\"n\":2} T:Operation=Set I:n=2");
  EXPECT_EQ(b.all(R"({"x":1,"AuditData":"{\"Operation\":\"Set\",}"})"), "I:x=1 T:AuditData={\"Operation\":\"Set\",}");
}

TEST(JsonFlatten, wrappers_disappear_wherever_their_mark_stands) {
  Bench b;
  EXPECT_EQ(b.all(R"({"sourcetype":"s","event":{"a":1}})"), "T:sourcetype=s I:a=1");
  EXPECT_EQ(b.all(R"({"event":{"a":1},"sourcetype":"s"})"), "I:a=1 T:sourcetype=s");
  EXPECT_EQ(b.all(R"({"event":{"code":1}})"), "I:event.code=1");
}

TEST(JsonFlatten, exports_are_told_from_events) {
  Bench b;
  EXPECT_EQ(b.flatten(R"({"Records":[{"a":1}]})").records, 11u);
  EXPECT_EQ(b.flatten(R"({"@odata.context":"x","value":[{"a":1}]})").records_depth, 1u);
  EXPECT_EQ(b.flatten(R"({"took":3,"_shards":{"total":1},"hits":{"total":{"value":2},"hits":[{"_index":"x"}]}})").records_depth, 2u);
  EXPECT_EQ(b.flatten(R"({"whatever":[{"a":1}]})").records_depth, 1u);
  EXPECT_EQ(b.flatten(R"({"whatever":[{"a":1}],"b":2})").records, kNoPlace);
  EXPECT_EQ(b.flatten(R"({"time":1,"items":[{"a":1}]})").records, kNoPlace);
  EXPECT_EQ(b.flatten(R"({"id":{"x":1},"events":[{"a":1}]})").records, kNoPlace);
  EXPECT_EQ(b.flatten(R"({"Records":[1,2]})").records, kNoPlace);
}

TEST(JsonFlatten, says_why_and_where) {
  Bench b;
  EXPECT_STREQ(b.flatten(R"({"a":1,})").why, "a key is missing");
  EXPECT_EQ(b.flatten(R"({"a" 1})").at, 5u);
  EXPECT_STREQ(b.flatten(R"({"a":1} x)").why, "something stands behind the object");
  EXPECT_STREQ(b.flatten(R"([1])").why, "no JSON object");
  EXPECT_STREQ(b.flatten(R"({"a":"x)").why, "a string that is not closed");
  EXPECT_STREQ(b.flatten("{\"a\":\"x\ny\"}").why, "a control character inside a string");
  EXPECT_STREQ(b.flatten("").why, "nothing but blanks");
}

// The fast path against the tree: whole texts, then every truncation and many mutations of them.
// The escapes of a text one by one: the twin of unescape(), which works on blocks of 64 bytes.
std::optional<std::string> unescape_slowly(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '\\') {
      out += s[i];
      continue;
    }
    if (++i == s.size()) return std::nullopt;
    const std::size_t known = std::string_view("\"\\/bfnrt").find(s[i]);
    if (known != std::string_view::npos) {
      out += "\"\\/\b\f\n\r\t"[known];
    } else if (s.substr(i, 5) == "u0041") {
      out += 'A';
      i += 4;
    } else {
      return std::nullopt;
    }
  }
  return out;
}

TEST(JsonFlatten, escapes_stand_anywhere_in_a_block) {
  std::mt19937 random(3);
  const char* const pieces[] = {"\\\\", "\\n", "\\u0041", "\\\"", "x", "some longer text without any", "\\q", "\\"};
  std::size_t good = 0;
  for (int round = 0; round < 20'000; ++round) {
    // The last two pieces are wrong; a lone backslash is, before most others.
    std::string text(random() % 64, 'a');
    for (std::size_t n = random() % 40; n > 0; --n) text += pieces[random() % (round % 4 == 0 ? 8 : 6)];
    const auto want = unescape_slowly(text);
    std::vector<char> in(text.begin(), text.end());
    in.insert(in.end(), 64, '\\');  // what lies behind must not matter
    std::vector<char> out(text.size() + 16);
    std::uint32_t half = 0;
    char* const end = unescape({in.data(), text.size()}, out.data(), half);
    ASSERT_EQ(end != nullptr, want.has_value()) << text;
    if (!want) continue;
    ++good;
    ASSERT_EQ(std::string(out.data(), end), *want) << text;
  }
  EXPECT_GT(good, 10'000u);
}

TEST(JsonFlatten, agrees_with_the_naive_twin) {
  const std::string seeds[] = {
      R"({"a":{"b":[1,2.5,{"c":"x\\y"}],"e":{}},"t":true,"n":null,"s":"","u":"\u00e9\ud83d\ude00"})",
      "{\n  \"Event\" : {\r\n\t\"System\": {\"Provider\": {\"#attributes\": {\"Name\": \"P\", \"Guid\": \"G\"}}, \"EventID\": {\"#text\": 5}},"
      " \"UserData\": {\"X\": {\"a\": 1, \"#attributes\": {\"xmlns\": \"u\"}}}}}",
      R"({"winlog":{"channel":"Security","event_id":4688,"event_data":{"CommandLine":"\"C:\\a b\" /x"}},"requestParameters":{"a":[1]},"k":-1e5})",
      R"([{"a":1}])", R"("x")", "{}", R"({"a":[[],[{}],[[1]]]})"};
  Bench b;
  std::mt19937 random(7);
  int compared = 0;
  const auto check = [&](const std::string& text) {
    b.batch.clear();
    const std::string difference = naive::difference(text, b.flattener, b.batch, b.limits);
    EXPECT_EQ(difference, "") << text;
    ++compared;
  };
  for (const std::string& seed : seeds) {
    for (std::size_t n = 0; n <= seed.size(); ++n) check(seed.substr(0, n));
    for (int round = 0; round < 3000; ++round) {
      std::string text = seed;
      for (auto flips = random() % 3 + 1; flips > 0; --flips) {
        static constexpr std::string_view kSigns = "{}[]\",:\\ \n0123456789eE+-.tfnu\x01\xFF";
        const std::size_t at = random() % text.size();
        if (random() % 4 == 0) {
          text.erase(at, 1);
        } else if (random() % 2 == 0) {
          text.insert(at, 1, kSigns[random() % kSigns.size()]);
        } else {
          text[at] = kSigns[random() % kSigns.size()];
        }
        if (text.empty()) break;
      }
      check(text);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(compared, 20'000);
}

}  // namespace
}  // namespace flatten_test
}  // namespace custos::ingest::json
