#include "evidence/package/zip.h"

#include <zlib.h>

#include "base/bytes.h"
#include "base/pack.h"
#include "base/text.h"

namespace custos::evidence {
namespace zip {
namespace {

constexpr std::uint32_t kLocal = 0x04034b50, kCentral = 0x02014b50, kEnd = 0x06054b50;
constexpr std::size_t kLocalHead = 30, kMostMembers = 60'000;

void u16(Packer& p, unsigned v) {
  p.u8(static_cast<std::uint8_t>(v & 255));
  p.u8(static_cast<std::uint8_t>(v >> 8));
}

// What local and central headers have in common: version needed to the length of the extra field.
void common(Packer& p, const ZipMember& m, std::uint32_t crc) {
  u16(p, 10);
  u16(p, 0x0800);
  u16(p, 0);
  u16(p, 0);
  u16(p, 0x0021);
  p.u32(crc);
  p.u32(static_cast<std::uint32_t>(m.bytes.size()));
  p.u32(static_cast<std::uint32_t>(m.bytes.size()));
  u16(p, static_cast<unsigned>(m.name.size()));
  u16(p, 0);
}

}  // namespace
}  // namespace zip

std::string write_zip(const std::vector<ZipMember>& members) {
  std::string out, directory;
  Packer local(out), central(directory);
  for (const ZipMember& m : members) {
    const auto at = static_cast<std::uint32_t>(out.size());
    const auto crc = static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(m.bytes.data()), m.bytes.size()));
    local.u32(zip::kLocal);
    zip::common(local, m, crc);
    local.raw(m.name);
    local.raw(m.bytes);
    central.u32(zip::kCentral);
    zip::u16(central, 10);
    zip::common(central, m, crc);
    for (int i = 0; i < 3; ++i) zip::u16(central, 0);  // comment, disk, internal attributes
    central.u32(0);
    central.u32(at);
    central.raw(m.name);
  }
  const auto start = static_cast<std::uint32_t>(out.size());
  local.raw(directory);
  local.u32(zip::kEnd);
  zip::u16(local, 0);
  zip::u16(local, 0);
  zip::u16(local, static_cast<unsigned>(members.size()));
  zip::u16(local, static_cast<unsigned>(members.size()));
  local.u32(static_cast<std::uint32_t>(directory.size()));
  local.u32(start);
  zip::u16(local, 0);
  return out;
}

Result<std::vector<ZipMember>> read_zip(std::string_view bytes) {
  const auto wrong = [] { return fail(Code::Malformed, "is no package, or a damaged one: not a ZIP file of the form that custos writes"); };
  std::vector<ZipMember> members;
  std::size_t at = 0;
  while (load_le<std::uint32_t>(bytes, at) == zip::kLocal && has(bytes, at, zip::kLocalHead)) {
    const auto size = load_le<std::uint32_t>(bytes, at + 18);
    const auto name = load_le<std::uint16_t>(bytes, at + 26);
    if (!has(bytes, at + zip::kLocalHead, std::size_t{name} + size) || members.size() == zip::kMostMembers) return wrong();
    members.push_back({std::string(bytes.substr(at + zip::kLocalHead, name)), std::string(bytes.substr(at + zip::kLocalHead + name, size))});
    if (!is_valid_utf8(members.back().name)) return wrong();
    at += zip::kLocalHead + name + size;
  }
  if (members.empty() || write_zip(members) != bytes) return wrong();
  return members;
}

}  // namespace custos::evidence
