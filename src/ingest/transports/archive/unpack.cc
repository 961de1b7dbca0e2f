#include "ingest/transports/archive/unpack.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "ingest/formats/pcap/frames.h"
#include "ingest/reader.h"
#include "ingest/transports/archive/member_stream.h"
#include "ingest/transports/archive/packing.h"
#include "ingest/transports/archive/unpacked_stream.h"
#include "ingest/transports/capture/show.h"
#include "ingest/transports/utf16_stream.h"

namespace custos::ingest {
namespace unpack_streams {
namespace {

constexpr std::size_t kNameBytes = 1024;

// Bytes that were read ahead, then the stream they came from.
class Ahead final : public ByteStream {
 public:
  Ahead(std::string_view bytes, ByteStream& rest) : front_(bytes), rest_(rest) {}
  Result<std::size_t> read(char* to, std::size_t size) override {
    Result<std::size_t> n = front_.read(to, size);
    return *n > 0 || size == 0 ? n : rest_.read(to, size);
  }

 private:
  MemoryStream front_;
  ByteStream& rest_;
};

// An archive inside another one, in memory as far as the budget allows: zip and 7z keep their table of contents at the
// end.
class Held {
 public:
  Held(ByteStream& from, Budget& budget) : budget_(budget) {
    constexpr std::size_t kStep = 256u << 10;
    while (budget_.hold(kStep)) {
      const std::size_t before = bytes_.size();
      bytes_.resize(before + kStep);
      std::size_t at = before;
      while (at < bytes_.size()) {
        const Result<std::size_t> got = from.read(bytes_.data() + at, bytes_.size() - at);
        complete_ = !got || *got == 0;
        if (complete_) break;
        at += *got;
      }
      held_ += kStep;
      bytes_.resize(at);
      if (complete_) return;
    }
  }
  ~Held() { budget_.give_back(held_); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }
  bool complete() const { return complete_; }  // there is no more, be it the end or an error

 private:
  Budget& budget_;
  std::vector<char> bytes_;
  std::size_t held_ = 0;
  bool complete_ = false;
};

std::string member_name(struct archive_entry* entry) {
  const char* name = ::archive_entry_pathname(entry);
  if (name == nullptr) name = ::archive_entry_pathname_utf8(entry);
  if (name == nullptr || *name == '\0') return "(no name)";
  const std::size_t length = std::strlen(name);
  if (length <= kNameBytes) return to_valid_utf8({name, length});
  std::size_t cut = kNameBytes;
  while (cut > kNameBytes - 4 && (static_cast<unsigned char>(name[cut]) & 0xC0) == 0x80) --cut;
  return to_valid_utf8({name, cut}) + "...";
}

Micros member_time(struct archive_entry* entry, Micros otherwise) {
  const std::int64_t seconds = ::archive_entry_mtime_is_set(entry) ? ::archive_entry_mtime(entry) : 0;
  return seconds > 0 && seconds < 253'402'300'800 ? seconds * kSecond : otherwise;
}

// libarchive can't turn some names and owners into the letters of the C locale. They are shown as they are; nothing is
// lost.
bool about_letters(const std::string& warning) {
  return warning.find("be converted") != std::string::npos || warning.find("be allocated for") != std::string::npos;
}

// Whether libarchive will find the end record of a zip archive: it looks for it in the last 16 KiB, and else reads what
// looks like members from the front without a word.
bool has_zip_directory(Seekable& from) {
  constexpr std::size_t kTail = 16u << 10, kRecord = 22;
  char tail[kTail];
  const std::uint64_t begin = from.size() > kTail ? from.size() - kTail : 0;
  from.seek(begin);
  std::size_t size = 0;
  while (size < kTail) {
    const Result<std::size_t> got = from.read(tail + size, kTail - size);
    if (!got || *got == 0) break;
    size += *got;
  }
  return size >= kRecord && Bytes(tail, size - kRecord + 4).rfind("PK\x05\x06") != Bytes::npos;
}

struct Level {
  std::size_t depth = 0;
  bool in_compression = false;  // right inside one: a tar.gz is one archive, not two
};

class Unpacker {
 public:
  Unpacker(Budget& budget, StreamVisitor& visitor, const Captures& captures)
      : budget_(budget), visitor_(visitor), captures_(captures) {}

