// Any bytes as the streams and the directory of an index's part, under hashes that hold: read or refused, never more.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "base/hash.h"
#include "store/hunt/part_reader.h"

namespace {

using custos::Result;
namespace store = custos::store;

class Bytes final : public custos::AppendFile {
 public:
  Result<void> append(std::string_view more) override {
    all += more;
    return {};
  }
  Result<void> sync() override { return {}; }
  std::string all{"custos hunt 1\n\0\0", 16};
};

void ask(store::HuntPart& part) {
  for (const char* key : {"h", "ha", "uroot", "z"}) {
    const auto named = part.find(key);
    static_cast<void>(part.lower_bound(key));
    std::vector<store::HuntPart::Named> of;
    if (named && *named) of.push_back(**named);
    of.push_back({0, 0, 20});
    std::size_t seen = 0;
    static_cast<void>(part.each_combination(of, [&](const store::HuntPart::Combination& c, std::uint64_t) {
      if (++seen > 50) return;
      static_cast<void>(part.each_key(c.entities, [](std::uint32_t, std::string_view) {}));
      std::size_t events = 0;
      if (c.without_time + c.with_time < 10'000) static_cast<void>(part.each_event(c, [&](std::uint32_t, std::uint64_t, custos::Micros) { ++events; }));
    }));
  }
}

}  // namespace

// The first bytes say how long the five streams are; what the directory says of counts comes behind them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string path = (std::filesystem::temp_directory_path() / ("hunt-index-fuzz-" + std::to_string(getpid()))).string();
  if (size < 12) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data) + 12, size - 12);
  Bytes file;
  std::uint64_t at = file.all.size();
  std::string directory, streams;
  custos::Packer described(streams);
  for (int s = 0; s < 5; ++s) {
    const std::size_t n = std::min<std::size_t>(rest.size(), data[s] * (s == 0 ? 1u : 4u));
    store::hunt::StreamWriter out(file, at);
    out.bytes() = rest.substr(0, n);
    rest.remove_prefix(n);
    if (!out.settle(true)) return 0;
    out.describe(described);
  }
  custos::Packer p(directory);
  for (int i = 5; i < 8; ++i) p.varint(data[i]);  // events, combinations, entities
  p.varint(data[8] % 4);
  for (int i = 0; i < data[8] % 4; ++i) {
    p.text("");
    p.varint(static_cast<std::uint64_t>(i));
  }
  p.varint(data[9] % 4);
  for (int i = 0; i < data[9] % 4; ++i) p.text("kind");
  p.raw(streams);
  if (data[10] == 0) directory.resize(directory.size() - std::min<std::size_t>(directory.size(), data[11]));
  custos::Packer footer(file.all);
  const std::uint64_t hash = custos::hash64(directory);
  file.all += directory;
  footer.u64(at);
  footer.u64(directory.size());
  footer.u64(hash);
  footer.raw("end hunt");
  std::ofstream(path, std::ios::binary) << file.all;
  const auto part = store::HuntPart::open(path, {file.all.size(), hash});
  if (part) ask(**part);
  if (!part && part.error().text.empty()) std::abort();
  return 0;
}
