// Any bytes through a decoder, in windows of any size: every text that comes out is valid UTF-8, every place inside its record.
// Included by the fuzz targets of the line formats.
// Nothing is kept between two calls.
// One thread.
// Refuses nothing; a broken promise aborts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/text.h"
#include "ingest/format.h"

namespace custos::fuzzing {

inline int fuzz_decoder(const ingest::Format& format, const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t step = std::size_t{1} + data[0] * 3u;
  format.recognise(text, data[0] % 2 == 0);
  ingest::DecodeOptions options;
  options.modified = 1'710'496'800 * kSecond;
  options.limits.record_bytes = 4096;
  options.limits.fields = 64;
  Names names;
  LogSources sources;
  Batch batch(names, sources);
  SourceCoverage coverage;
  ingest::Report report(coverage, 10);
  const auto decoder = format.open(options);
  std::size_t at = 0, window = step;
  for (;;) {
    const std::size_t n = std::min(window, text.size() - at);
    const auto bytes = std::make_unique<char[]>(n + 64);
    if (n != 0) std::memcpy(bytes.get(), text.data() + at, n);
    const ingest::More more = at + n == text.size()                   ? ingest::More::Ended
                              : window >= options.limits.record_bytes ? ingest::More::Full
                                                                      : ingest::More::Coming;
    const std::size_t used = decoder->decode({{bytes.get(), n}, at, more}, batch, report);
    if (used > n) std::abort();
    for (std::size_t i = 0; i < batch.size(); ++i) {
      for (const Field& f : batch.fields(i)) {
        if (!is_valid_utf8(f.text())) std::abort();
        if (f.at != kNoPlace && f.at > batch.record(i).raw.size()) std::abort();
      }
    }
    const bool none = batch.empty();
    batch.clear();
    if (n == 0 && none) break;
    if (used == 0 && none) {
      if (more != ingest::More::Coming) std::abort();
      window = std::min(window * 2, options.limits.record_bytes);
    } else if (used != 0) {
      window = step;
    }
    at += used;
  }
  return 0;
}

}  // namespace custos::fuzzing