  void show(ByteStream& from, Seekable* seekable, const StreamInfo& info, Level level) {
    Head head(from);
    const Bytes first = head.look(kPackingHead);
    if (first.empty() && !head.whole()) return;  // whoever owns the stream reports why
    const Packing packing = detect_packing(first);
    if (packing == Packing::None) return show_plain(head, first, seekable != nullptr, info);
    if (packing == Packing::Unsupported) {
      visitor_.problem(info.name, ReadState::Unread,
                       fmt::format("{}: it can't be unpacked here; unpack it first", unsupported_name(first)));
      return;
    }
    const bool compression = is_compression(packing);
    const std::size_t depth = level.depth + (!compression && level.in_compression ? 0 : 1);
    if (depth > budget_.limits().archive_depth) {
      visitor_.problem(
          info.name, ReadState::Unread,
          fmt::format("not opened: more than {} archives inside archives, the limit; raise it with --max-archive-depth",
                      budget_.limits().archive_depth));
    } else if (compression) {
      show_unpacked(head, packing, info, {depth, true});
    } else if (packing != Packing::Zip && packing != Packing::SevenZip) {
      show_members(head, nullptr, packing, info, {depth, false});
    } else if (seekable != nullptr) {
      show_seekable(*seekable, packing, info, {depth, false});
    } else {
      show_held(head, packing, info, {depth, false});
    }
  }

 private:
  // `in_place`: it is the top-level file.
  void show_plain(Head& head, Bytes first, bool in_place, const StreamInfo& info) {
    if (captures_.tool != nullptr && pcap::is_capture(first)) {
      return show_capture(*captures_.tool, in_place ? captures_.path : std::string(), head, info, budget_, visitor_);
    }
    const Utf16Head utf16 = detect_utf16(first);
    if (utf16.order == Utf16::No) return visitor_.stream(info, head);
    Utf16Stream text(head, utf16.order == Utf16::Big, utf16.mark);
    visitor_.stream(info, text);
    if (text.cut())
      visitor_.problem(info.name, ReadState::Partial, "UTF-16 text that ends in the middle of a character");
  }

  void show_unpacked(ByteStream& from, Packing packing, const StreamInfo& info, Level level) {
    const std::unique_ptr<UnpackedStream> inside = open_unpacked(from, packing, budget_);
    StreamInfo unpacked = info;
    unpacked.size_hint = 0;
    show(*inside, nullptr, unpacked, level);
    if (inside->failure()) {
      if (budget_.stopped() && level.depth == 1) return;  // said of the file as a whole
      failed(info.name, inside->produced(), inside->failure()->text);
    } else if (!inside->remark().empty()) {
      visitor_.problem(info.name, ReadState::Partial, inside->remark());
    }
  }

  void show_held(ByteStream& from, Packing packing, const StreamInfo& info, Level level) {
    const Held held(from, budget_);
    if (held.complete()) {
      MemoryStream memory(held.bytes());
      return show_seekable(memory, packing, info, level);
    }
    if (packing == Packing::SevenZip) {
      visitor_.problem(info.name, ReadState::Unread,
                       "a large 7z archive that comes out of another archive or a pipe: unpack it first");
      return;
    }
    Ahead ahead(held.bytes(), from);
    show_members(ahead, nullptr, packing, info, level);
  }

  void show_seekable(Seekable& from, Packing packing, const StreamInfo& info, Level level) {
    const bool damaged = packing == Packing::Zip && !has_zip_directory(from);
    from.seek(0);
    show_members(from, &from, packing, info, level);
    if (damaged && !budget_.stopped()) {
      visitor_.problem(
          info.name, ReadState::Partial,
          "the table of contents of the zip archive is missing or cut short: what was found without it was read");
    }
  }

