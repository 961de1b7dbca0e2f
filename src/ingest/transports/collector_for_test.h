// What tests of this folder share: a visitor that keeps everything, archives made in memory, a temporary folder.
// Called by *_test.cc only.
// Values.
// One thread.
// Refuses nothing.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ingest/source.h"
#include "ingest/transports/archive/unpack.h"

namespace custos::ingest::for_test {

struct Collector final : StreamVisitor {
  std::vector<std::pair<std::string, std::string>> streams;  // name, bytes
  std::vector<std::string> handed;                           // to which tool, a stream
  std::vector<std::string> errors;                           // that read() ended in
  struct Problem {
    std::string name;
    ReadState state;
    std::string why;
  };
  std::vector<Problem> problems;
  std::uint64_t seen = 0, most = 256u << 20;  // bytes kept at most
  std::vector<Micros> times;
  std::uint64_t last_progress = 0;

  void stream(const StreamInfo& info, ByteStream& bytes) override {
    streams.emplace_back(info.name, "");
    times.push_back(info.modified);
    handed.push_back(info.handed_to);
    std::vector<char> buffer(10'007);
    while (true) {
      const Result<std::size_t> n = bytes.read(buffer.data(), buffer.size());
      if (!n) errors.push_back(n.error().text);
      if (!n || *n == 0) return;
      seen += *n;
      if (seen <= most) streams.back().second.append(buffer.data(), *n);
    }
  }
  void problem(const std::string& name, ReadState state, const std::string& why) override {
    problems.push_back({name, state, why});
  }
  void progress(std::uint64_t bytes) override { last_progress = bytes; }

  std::string bytes_of(const std::string& name) const {
    for (const auto& [n, b] : streams) {
      if (n == name) return b;
    }
    return "(no stream " + name + ")";
  }
  bool says(const std::string& part) const {
    for (const Problem& p : problems) {
      if (p.why.find(part) != std::string::npos) return true;
    }
    return false;
  }
};

inline Collector unpack_bytes(const std::string& bytes, const Limits& limits = {}, bool seekable = true) {
  Collector c;
  Budget budget(limits);
  budget.packed(bytes.size(), bytes.size());
  MemoryStream from(bytes);
  unpack(from, seekable ? &from : nullptr, {"in", kNoTime, 0}, budget, c);
  if (budget.stopped()) c.problem("in", ReadState::Partial, budget.why().text);
  return c;
}

struct Member {
  std::string name, bytes;
  unsigned type = AE_IFREG;
};

inline la_ssize_t append(struct archive*, void* to, const void* data, std::size_t size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

// `format` "zip", "store" (a zip without compression), "7zip", "gnutar", "ustar", "newc", "odc" or "raw"; `filter`
// "gzip", "xz", "bzip2", "zstd", "lz4" or "none".
inline std::string pack(const char* format, const char* filter, const std::vector<Member>& members) {
  std::string out;
  struct archive* a = archive_write_new();
  const bool store = std::string_view(format) == "store";
  archive_write_set_format_by_name(a, store ? "zip" : format);
  if (store) archive_write_set_options(a, "zip:compression=store");
  if (std::string_view(filter) != "none") archive_write_add_filter_by_name(a, filter);
  archive_write_set_bytes_in_last_block(a, 1);
  archive_write_open(a, &out, nullptr, append, nullptr);
  for (const Member& m : members) {
    struct archive_entry* e = archive_entry_new();
    archive_entry_set_pathname(e, m.name.c_str());
    archive_entry_set_filetype(e, m.type);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_mtime(e, 1'700'000'000, 0);
    if (m.type == AE_IFLNK) archive_entry_set_symlink(e, m.bytes.c_str());
    archive_entry_set_size(e, m.type == AE_IFREG ? static_cast<la_int64_t>(m.bytes.size()) : 0);
    archive_write_header(a, e);
    if (m.type == AE_IFREG) archive_write_data(a, m.bytes.data(), m.bytes.size());
    archive_entry_free(e);
  }
  archive_write_close(a);
  archive_write_free(a);
  return out;
}
inline std::string squeeze(const char* filter, const std::string& bytes) {
  return pack("raw", filter, {{"data", bytes}});
}

inline std::string text_of(std::size_t lines) {
  std::string s;
  for (std::size_t i = 0; i < lines; ++i) s += "{\"n\":" + std::to_string(i * 7919 % 100'003) + "}\n";
  return s;
}

// Root may read everything: permission tests run as somebody else.
class AsNobody {
 public:
  AsNobody() : root_(::geteuid() == 0) {
    if (root_) ok_ = ::seteuid(65534) == 0;
  }
  ~AsNobody() {
    if (root_ && ok_) ok_ = ::seteuid(0) == 0;
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  bool ok() const { return ok_; }

 private:
  bool root_, ok_ = true;
};

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "custos-test-XXXXXX").string();
    path_ = mkdtemp(name.data()) != nullptr ? name : std::string();
    ::chmod(path_.c_str(), 0755);
  }
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }
  std::string put(const std::string& name, const std::string& bytes) const {
    std::ofstream(*this / name, std::ios::binary) << bytes;
    return *this / name;
  }
  void folder(const std::string& name) const { std::filesystem::create_directories(*this / name); }
  void link(const std::string& to, const std::string& name) const { std::filesystem::create_symlink(to, *this / name); }

 private:
  std::string path_;
};

}  // namespace custos::ingest::for_test
