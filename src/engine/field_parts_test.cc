#include "engine/field_parts.h"

#include <gtest/gtest.h>

#include <map>

#include "engine/reading/read_stream.h"

namespace custos::engine {
namespace {

class Text final : public ingest::ByteStream {
 public:
  explicit Text(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<std::size_t> read(char* to, std::size_t size) override {
    const std::size_t n = bytes_.copy(to, size, at_);
    at_ += n;
    return n;
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

struct Cut {
  std::string raw;
  std::vector<FieldPart> parts;
  std::map<std::string, std::string> shown;  // field -> how it stands in the record
  std::map<std::string, std::string> values;

  // The record with these fields withheld.
  std::string without(const std::string& field) const {
    std::string out;
    std::size_t at = 0;
    for (const FieldPart& p : parts) {
      out += raw.substr(at, p.at - at) + (p.field == field ? "[withheld]" : raw.substr(p.at, p.size));
      at = p.at + p.size;
    }
    return out + raw.substr(at);
  }
};

// The last record of these bytes, in whatever format they are.
Cut cut(const std::string& bytes) {
  Cut last;
  Names names(10'000);
  LogSources sources;
  Batch batch(names, sources);
  Text text(bytes);
  const StreamOutcome read = read_stream({}, text, 0, batch, {}, [&](Batch& b) {
    for (std::uint32_t i = 0; i < b.size(); ++i) {
      last = {};
      last.raw = std::string(b[i].record().raw);
      last.parts = parts_of(b[i], last.raw);
      for (const Field& f : b[i].fields()) last.values.emplace(b.names().text(f.name), f.text());
      std::size_t end = 0;
      for (const FieldPart& p : last.parts) {
        EXPECT_GE(p.at, end) << p.field;
        EXPECT_GT(p.size, 0u) << p.field;
        end = p.at + p.size;
        EXPECT_LE(end, last.raw.size()) << p.field;
        last.shown[p.field] = last.raw.substr(p.at, p.size);
      }
    }
    b.clear();
  });
  EXPECT_TRUE(read.known && read.to_its_end) << bytes;
  EXPECT_EQ(read.rejects, 0u) << bytes;
  return last;
}

}  // namespace

using Standing = std::map<std::string, std::string>;

TEST(FieldParts, OfJsonHoldEscapesAndWhatLiesDeep) {
  const Cut c = cut(R"({"User":"CORP\\anna","n":12,"deep":{"a":"x\u0041y","list":["one","t\"wo"]},"t":true,"e":"","z":null})"
                    "\n");
  EXPECT_EQ(c.shown, (Standing{{"User", R"(CORP\\anna)"}, {"n", "12"}, {"deep.a", R"(x\u0041y)"}, {"deep.list", R"(t\"wo)"}, {"t", "true"}}));
  EXPECT_EQ(c.parts.size(), 6u);  // an array's values are parts of one name
  EXPECT_EQ(c.without("deep.list"), R"({"User":"CORP\\anna","n":12,"deep":{"a":"x\u0041y","list":["[withheld]","[withheld]"]},"t":true,"e":"","z":null})");
  EXPECT_EQ(c.without("User").find("anna"), std::string::npos);
}

TEST(FieldParts, OfSyslogAreWhatItsHeaderNames) {
  const Cut old = cut("<34>Oct 11 22:14:15 host1 sshd[812]: Failed password for invalid user anna from 10.1.2.3 port 2222 ssh2\n");
  const std::string message = "Failed password for invalid user anna from 10.1.2.3 port 2222 ssh2";
  EXPECT_EQ(old.shown, (Standing{{"hostname", "host1"}, {"appname", "sshd"}, {"procid", "812"}, {"message", message}}));
  EXPECT_EQ(old.values.at("user"), "anna");  // stands inside of the message: no part, and goes with it
  EXPECT_EQ(old.without("message"), "<34>Oct 11 22:14:15 host1 sshd[812]: [withheld]");
  const Cut c = cut("<34>1 2024-05-06T07:08:09Z host1 app 12 ID47 [ex@1 user=\"an\\\"na\" k=\"v\"] hello\n");
  EXPECT_EQ(
      c.shown,
      (Standing{
          {"hostname", "host1"}, {"appname", "app"}, {"procid", "12"}, {"msgid", "ID47"}, {"ex@1.user", "an\\\"na"}, {"ex@1.k", "v"}, {"message", "hello"}}));
}

TEST(FieldParts, OfAuditRecordsHoldHexadecimalText) {
  const Cut c =
      cut("type=SYSCALL msg=audit(1700000000.123:42): arch=c000003e syscall=59 success=yes pid=12 comm=\"ls\" exe=\"/bin/ls\" key=(null)\n"
          "type=EXECVE msg=audit(1700000000.123:42): argc=2 a0=\"ls\" a1=2D6C61\n");
  EXPECT_EQ(c.values.at("a1"), "-la");
  EXPECT_EQ(c.shown.at("a1"), "2D6C61");
  EXPECT_EQ(c.shown.at("exe"), "/bin/ls");
  // The number of a call reads as its name: all up to the next field is taken for it, so that no digit stays.
  EXPECT_EQ(c.shown.at("SYSCALL"), "59 success=");
  EXPECT_FALSE(c.shown.contains("CommandLine"));  // put together: it stands nowhere
}

TEST(FieldParts, OfAccessLogsAreCutInsideOfTheRequest) {
  const Cut c = cut("10.1.2.3 - anna [10/Oct/2024:13:55:36 +0200] \"GET /a%20b?q=1 HTTP/1.1\" 200 12 \"http://r/\" \"curl \\\"x\\\"\"\n");
  EXPECT_EQ(c.shown.at("c-ip"), "10.1.2.3");
  EXPECT_EQ(c.shown.at("cs-username"), "anna");
  EXPECT_EQ(c.shown.at("date") + c.shown.at("time"), "10/Oct/2024:13:55:36");
  EXPECT_EQ(c.shown.at("cs-method"), "GET");
  EXPECT_EQ(c.shown.at("sc-status"), "200");
  EXPECT_EQ(c.shown.at("cs-user-agent"), "curl \\\"x\\\"");
  EXPECT_EQ(c.without("cs-user-agent").find("curl"), std::string::npos);
}

TEST(FieldParts, OfCsvGoOnBehindDoubledQuotes) {
  const std::string head = "time,user,note,last\n2024-05-06T07:08:09Z,bert,plain,z\n";
  const auto noted = [&](const std::string& note) { return cut(head + "2024-05-06T07:08:10Z,anna,\"" + note + "\",z\n"); };
  for (const char* note : {"a \"\"quoted\"\" word", "x, \"\"y\"\" z", "\"\"all\"\""}) {
    EXPECT_EQ(noted(note).shown.at("user"), "anna");
    EXPECT_EQ(noted(note).without("note"), "2024-05-06T07:08:10Z,anna,\"[withheld]\",z") << note;
  }
  // A backslash is nothing special in CSV, and is taken for one that is: too much is hidden, never too little.
  EXPECT_EQ(noted("C:\\dir\"\"\\").without("note"), "2024-05-06T07:08:10Z,anna,\"[withheld]z");
}

TEST(FieldParts, OfZeekHoldItsEscapes) {
  const Cut c = cut("#separator \\x09\n#fields\tts\tuid\tid.orig_h\tquery\n#types\ttime\tstring\taddr\tstring\n1700000000.1\tC1\t10.1.2.3\ta\\x09b.example\n");
  EXPECT_EQ(c.shown, (Standing{{"ts", "1700000000.1"}, {"uid", "C1"}, {"id.orig_h", "10.1.2.3"}, {"query", "a\\x09b.example"}}));
  const Cut json = cut("{\"ts\":1700000000.1,\"uid\":\"C1\",\"id.orig_h\":\"10.1.2.3\",\"query\":\"x.example\"}\n");
  EXPECT_EQ(json.shown, (Standing{{"ts", "1700000000.1"}, {"uid", "C1"}, {"id.orig_h", "10.1.2.3"}, {"query", "x.example"}}));
}

}  // namespace custos::engine
