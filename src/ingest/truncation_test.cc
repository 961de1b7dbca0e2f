// Small files of every format and packing, cut behind every byte: what stands before the cut is read, what was lost is said.
#include <gtest/gtest.h>

#include "base/text.h"
#include "ingest/formats/evtx/writer.h"
#include "ingest/ingest.h"
#include "ingest/report.h"
#include "ingest/transports/collector_for_test.h"

namespace custos::ingest {
namespace truncation_test {
namespace {

using namespace for_test;

struct Small {
  const char* format;
  std::string bytes;
};

std::string event_log() {
  evtx::Writer w;
  for (std::uint32_t i = 0; i < 3; ++i) w.add({.event_id = static_cast<std::uint16_t>(i), .data = {{"Image", evtx::Value::text("C:\\x.exe")}, {"Pid", evtx::Value::uint32(i)}}});
  return w.file();
}

std::vector<Small> small_files() {
  return {
      {"json", "{\"a\":\"b\\\\c\",\"n\":{\"x\":[1,2.5,null,true]}}\n{\"a\":\"\u00e4\"}\n{\"a\":\"third\"}\n"},
      {"json", "[{\"a\":1},\n {\"a\":\"two\"}]\n"},
      {"json", "{\"Records\":[{\"eventName\":\"x\",\"eventTime\":\"2024-03-15T10:00:00Z\"},{\"eventName\":\"y\"}]}"},
      {"zeek", "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\n#types\ttime\tstring\n1710496800.5\tC1\n1710496801\tC2\n"},
      {"syslog", "<34>1 2024-03-15T10:00:00Z host sshd 12 - - Failed password for root from 192.0.2.1 port 22 ssh2\n<34>Mar 15 10:00:01 host sudo: a : USER=root ; COMMAND=/bin/ls\n"},
      {"auditd",
       "type=SYSCALL msg=audit(1710496800.123:42): arch=c000003e syscall=59 exe=\"/bin/ls\"\ntype=EXECVE msg=audit(1710496800.123:42): argc=2 a0=\"ls\" a1=2D6C\n"
       "type=EOE msg=audit(1710496800.123:42): \ntype=LOGIN msg=audit(1710496801.000:43): pid=1 uid=0\n"},
      {"csv", "time,user,action\n2024-03-15T10:00:00Z,alice,\"log\"\"in\"\"\"\n2024-03-15T10:00:01Z,bob,logout\n"},
      {"access", "192.0.2.1 - - [15/Mar/2024:10:00:00 +0000] \"GET /a?b=%41 HTTP/1.1\" 200 12 \"-\" \"curl/8\"\n192.0.2.1 - - [15/Mar/2024:10:00:01 +0000] \"GET / HTTP/1.1\" 404 0 \"-\" \"x\"\n"},
      {"evtx", event_log()},
  };
}

struct Outcome {
  std::string format;
  std::vector<std::string> events;  // the raw records
  bool told = false;                // that something was not read
};

Outcome read(const std::string& bytes) {
  Outcome out;
  MemoryStream from(bytes);
  Head head(from);
  const Bytes first = head.look();
  const Format* format = recognise(first, head.whole());
  if (format == nullptr) return out;
  out.format = format->name;
  Limits limits;
  Names names;
  LogSources sources;
  Batch batch(names, sources);
  SourceCoverage coverage;
  Report report(coverage, 10);
  const auto decoder = format->open({limits, 1'710'496'800 * kSecond, false});
  const auto summary = read_all(head, *decoder, batch, report, limits, [&](Batch& b) {
    for (std::size_t i = 0; i < b.size(); ++i) {
      out.events.emplace_back(b.record(i).raw);
      for (const Field& f : b.fields(i)) EXPECT_TRUE(is_valid_utf8(f.text()));
    }
  });
  EXPECT_EQ(summary.bytes, bytes.size());
  out.told = !summary.whole || coverage.reject_count > 0 || coverage.state != ReadState::Whole;
  return out;
}

TEST(Truncation, FilesCutBehindEveryByte) {
  for (const Small& file : small_files()) {
    const Outcome whole = read(file.bytes);
    ASSERT_EQ(whole.format, file.format);
    ASSERT_GE(whole.events.size(), 2u) << file.format;
    EXPECT_FALSE(whole.told) << file.format;
    // Behind the records of an event log's chunk lies padding: not every byte of that.
    for (std::size_t n = 1; n < file.bytes.size(); n += n < 6000 ? 1 : 251) {
      const Outcome cut = read(file.bytes.substr(0, n));
      ASSERT_LE(cut.events.size(), whole.events.size()) << file.format << " cut to " << n;
      if (cut.format != whole.format) continue;  // too little to know it by
      // Every event but the one that was cut is the same.
      for (std::size_t i = 0; i + 1 < cut.events.size(); ++i) EXPECT_EQ(cut.events[i], whole.events[i]) << file.format << " cut to " << n;
      // A cut line of text is still a line; a cut object or binary record is not one, and that is said.
      if (std::string_view(file.format) != "json" && std::string_view(file.format) != "evtx") continue;
      const bool all_whole = std::equal(cut.events.begin(), cut.events.end(), whole.events.begin());
      const bool between_records = trim(std::string_view(file.bytes).substr(0, n)).ends_with('}');
      EXPECT_TRUE(cut.told || (all_whole && between_records) || cut.events == whole.events) << file.format << " cut to " << n;
    }
  }
}

TEST(Truncation, ArchivesCutBehindEveryByte) {
  const std::string text = "{\"a\":1}\n{\"b\":2}\n";
  std::vector<std::pair<std::string, std::string>> all;
  for (const char* filter : {"gzip", "xz", "bzip2", "zstd", "lz4"}) all.emplace_back(filter, squeeze(filter, text));
  for (const char* format : {"zip", "7zip", "gnutar", "ustar"}) all.emplace_back(format, pack(format, "none", {{"one", text}, {"two", text}}));
  all.emplace_back("tar.gz", pack("gnutar", "gzip", {{"one", text}, {"two", text}}));
  for (const auto& [name, bytes] : all) {
    const Collector whole = unpack_bytes(bytes);
    ASSERT_TRUE(whole.problems.empty()) << name;
    for (std::size_t n = 1; n < bytes.size(); ++n) {
      const std::string part = bytes.substr(0, n);
      const Collector cut = unpack_bytes(part);
      bool plain = false;  // too little to know it by: it is a stream of its own, which no format will know
      std::size_t complete = 0;
      for (const auto& [stream, shown] : cut.streams) {
        // Under the archive's own name stands what is no archive yet: its first bytes, or the first block of a tar inside.
        plain = plain || (stream == "in" && shown == part);
        complete += shown == text;
        EXPECT_TRUE(stream == "in" || text.starts_with(shown)) << name << " cut to " << n;
      }
      EXPECT_TRUE(plain || !cut.problems.empty() || complete == whole.streams.size()) << name << " cut to " << n << " of " << bytes.size() << ": not a word";
    }
  }
}

}  // namespace
}  // namespace truncation_test
}  // namespace custos::ingest
