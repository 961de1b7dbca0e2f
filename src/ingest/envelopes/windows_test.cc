#include "ingest/envelopes/windows.h"

#include <gtest/gtest.h>

namespace custos::ingest {
namespace windows_test {
namespace {

struct Bench {
  Names names;
  LogSources sources;
  Batch batch{names, sources};
  WindowsEvents events{batch};

  std::string source(std::string_view channel, std::uint32_t id, std::string_view provider = {}) {
    return sources.at(events.log_source(sources, channel, provider, id)).text();
  }
  std::string value(std::string_view name) {
    const Field* f = batch[0].find(name);
    return f == nullptr ? "(none)" : std::string(f->text());
  }
};

TEST(Windows, channels_and_ids_follow_the_taxonomy) {
  Bench b;
  EXPECT_EQ(b.source("Microsoft-Windows-Sysmon/Operational", 1), "windows/sysmon/process_creation");
  EXPECT_EQ(b.source("Microsoft-Windows-Sysmon/Operational", 12), "windows/sysmon/registry_event+registry_add+registry_delete");
  EXPECT_EQ(b.source("Microsoft-Windows-Sysmon/Operational", 13), "windows/sysmon/registry_event+registry_set");
  EXPECT_EQ(b.source("Microsoft-Windows-Sysmon/Operational", 18), "windows/sysmon/pipe_created");
  EXPECT_EQ(b.source("Microsoft-Windows-Sysmon/Operational", 777), "windows/sysmon");
  EXPECT_EQ(b.source("PowerShellCore/Operational", 4104), "windows/powershell/ps_script");
  EXPECT_EQ(b.source("Windows PowerShell", 400), "windows/powershell-classic/ps_classic_start");
  EXPECT_EQ(b.source("Security", 4688), "windows/security/process_creation");
  EXPECT_EQ(b.source("Security", 4657), "windows/security/registry_event+registry_set");
  EXPECT_EQ(b.source("Security", 4624), "windows/security");
  EXPECT_EQ(b.source("Linux-Sysmon/Operational", 11), "linux/sysmon/file_event");
}

TEST(Windows, channels_compare_without_case_and_without_the_forwarders_prefix) {
  Bench b;
  EXPECT_EQ(b.source("security", 4624), "windows/security");
  EXPECT_EQ(b.source("MICROSOFT-WINDOWS-SYSMON/OPERATIONAL", 3), "windows/sysmon/network_connection");
  EXPECT_EQ(b.source("WinEventLog:System", 7045), "windows/system");
  EXPECT_EQ(b.source("XmlWinEventLog:Microsoft-Windows-Sysmon/Operational", 3), "windows/sysmon/network_connection");
}

TEST(Windows, an_unknown_channel_is_windows_and_no_channel_is_unknown) {
  Bench b;
  EXPECT_EQ(b.source("Contoso/Admin", 1), "windows");
  EXPECT_EQ(b.source("", 1), "unknown");
  EXPECT_EQ(b.source("", 1, "Contoso"), "unknown");
  EXPECT_EQ(b.source("", 1, "Microsoft-Windows-Sysmon"), "windows/sysmon/process_creation");
  EXPECT_EQ(b.source("", 27, "Microsoft-Windows-Kernel-File"), "windows/file_rename");
}

TEST(Windows, answers_stay_the_same_when_asked_again_and_for_another_table) {
  Bench b;
  for (int round = 0; round < 3; ++round) {
    for (std::uint32_t id = 0; id < 2000; ++id) {
      const std::string got = b.source("Microsoft-Windows-Sysmon/Operational", id);
      EXPECT_EQ(got == "windows/sysmon/dns_query", id == 22) << id;
      EXPECT_EQ(b.source("System", id), "windows/system");
    }
  }
  LogSources other;
  other.intern("a", "b");
  const LogSourceId id = b.events.log_source(other, "System", "", 1);
  EXPECT_EQ(other.at(id).text(), "windows/system");
}

TEST(Windows, finish_adds_the_missing_provider_and_the_parts_of_hashes) {
  Bench b;
  const std::string raw = "SHA1=AA11,MD5=BB22, SHA256=CC33,IMPHASH=DD44,ODD";
  b.batch.begin(raw, 0, 1);
  b.batch.add("Channel", "Microsoft-Windows-Sysmon/Operational");
  b.batch.add("EventID", "1", Type::Int);
  b.batch.add("SourceName", "Microsoft-Windows-Sysmon");
  b.batch.add("Hashes", raw, Type::Text, 0);
  b.events.finish(b.batch);
  b.batch.end();
  EXPECT_EQ(b.sources.at(b.batch.record(0).log_source).text(), "windows/sysmon/process_creation");
  EXPECT_EQ(b.value("Provider_Name"), "Microsoft-Windows-Sysmon");
  EXPECT_EQ(b.value("sha1"), "AA11");
  EXPECT_EQ(b.value("md5"), "BB22");
  EXPECT_EQ(b.value("sha256"), "CC33");
  EXPECT_EQ(b.value("Imphash"), "DD44");
  EXPECT_EQ(b.batch[0].find("md5")->at, raw.find("BB22"));
}

TEST(Windows, finish_adds_nothing_to_an_event_that_is_none) {
  Bench b;
  b.batch.begin("x", 0, 1);
  b.batch.add("EventID", "1", Type::Int);
  b.events.finish(b.batch);
  b.batch.end();
  EXPECT_EQ(b.batch.record(0).log_source, kUnknownSource);
  EXPECT_EQ(b.batch.record(0).count, 1u);
}

}  // namespace
}  // namespace windows_test
}  // namespace custos::ingest
