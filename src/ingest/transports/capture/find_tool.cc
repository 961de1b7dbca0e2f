#include <cerrno>
#include <filesystem>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "ingest/captures.h"
#include "ingest/transports/capture/folder.h"
#include "ingest/transports/capture/kinds.h"
#include "ingest/transports/capture/process.h"
#include "ingest/transports/open_file.h"

namespace custos::ingest {
namespace find_tool {
namespace {

// Where these tools are, although a user's search path may not say so.
constexpr std::string_view kUsualPlaces = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin:/opt/zeek/bin";

// Entries that are not absolute would run whatever lies in the folder of the evidence.
std::string absolute_entries(std::string_view path) {
  std::string all;
  while (!path.empty()) {
    const std::size_t end = path.find(':');
    const std::string_view entry = path.substr(0, end);
    if (entry.starts_with('/')) all += fmt::format("{}{}", all.empty() ? "" : ":", entry);
    path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
  }
  return all;
}

bool can_run(const std::string& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0 && S_ISREG(s.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

std::string search(const std::string& name, std::string_view path) {
  while (!path.empty()) {
    const std::size_t end = path.find(':');
    std::string candidate = fmt::format("{}/{}", path.substr(0, end), name);
    if (can_run(candidate)) return candidate;
    path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
  }
  return {};
}

const CaptureKind* kind_of(std::string_view file) {
  for (const CaptureKind& k : capture_kinds()) {
    if (file.find(k.name) != std::string_view::npos) return &k;
  }
  return nullptr;
}

// "This is Suricata version 7.0.10 RELEASE", "zeek version 6.0.3": the word behind "version".
std::string version_in(std::string_view said) {
  constexpr std::string_view kWord = "version ";
  const std::size_t at = said.find(kWord);
  if (at == std::string_view::npos) return {};
  said.remove_prefix(at + kWord.size());
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || std::string_view(".-+~").find(c) != std::string_view::npos;
  };
  std::size_t n = 0;
  while (n < said.size() && n < 40 && plain(said[n])) ++n;
  return std::string(said.substr(0, n));
}

// Its title with its version. A tool that can't even say that would fail at every capture.
Result<std::string> try_out(const CaptureTool& tool) {
  auto folder = PrivateFolder::make(tool.options.temporary, tool.options.stop);
  if (!folder) return tl::unexpected<Error>(folder.error());
  ProcessOrder order{.program = tool.program,
                     .arguments = {std::string(tool.kind->version)},
                     .environment = {"PATH=" + tool.options.search_path, "LANG=C"},
                     .folder = (*folder)->sub("work"),
                     .said = **folder / "said",
                     .seconds = 30,
                     .bytes = 1u << 20,
                     .stop = tool.options.stop != nullptr ? &tool.options.stop->asked : nullptr};
  const Ending ending = run_process(order);
  const std::string said = tail_of(order.said, 64u << 10);
  if (ending.how != Ending::How::Well) {
    const std::string line = quotable(line_of(said, nullptr), **folder);
    const std::string why = !line.empty() ? line : ending.how == Ending::How::NotStarted ? reason(ending.number) : "it does not tell its version";
    return fail(Code::Usage, fmt::format("--pcap: it can't be run: {}", why), to_valid_utf8(tool.program));
  }
  const std::string version = version_in(said);
  return fmt::format("{}{}{}", tool.kind->title, version.empty() ? "" : " ", version);
}

}  // namespace
}  // namespace find_tool

Result<CaptureTool> find_capture_tool(const CaptureOptions& options) {
  namespace here = find_tool;
  CaptureTool tool;
  tool.options = options;
  tool.options.search_path = here::absolute_entries(fmt::format("{}:{}", options.search_path, here::kUsualPlaces));
  const bool path = options.tool.find('/') != std::string::npos;
  const std::string shown = to_valid_utf8(options.tool);
  tool.kind = here::kind_of(std::string_view(options.tool).substr(options.tool.rfind('/') + 1));
  if (tool.kind == nullptr) return fail(Code::Usage, fmt::format("--pcap takes suricata, zeek or the path of one of them, not '{}'", shown));
  if (path) {
    std::error_code error;
    tool.program = std::filesystem::absolute(options.tool, error).string();
    if (error || !here::can_run(tool.program)) {
      return fail(Code::Usage, fmt::format("--pcap: there is no program with this name: {}, and give its path", tool.kind->install), shown);
    }
  } else {
    tool.program = here::search(options.tool, tool.options.search_path);
    if (tool.program.empty()) {
      return fail(Code::Usage, fmt::format("--pcap {}: it is not installed: {}, or leave --pcap out (packet captures are then named as unread)", shown,
                                           tool.kind->install));
    }
  }
  auto title = here::try_out(tool);
  if (!title) return tl::unexpected<Error>(title.error());
  tool.title = std::move(*title);
  return tool;
}

}  // namespace custos::ingest
