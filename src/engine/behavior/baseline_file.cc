#include "engine/behavior/baseline_file.h"

#include <fmt/format.h>

#include "base/files/file.h"
#include "base/hash.h"
#include "base/pack.h"

namespace custos::engine {
namespace baseline_files {

constexpr std::string_view kMagic = "custos baseline\n";
constexpr std::uint32_t kVersion = 4;
constexpr std::size_t kMostBytes = std::size_t{4} << 30;

}  // namespace baseline_files

Result<std::string> read_baseline(const std::string& path) {
  using namespace baseline_files;
  auto file = read_file(path, kMostBytes);
  if (!file && file.error().code == Code::NotFound) {
    return fail(Code::NotFound, "there is no such baseline; `custos learn LOGS --baseline FILE` makes one", path);
  }
  if (!file) return tl::unexpected<Error>(file.error());
  Unpacker in(*file);
  if (in.raw(kMagic.size()) != kMagic) return fail(Code::Malformed, "is no baseline of custos; `custos learn LOGS --baseline FILE` makes one", path);
  const std::uint32_t version = in.u32();
  if (version != kVersion) {
    return fail(Code::Unsupported, fmt::format("is a baseline of version {}, this custos reads version {}: learn it anew", version, kVersion), path);
  }
  const std::uint64_t size = in.u64();
  const Bytes body = in.raw(size);
  const std::uint64_t seal = in.u64();
  if (!in.ok() || in.left() > 0 || seal != hash64(body)) return fail(Code::Malformed, "is damaged or cut: take a copy of it, or learn it anew", path);
  return std::string(body);
}

Result<void> write_baseline(const std::string& path, const std::string& body) {
  using namespace baseline_files;
  auto out = OutputFile::create(path);
  if (!out) return tl::unexpected<Error>(out.error());
  std::string head;
  Packer packer(head);
  packer.raw(kMagic);
  packer.u32(kVersion);
  packer.u64(body.size());
  (*out)->write(head);
  (*out)->write(body);
  std::string seal;
  Packer(seal).u64(hash64(body));
  (*out)->write(seal);
  return (*out)->commit();
}

}  // namespace custos::engine
