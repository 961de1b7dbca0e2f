#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "ingest/source.h"
#include "ingest/transports/archive/budget.h"
#include "ingest/transports/file_stream.h"
#include "ingest/transports/archive/unpack.h"

namespace custos::ingest {
namespace visit_file {
namespace {

class Visit {
 public:
  Visit(const SourceFile& file, const Limits& limits, StreamVisitor& visitor, const CaptureTool* tool)
      : file_(file),
        visitor_(visitor),
        budget_(limits),
        captures_{tool, file.path == "-" ? std::string() : file.path},
        info_{file.name, file.modified, file.size, {}} {}

  void run() {
    if (file_.path == "-") return standard_input();
    Descriptor fd = open_path(file_.path, 0);
    if (!fd.ok()) return unread(reason(errno));
    struct stat s {};
    if (::fstat(fd.get(), &s) != 0) return unread(reason(errno));
    if (!S_ISREG(s.st_mode)) {
      const char* kind = special_kind(s.st_mode);
      return unread(fmt::format("{}: only files are read", kind != nullptr ? kind : "a folder"));
    }
    regular(std::move(fd), s);
  }

 private:
  void regular(Descriptor fd, const struct stat& s) {
    size_ = static_cast<std::uint64_t>(s.st_size);
    info_.size_hint = size_;
    if (info_.modified == kNoTime) info_.modified = modified(s);
    FileStream stream(std::move(fd), size_, [this](std::uint64_t more) { count(more); });
    unpack(stream, &stream, info_, budget_, visitor_, captures_);
    finish(stream.failure());
  }

  void standard_input() {
    struct stat s {};
    if (::fstat(STDIN_FILENO, &s) != 0) return unread("standard input is closed");
    if (S_ISDIR(s.st_mode)) return unread("standard input is a folder");
    if (S_ISREG(s.st_mode) && ::lseek(STDIN_FILENO, 0, SEEK_CUR) == 0) {
      Descriptor copy(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
      if (copy.ok()) return regular(std::move(copy), s);
    }
    PipeStream stream(STDIN_FILENO, [this](std::uint64_t more) { count(more); });
    unpack(stream, nullptr, info_, budget_, visitor_, captures_);
    finish(stream.failure());
  }

  void count(std::uint64_t more) {
    budget_.packed(more, size_);
    read_ += more;
    visitor_.progress(size_ > 0 ? std::min(read_, size_) : read_);
  }

  void finish(const std::optional<Error>& failure) {
    if (failure) visitor_.problem(file_.name, read_ > 0 ? ReadState::Partial : ReadState::Unread, failure->text);
    if (budget_.stopped()) visitor_.problem(file_.name, ReadState::Partial, budget_.why().text);
  }

  void unread(const std::string& why) { visitor_.problem(file_.name, ReadState::Unread, why); }

  const SourceFile& file_;
  StreamVisitor& visitor_;
  Budget budget_;
  Captures captures_;
  StreamInfo info_;
  std::uint64_t size_ = 0, read_ = 0;  // size_ 0: unknown
};

}  // namespace
}  // namespace visit_file

void visit(const SourceFile& file, const Limits& limits, StreamVisitor& visitor, const CaptureTool* tool) {
  visit_file::Visit(file, limits, visitor, tool).run();
}

}  // namespace custos::ingest
