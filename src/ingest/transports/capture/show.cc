#include "ingest/transports/capture/show.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"
#include "ingest/transports/capture/folder.h"
#include "ingest/transports/capture/kinds.h"
#include "ingest/transports/capture/process.h"
#include "ingest/transports/file_stream.h"

namespace custos::ingest {
namespace show_captures {
namespace {

constexpr std::size_t kSaidBytes = 256u << 10;

class Showing {
 public:
  Showing(const CaptureTool& tool, const PrivateFolder& folder, const StreamInfo& info, Budget& budget, StreamVisitor& visitor)
      : tool_(tool), folder_(folder), info_(info), budget_(budget), visitor_(visitor) {}

  void run(const std::string& path, ByteStream& bytes) {
    const bool in_place = !path.empty() && link(path);
    if (!in_place && !copy(bytes)) return;
    logs_folder_ = folder_.sub("logs");
    const std::string why = hand_over();
    const std::vector<std::string> logs = find_logs();
    if (logs.empty()) {
      return problem(info_.name, ReadState::Unread, !why.empty() ? why : fmt::format("{} wrote no logs: {}", tool_.title, tool_.kind->no_logs));
    }
    StreamInfo handed = info_;
    handed.handed_to = tool_.title;
    if (in_place) {
      visitor_.stream(handed, bytes);
    } else {
      show_file(copy_path(), handed);
    }
    for (const std::string& file : logs) {
      if (!budget_.entry()) break;
      show_file(fmt::format("{}/{}", logs_folder_, file),
                {fmt::format("{}!{}/{}", info_.name, tool_.kind->name, to_valid_utf8(file)), info_.modified, 0, {}});
    }
    if (!why.empty()) problem(info_.name, ReadState::Partial, why);
    if (!cut_.empty()) problem(info_.name, ReadState::Partial, cut_);
  }

 private:
  // A name of our own in the folder: whatever the capture is called, the tool sees neither an option nor a prefix in it.
  std::string copy_path() const { return folder_ / "capture"; }

  bool link(const std::string& path) {
    std::error_code error;
    const std::string target = std::filesystem::absolute(path, error).string();
    return !error && ::symlink(target.c_str(), copy_path().c_str()) == 0;  // too long for a link: it is copied
  }

