#include "ingest/transports/capture/kinds.h"

#include <algorithm>

#include "base/text.h"

namespace custos::ingest {
namespace kinds {
namespace {

bool holds(std::string_view line, std::string_view part) {
  return std::search(line.begin(), line.end(), part.begin(), part.end(), [](char a, char b) { return ascii_lower(a) == b; }) != line.end();
}

// Its own checksum validation is off: captures of a machine's own traffic have wrong ones, where the network card fills
// them in.
std::vector<std::string> suricata_arguments(const std::string& capture, const std::string& folder) {
  return {"-r", capture, "-l", folder, "-k", "none"};
}
std::vector<std::string> zeek_arguments(const std::string& capture, const std::string&) { return {"-C", "-r", capture}; }

// With `threaded: yes` there is one a thread.
bool is_eve(std::string_view file) { return file.starts_with("eve") && file.ends_with(".json"); }
bool is_zeek_log(std::string_view file) { return file.ends_with(".log"); }

// "E: pcap: ..." (7 and later), "<Error> - [ERRCODE: ...PCAP...] - ..." (6). Errors in its rules are not about the capture.
bool suricata_complains(std::string_view line) {
  const bool error = line.starts_with("E: ") || holds(line, "<error>") || holds(line, "error: ");
  return error && holds(line, "pcap");
}
bool zeek_complains(std::string_view line) { return holds(line, "fatal error"); }

constexpr CaptureKind kKinds[] = {
    {"suricata", "Suricata", "-V", "install the package `suricata` of your distribution (Debian 12 has it in bookworm-backports)",
     "its configuration may have eve-log turned off or elsewhere", suricata_arguments, is_eve, suricata_complains},
    {"zeek", "Zeek", "--version", "install the package `zeek`, where your distribution has none from the Zeek project",
     "the capture may hold no packets", zeek_arguments, is_zeek_log, zeek_complains},
};

}  // namespace
}  // namespace kinds

std::span<const CaptureKind> capture_kinds() { return kinds::kKinds; }

}  // namespace custos::ingest
