// JSON from bytes to events: the decoder through windows of several sizes, and its flattener against the naive twin.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/text.h"
#include "ingest/format.h"
#include "ingest/formats/json/naive_twin.h"

namespace custos::ingest::json {
extern const Format format;
}

namespace {

void check(bool ok) {
  if (!ok) std::abort();
}

void decode(std::string_view text, std::size_t window, std::size_t record_bytes) {
  using namespace custos;
  Names names(1000);
  LogSources sources;
  Batch batch(names, sources);
  SourceCoverage coverage;
  ingest::Report report(coverage, 10);
  ingest::DecodeOptions options;
  options.limits.record_bytes = record_bytes;
  const auto decoder = ingest::json::format.open(options);
  std::size_t at = 0, size = window;
  for (int idle = 0; idle < 2;) {
    const std::size_t n = std::min(size, text.size() - at);
    std::vector<char> bytes(n + 64, '\0');
    std::copy_n(text.data() + at, n, bytes.data());
    const auto more = at + n == text.size() ? ingest::More::Ended : size >= record_bytes ? ingest::More::Full : ingest::More::Coming;
    const std::size_t used = decoder->decode({Bytes(bytes.data(), n), at, more}, batch, report);
    check(used <= n);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      for (const Field& f : batch.fields(i)) {
        check(is_valid_utf8(f.text()) && is_valid_utf8(names.text(f.name)));
        check(f.at == kNoPlace || f.at <= batch.record(i).raw.size());
      }
    }
    const bool none = batch.empty() && used == 0;
    batch.clear();
    at += used;
    if (none) {
      check(more != ingest::More::Full);
      size = std::min(size * 2, record_bytes);
    }
    idle = none && more == ingest::More::Ended ? idle + 1 : 0;
  }
  check(at == text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  decode(text, 1u << 20, 1u << 20);
  decode(text, 8, 256);
  custos::Names names;
  custos::LogSources sources;
  custos::Batch batch(names, sources);
  const custos::Limits limits;
  custos::ingest::json::Flattener flattener(limits);
  check(custos::ingest::json::naive::difference(text, flattener, batch, limits).empty());
  std::string padded(text);
  padded.append(64, '\0');
  custos::ingest::json::format.recognise({padded.data(), size}, true);
  return 0;
}