  // False when there is nothing that could be handed over. What came before an error of the stream is.
  bool copy(ByteStream& bytes) {
    const Descriptor to(::open(copy_path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    const std::uint64_t most = budget_.limits().capture_bytes;
    std::vector<char> buffer(256u << 10);
    std::uint64_t all = 0;
    int failed = to.ok() ? 0 : errno;
    while (failed == 0) {
      const Result<std::size_t> got = bytes.read(buffer.data(), buffer.size());
      if (!got || *got == 0) break;
      const std::size_t fits = static_cast<std::size_t>(std::min<std::uint64_t>(*got, most - all));
      for (std::size_t at = 0; at < fits && failed == 0;) {
        const ssize_t n = ::write(to.get(), buffer.data() + at, fits - at);
        if (n >= 0) at += static_cast<std::size_t>(n);
        else if (errno != EINTR) failed = errno;
      }
      all += fits;
      if (fits == *got) continue;
      cut_ = fmt::format("only its first {} bytes were handed over: unpack it first, or raise --max-pcap-bytes", most);
      break;
    }
    if (failed == 0) return true;
    problem(info_.name, ReadState::Unread,
            fmt::format("it could not be copied for {}: {}; make room, or name another place with TMPDIR", tool_.title, reason(failed)));
    return false;
  }

  // Why the capture was not read to its end; empty when it was.
  std::string hand_over() {
    const Limits& limits = budget_.limits();
    ProcessOrder order{.program = tool_.program,
                       .arguments = tool_.kind->arguments(copy_path(), logs_folder_),
                       .environment = {"PATH=" + tool_.options.search_path, "LANG=C"},
                       .folder = logs_folder_,
                       .said = folder_ / "said",
                       .seconds = limits.capture_seconds,
                       .bytes = limits.capture_bytes,
                       .stop = tool_.options.stop != nullptr ? &tool_.options.stop->asked : nullptr};
    const Ending ending = run_process(order);
    const std::string said = tail_of(order.said, kSaidBytes);
    const std::string complaint = line_of(said, tool_.kind->complains);
    if (ending.how == Ending::How::Well && complaint.empty()) return {};
    const std::string line = quotable(complaint.empty() ? line_of(said, nullptr) : complaint, folder_);
    return words(ending) + (line.empty() ? std::string() : ": " + line);
  }

  std::string words(const Ending& ending) const {
    const Limits& limits = budget_.limits();
    const std::string& title = tool_.title;
    switch (ending.how) {
      case Ending::How::Well:
        return title + " did not read it to its end";
      case Ending::How::Status:
        return fmt::format("{} failed with status {}", title, ending.number);
      case Ending::How::Signal: {
        const char* name = ::sigabbrev_np(ending.number);
        return fmt::format("{} was ended by signal {}{}", title, ending.number, name == nullptr ? "" : fmt::format(" (SIG{})", name));
      }
      case Ending::How::TooLong:
        return fmt::format("{} was stopped after {} seconds, the limit for one capture; raise it with --max-pcap-seconds", title, limits.capture_seconds);
      case Ending::How::TooMuch:
        return fmt::format("{} was stopped because it wrote more than {} bytes, the limit for one capture; raise it with --max-pcap-bytes", title,
                           limits.capture_bytes);
      case Ending::How::Stopped:
        return title + " was stopped because the scan is ending";
      case Ending::How::NotStarted:
        return fmt::format("{} could not be started: {}", title, reason(ending.number));
      case Ending::How::Lost:
        return title + " ended, but not told how: start custos without ignoring SIGCHLD";
    }
    return title + " failed";
  }

  std::vector<std::string> find_logs() const {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator it(logs_folder_, error), end; !error && it != end; it.increment(error)) {
      std::string name = it->path().filename().string();
      if (tool_.kind->is_log(name)) names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  void show_file(const std::string& path, StreamInfo info) {
    Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    struct stat s {};
    if (!fd.ok() || ::fstat(fd.get(), &s) != 0) return problem(info.name, ReadState::Unread, reason(errno));
    if (!S_ISREG(s.st_mode)) return problem(info.name, ReadState::Unread, "no file: only files are read");
    info.size_hint = static_cast<std::uint64_t>(s.st_size);
    FileStream stream(std::move(fd), info.size_hint, nullptr);
    visitor_.stream(info, stream);
    if (stream.failure()) problem(info.name, ReadState::Partial, stream.failure()->text);
  }

  void problem(const std::string& name, ReadState state, const std::string& why) { visitor_.problem(name, state, why); }

  const CaptureTool& tool_;
  const PrivateFolder& folder_;
  const StreamInfo& info_;
  Budget& budget_;
  StreamVisitor& visitor_;
  std::string logs_folder_;
  std::string cut_;  // why the copy is not all of it
};

}  // namespace
}  // namespace show_captures

void show_capture(const CaptureTool& tool, const std::string& path, ByteStream& bytes, const StreamInfo& info, Budget& budget, StreamVisitor& visitor) {
  auto folder = PrivateFolder::make(tool.options.temporary, tool.options.stop);
  if (!folder) return visitor.problem(info.name, ReadState::Unread, folder.error().where + ": " + folder.error().text);
  show_captures::Showing(tool, **folder, info, budget, visitor).run(path, bytes);
  const std::string place = (*folder)->path();
  if (!(*folder)->remove()) {
    visitor.problem(info.name, ReadState::Partial, "the private folder could not be removed, remove it yourself: " + to_valid_utf8(place));
  }
}

}  // namespace custos::ingest
