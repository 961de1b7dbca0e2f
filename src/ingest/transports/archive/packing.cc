#include "ingest/transports/archive/packing.h"

#include <algorithm>

namespace custos::ingest {
namespace packing {
namespace {

using std::string_view_literals::operator""sv;

struct Magic {
  std::string_view bytes;
  Packing packing;
  const char* name;
};

constexpr Magic kMagics[] = {
    {"\x1F\x8B"sv, Packing::Gzip, "gzip"},
    {"\xFD"
     "7zXZ\0"sv,
     Packing::Xz, "xz"},
    {"\x28\xB5\x2F\xFD"sv, Packing::Zstd, "zstd"},
    {"\x04\x22\x4D\x18"sv, Packing::Lz4, "lz4"},
    {"PK\x03\x04"sv, Packing::Zip, "zip"},
    {"PK\x05\x06"sv, Packing::Zip, "zip"},
    {"PK\x30\x30PK\x03\x04"sv, Packing::Zip, "zip"},
    {"7z\xBC\xAF\x27\x1C"sv, Packing::SevenZip, "7z"},
    {"Rar!\x1A\x07"sv, Packing::Unsupported, "RAR archive"},
    {"MSCF\0\0\0\0"sv, Packing::Unsupported, "cabinet archive"},
    {"LZIP\x01"sv, Packing::Unsupported, "lzip file"},
    {"\x1F\x9D\x90"sv, Packing::Unsupported, "compress (.Z) file"},
    {"\x89LZO\0\r\n\x1A\n"sv, Packing::Unsupported, "lzop file"},
};

bool is_bzip2(Bytes h) {
  if (!h.starts_with("BZh") || (h.size() > 3 && (h[3] < '1' || h[3] > '9'))) return false;
  const Bytes block = h.size() > 4 ? h.substr(4, 6) : Bytes{};
  constexpr std::string_view kBlock = "1AY&SY"sv, kEnd = "\x17\x72\x45\x38\x50\x90"sv;
  return h.size() >= 4 && (kBlock.starts_with(block) || kEnd.starts_with(block));
}

// A zstd file may begin with a frame to be skipped, as parallel compressors write them.
bool is_skippable_zstd(Bytes h) {
  if (h.size() < 12 || (load_le<std::uint32_t>(h, 0) & 0xFFFFFFF0u) != 0x184D2A50u) return false;
  const std::uint64_t next = 8ull + load_le<std::uint32_t>(h, 4);
  return next + 4 > h.size() || load_le<std::uint32_t>(h, static_cast<std::size_t>(next)) == 0xFD2FB528u;
}

bool all_digits(Bytes s, unsigned base) {
  return std::all_of(s.begin(), s.end(), [base](char c) {
    return base == 8 ? c >= '0' && c <= '7'
                     : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

// Known, to be named: libarchive sets aside as much memory as its headers claim for a name, up to 4 GiB.
bool is_cpio(Bytes h) {
  if (h.starts_with("070701") || h.starts_with("070702")) return h.size() >= 110 && all_digits(h.substr(6, 104), 16);
  return h.starts_with("070707") && h.size() >= 76 && all_digits(h.substr(6, 70), 8);
}

// The checksum of a tar header: octal digits between blanks, the sum of all bytes with the field itself as blanks. Old
// programs summed signed bytes.
bool tar_checksum_right(Bytes h) {
  std::int64_t told = 0, sum = 0, signed_sum = 0;
  bool digits = false;
  for (std::size_t i = 148; i < 156; ++i) {
    const char c = h[i];
    if (c >= '0' && c <= '7') {
      told = told * 8 + (c - '0');
      digits = true;
    } else if (c != ' ' && c != '\0') {
      return false;
    }
  }
  for (std::size_t i = 0; i < 512; ++i) {
    const char c = i >= 148 && i < 156 ? ' ' : h[i];
    sum += static_cast<unsigned char>(c);
    signed_sum += static_cast<signed char>(c);
  }
  return digits && (told == sum || told == signed_sum);
}

bool is_tar(Bytes h) {
  if (h.size() < 512) return false;
  const Bytes magic = h.substr(257, 8);
  if (magic == "ustar\00000"sv || magic == "ustar  \0"sv)
    return true;  // a damaged checksum is for the reader to report
  return h[0] != '\0' && tar_checksum_right(h);
}

}  // namespace
}  // namespace packing

Packing detect_packing(Bytes head) {
  for (const packing::Magic& m : packing::kMagics) {
    if (head.starts_with(m.bytes)) return m.packing;
  }
  if (packing::is_bzip2(head)) return Packing::Bzip2;
  if (packing::is_skippable_zstd(head)) return Packing::Zstd;
  if (packing::is_tar(head)) return Packing::Tar;
  if (packing::is_cpio(head)) return Packing::Unsupported;
  return Packing::None;
}

bool is_compression(Packing p) {
  return p == Packing::Gzip || p == Packing::Bzip2 || p == Packing::Xz || p == Packing::Zstd || p == Packing::Lz4;
}

const char* packing_name(Packing p) {
  switch (p) {
    case Packing::Bzip2:
      return "bzip2";
    case Packing::Tar:
      return "tar";
    default:
      break;
  }
  const auto* m = std::find_if(std::begin(packing::kMagics), std::end(packing::kMagics),
                               [p](const auto& x) { return x.packing == p; });
  return m == std::end(packing::kMagics) ? "none" : m->name;
}

const char* unsupported_name(Bytes head) {
  for (const packing::Magic& m : packing::kMagics) {
    if (m.packing == Packing::Unsupported && head.starts_with(m.bytes)) return m.name;
  }
  return packing::is_cpio(head) ? "cpio archive" : "archive";
}

Utf16Head detect_utf16(Bytes head) {
  using std::string_view_literals::operator""sv;
  if (head.starts_with("\xFF\xFE"sv) && !head.starts_with("\xFF\xFE\0\0"sv)) return {Utf16::Little, 2};
  if (head.starts_with("\xFE\xFF"sv)) return {Utf16::Big, 2};
  // Text without a mark: nearly all units of the head are of ASCII, and the first four are without exception.
  const std::size_t units = std::min<std::size_t>(head.size(), kPackingHead) / 2;
  if (units < 4) return {};
  const auto text = [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\t' || c == '\r' || c == '\n'; };
  for (const std::size_t low : {std::size_t{0}, std::size_t{1}}) {
    std::size_t good = 0;
    bool begins = true;
    for (std::size_t i = 0; i < units; ++i) {
      const bool is = text(head[2 * i + low]) && head[2 * i + 1 - low] == '\0';
      good += is;
      begins = begins && (is || i >= 4);
    }
    if (begins && good * 10 >= units * 9) return {low == 0 ? Utf16::Little : Utf16::Big, 0};
  }
  return {};
}

}  // namespace custos::ingest
