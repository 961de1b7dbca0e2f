#include "ingest/transports/capture/folder.h"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "ingest/transports/open_file.h"

namespace custos::ingest {
namespace fs = std::filesystem;

Result<std::unique_ptr<PrivateFolder>> PrivateFolder::make(const std::string& in, CaptureStop* stop) {
  std::error_code error;
  std::string pattern = (fs::absolute(in.empty() ? "/tmp" : in, error) / "custos-pcap-XXXXXX").string();
  std::unique_ptr<PrivateFolder> f(new PrivateFolder);
  if (stop != nullptr) {
    ++stop->running;
    f->stop_ = stop;
  }
  if (error || ::mkdtemp(pattern.data()) == nullptr) {
    return fail(Code::Unreadable, fmt::format("no private folder can be made there: {}; name another place with TMPDIR", reason(errno)), to_valid_utf8(in));
  }
  f->path_ = pattern;
  return f;
}

PrivateFolder::~PrivateFolder() {
  remove();
  if (stop_ != nullptr) --stop_->running;
}

std::string PrivateFolder::operator/(std::string_view name) const { return fmt::format("{}/{}", path_, name); }

std::string PrivateFolder::sub(std::string_view name) const {
  std::string path = *this / name;
  ::mkdir(path.c_str(), 0700);
  return path;
}

bool PrivateFolder::remove() {
  // A process that was just killed may be about to write a last file.
  for (int tries = 0; !path_.empty() && tries < 50; ++tries) {
    std::error_code error;
    fs::remove_all(path_, error);
    if (!error) path_.clear();
    else std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return path_.empty();
}

std::string tail_of(const std::string& file, std::size_t most) {
  const Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat s {};
  if (!fd.ok() || ::fstat(fd.get(), &s) != 0 || !S_ISREG(s.st_mode)) return {};
  const auto size = static_cast<std::size_t>(s.st_size);
  std::string text(std::min(size, most), '\0');
  const ssize_t n = ::pread(fd.get(), text.data(), text.size(), static_cast<off_t>(size - text.size()));
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return text;
}

std::string quotable(std::string_view line, const PrivateFolder& folder) {
  constexpr std::size_t kMost = 200;
  std::string text(line);
  const std::string place = folder.path() + '/';
  for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at)) text.erase(at, place.size());
  return printable(to_valid_utf8(text), kMost);
}

std::string line_of(std::string_view text, bool (*wanted)(std::string_view)) {
  std::string_view last;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (wanted != nullptr ? wanted(line) : !line.empty()) last = line;
    if (wanted != nullptr && !last.empty()) break;
  }
  return std::string(last);
}

}  // namespace custos::ingest