  void show_members(ByteStream& from, Seekable* seekable, Packing packing, const StreamInfo& info, Level level) {
    ArchiveInput in(from, seekable);
    if (const std::optional<Error> e = in.open(packing)) {
      failed(info.name, 0, fmt::format("the {} archive can't be opened: {}", packing_name(packing), e->text));
      return;
    }
    std::size_t members = 0;
    for (int bad = 0; bad < 64;) {
      struct archive_entry* entry = nullptr;
      const int r = ::archive_read_next_header(in.get(), &entry);
      if (r == ARCHIVE_EOF) return finish(in, seekable != nullptr, members, packing, info);
      const std::string complaint = r == ARCHIVE_OK ? std::string() : in.error().text;
      if (r < ARCHIVE_WARN) {
        if (++bad == 1 || r <= ARCHIVE_FATAL) {
          failed(info.name, members,
                 fmt::format("the {} archive is damaged or cut short: {}", packing_name(packing), complaint));
        }
        if (r <= ARCHIVE_FATAL) return;
        continue;
      }
      if (!budget_.entry()) return;
      ++members;
      if (!show_member(in, entry, packing, info, level, about_letters(complaint) ? std::string() : complaint)) return;
    }
  }

  // False when the archive can't be read on.
  bool show_member(ArchiveInput& in, struct archive_entry* entry, Packing packing, const StreamInfo& info, Level level,
                   const std::string& complaint) {
    const std::string name = info.name + '!' + member_name(entry);
    if (!complaint.empty()) visitor_.problem(name, ReadState::Partial, "a damaged header: " + complaint);
    const auto type = ::archive_entry_filetype(entry);
    const std::int64_t size =
        ::archive_entry_size_is_set(entry) ? std::max<la_int64_t>(::archive_entry_size(entry), 0) : 0;
    if ((type != AE_IFREG && type != 0) || (::archive_entry_hardlink(entry) != nullptr && size == 0)) {
      if (size > 0)
        visitor_.problem(name, ReadState::Unread, "a folder, link or device that carries data: it was not read");
      return true;
    }
    if (::archive_entry_is_encrypted(entry) != 0) {
      visitor_.problem(name, ReadState::Unread, "encrypted: unpack it with its password first");
      return true;
    }
    const bool expands = packing == Packing::Zip || packing == Packing::SevenZip;
    MemberStream member(in, budget_, expands);
    show(member, nullptr, {name, member_time(entry, info.modified), static_cast<std::uint64_t>(size), {}}, level);
    if (expands && !budget_.stopped()) member.skip_rest();  // libarchive would skip without counting
    if (member.failure()) {
      failed(name, member.produced(), member.failure()->text);
    } else if (!member.warning().empty()) {
      visitor_.problem(name, ReadState::Partial, member.warning());
    }
    if (member.fatal() && !budget_.stopped()) {
      visitor_.problem(info.name, ReadState::Partial, "nothing behind the damaged member was read: " + name);
    }
    return !member.fatal() && !budget_.stopped();
  }

  // The end of the archive is not always the end of the stream, and what is wrong with that (a cut gzip) shows at its
  // end.
  void finish(ArchiveInput& in, bool seekable, std::size_t members, Packing packing, const StreamInfo& info) {
    if (members == 0) {
      MemoryStream nothing({});
      visitor_.stream(info, nothing);  // so that it is named
    }
    if (seekable) return;
    const Result<bool> more = in.drain();
    if (more && packing == Packing::Tar && in.zeros_at_end() < 512) {
      visitor_.problem(info.name, ReadState::Partial,
                       "the tar archive has no end mark: it may have been cut between two members");
    } else if (more && *more && packing != Packing::Zip) {
      visitor_.problem(info.name, ReadState::Partial,
                       "there are bytes behind the end of the archive: they were not read");
    }
  }

  void failed(const std::string& name, std::uint64_t came_out, const std::string& why) {
    visitor_.problem(name, came_out > 0 ? ReadState::Partial : ReadState::Unread, why);
  }

  Budget& budget_;
  StreamVisitor& visitor_;
  const Captures& captures_;
};

}  // namespace
}  // namespace unpack_streams

void unpack(ByteStream& from, Seekable* seekable, const StreamInfo& info, Budget& budget, StreamVisitor& visitor,
            const Captures& captures) {
  unpack_streams::Unpacker(budget, visitor, captures).show(from, seekable, info, {});
}

}  // namespace custos::ingest
