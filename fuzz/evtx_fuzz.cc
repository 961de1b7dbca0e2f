// Any bytes through the EVTX decoder, in windows of a size taken from the bytes, with and without carving.
// A first byte of 'w' makes the rest a list of events for the writer instead: what it writes must be read back whole.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "base/text.h"
#include "ingest/formats/evtx/checksum.h"
#include "ingest/formats/evtx/writer.h"
#include "ingest/format.h"

namespace custos::ingest::evtx {
extern const Format format;

namespace fuzzing {
namespace {

void check(bool good) {
  if (!good) std::abort();
}

std::size_t read(std::string_view file, std::size_t window, bool carve, SourceCoverage& coverage) {
  Names names;
  LogSources sources;
  Batch batch(names, sources);
  Report report(coverage, 100);
  DecodeOptions options;
  options.carve = carve;
  const auto decoder = format.open(options);
  std::size_t events = 0, at = 0, size = window;
  while (true) {
    const std::string_view part = file.substr(at, size);
    const auto copy = std::make_unique<char[]>(part.size() + 64);
    if (!part.empty()) std::memcpy(copy.get(), part.data(), part.size());
    const More more = at + part.size() == file.size() ? More::Ended : More::Coming;
    const std::size_t used = decoder->decode({{copy.get(), part.size()}, at, more}, batch, report);
    check(used <= part.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      for (const Field& f : batch.fields(i))
        check(is_valid_utf8(f.text()) && (f.at == kNoPlace || f.at < batch.record(i).raw.size()));
    }
    events += batch.size();
    size = window;
    if (used == 0 && batch.empty()) {
      check(more != More::Ended || part.empty());
      if (part.empty()) return events;
      size = part.size() * 2;
    }
    at += used;
    batch.clear();
  }
}

// A chunk's checksums made right, so that flipped bits reach what lies behind them.
std::string chunk_of(std::string_view bytes) {
  Writer w;
  w.add({.data = {{"A", Value::text("b")}}});
  std::string file = w.file();
  const std::size_t n = bytes.size() < 60'000 ? bytes.size() : 60'000;
  file.replace(4096 + 512, n, bytes.substr(0, n));
  return file;
}

void written(std::string_view bytes) {
  Writer w;
  std::size_t events = 0;
  while (bytes.size() > 3) {
    EventDescription e;
    e.event_id = static_cast<unsigned char>(bytes[0]);
    const std::size_t fields = static_cast<unsigned char>(bytes[1]) % 8;
    bytes.remove_prefix(2);
    for (std::size_t i = 0; i < fields && bytes.size() > 2; ++i) {
      auto type = static_cast<std::uint8_t>(bytes[0]);
      const std::size_t n = std::min<std::size_t>(static_cast<unsigned char>(bytes[1]), bytes.size() - 2);
      if ((type & 0x7F) == kBinXml) type = kBinary;
      e.data.emplace_back("F" + std::to_string(i % 3), Value{type, std::string(bytes.substr(2, n))});
      bytes.remove_prefix(2 + n);
    }
    events += w.add(e) ? 1 : 0;
  }
  SourceCoverage coverage;
  check(read(w.file(), 1 << 17, false, coverage) == events);
  check(coverage.state == ReadState::Whole && coverage.notes.empty());
}

}  // namespace
}  // namespace fuzzing
}  // namespace custos::ingest::evtx

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace custos::ingest::evtx;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  custos::SourceCoverage coverage;
  if (data[0] == 'w') {
    fuzzing::written(bytes);
  } else if (data[0] == 'c') {
    fuzzing::read(fuzzing::chunk_of(bytes), 1 << 17, false, coverage);
  } else {
    fuzzing::read(bytes, 1 + data[0] * 700u, (data[0] & 1) != 0, coverage);
  }
  return 0;
}
