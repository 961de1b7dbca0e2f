// Drives a decoder over text as the engine does and keeps what came out, for the tests of the line formats.
// Called by *_test.cc files only.
// Everything is owned.
// One thread.
// Refuses nothing; check() fails the running test when a rule of the contract is broken.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "ingest/format.h"

namespace custos::ingest::lines_testing {

struct Seen {
  std::vector<std::pair<std::string, std::string>> fields;
  std::vector<std::uint32_t> places;
  std::vector<Type> types;
  std::string raw, source;
  std::uint64_t offset = 0, number = 0;
  Micros time = kNoTime;

  // All values of that name, joined by '|'; "<none>" when there is none.
  std::string get(std::string_view name) const {
    std::string out;
    bool any = false;
    for (const auto& [n, v] : fields) {
      if (n != name) continue;
      if (any) out += '|';
      any = true;
      out += v;
    }
    return any ? out : "<none>";
  }
  bool operator==(const Seen&) const = default;
};

struct Driven {
  std::vector<Seen> events;
  SourceCoverage coverage;
  std::uint64_t note(const std::string& text) const {
    const auto it = coverage.notes.find(text);
    return it == coverage.notes.end() ? 0 : it->second;
  }
};

inline void check(const Seen& e, std::string_view source) {
  for (std::size_t i = 0; i < e.fields.size(); ++i) {
    ASSERT_TRUE(is_valid_utf8(e.fields[i].first) && is_valid_utf8(e.fields[i].second)) << e.fields[i].first;
    if (e.places[i] == kNoPlace) continue;
    ASSERT_LE(e.places[i], e.raw.size());
    // What has a place stands in the source at that place: the raw record may be put together, its placed part is not.
    ASSERT_LT(e.offset + e.places[i], source.size() + 1);
    ASSERT_EQ(std::string_view(e.raw).substr(e.places[i], 1),
              source.substr(e.offset + e.places[i], e.places[i] < e.raw.size() ? 1 : 0))
        << e.fields[i].first;
  }
}

inline void collect(const Batch& batch, Driven& run, std::string_view source) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Record& r = batch.record(i);
    Seen e;
    e.raw = r.raw;
    e.source = batch.sources().at(r.log_source).text();
    e.offset = r.offset;
    e.number = r.number;
    e.time = r.time;
    for (const Field& f : batch.fields(i)) {
      e.fields.emplace_back(batch.names().text(f.name), f.text());
      e.places.push_back(f.at);
      e.types.push_back(f.type);
    }
    check(e, source);
    run.events.push_back(std::move(e));
  }
}

// `step`: size of the first window; windows grow as the engine's do, up to Limits::record_bytes.
inline Driven drive(const Format& format, std::string_view text, std::size_t step = 1u << 20,
                    const DecodeOptions& options = {}) {
  Driven run;
  Names names(options.limits.names);
  LogSources sources;
  Batch batch(names, sources);
  Report report(run.coverage, options.limits.rejects_listed);
  const std::unique_ptr<Decoder> decoder = format.open(options);
  std::size_t at = 0, size = step;
  for (int idle = 0; idle < 3;) {
    const std::size_t n = std::min(size, text.size() - at);
    // A fresh, exactly sized copy: a view kept over the window's end is found by the address sanitizer.
    const auto bytes = std::make_unique<char[]>(n + 64);
    if (n != 0) std::memcpy(bytes.get(), text.data() + at, n);
    std::memset(bytes.get() + n, '"', 64);
    const bool last = at + n == text.size();
    const More more = last ? More::Ended : size >= options.limits.record_bytes ? More::Full : More::Coming;
    const std::size_t used = decoder->decode({{bytes.get(), n}, at, more}, batch, report);
    EXPECT_LE(used, n);
    const bool none = batch.empty();
    collect(batch, run, text);
    batch.clear();
    if (n == 0 && none) break;
    if (used == 0 && none) {
      EXPECT_NE(more, More::Full) << "a full window must be consumed";
      EXPECT_NE(more, More::Ended) << "the end must be consumed";
      if (more != More::Coming) break;
      size = std::min(size * 2, options.limits.record_bytes);
    } else if (used != 0) {
      size = step;
    }
    at += used;
  }
  return run;
}

// The same events whatever the windows.
inline void same_in_all_windows(const Format& format, std::string_view text, const DecodeOptions& options = {}) {
  const Driven whole = drive(format, text, 1u << 20, options);
  for (const std::size_t step : {1u, 2u, 3u, 7u, 16u, 61u, 200u}) {
    const Driven pieces = drive(format, text, step, options);
    ASSERT_EQ(pieces.events.size(), whole.events.size()) << "windows of " << step;
    for (std::size_t i = 0; i < whole.events.size(); ++i)
      ASSERT_TRUE(pieces.events[i] == whole.events[i]) << "windows of " << step << ", event " << i;
    ASSERT_EQ(pieces.coverage.reject_count, whole.coverage.reject_count) << "windows of " << step;
  }
}

// No prefix makes it crash, stop or read outside.
inline void cut_everywhere(const Format& format, std::string_view text, const DecodeOptions& options = {}) {
  for (std::size_t n = 0; n <= text.size(); ++n) {
    drive(format, text.substr(0, n), 1u << 20, options);
    drive(format, text.substr(0, n), 13, options);
    const std::string head(text.substr(0, n));
    format.recognise(head, n % 2 == 0);
  }
}

}  // namespace custos::ingest::lines_testing
