// Reads bytes through the EVTX decoder as engine/ would, for tests.
// Called by the tests of this folder.
// Owns everything it returns.
// One thread.
// Refuses a decoder that makes no progress (a test failure): every window is a fresh copy, so that stale views show up.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "ingest/format.h"

namespace custos::ingest::evtx {

extern const Format format;

struct ReadField {
  std::string name, text;
  Type type;
  std::uint32_t at;
  bool operator==(const ReadField&) const = default;
};

struct ReadEvent {
  std::uint64_t offset, number;
  Micros time;
  std::string raw;
  std::vector<ReadField> fields;
  bool operator==(const ReadEvent&) const = default;

  std::vector<std::string> all(std::string_view name) const {
    std::vector<std::string> found;
    for (const ReadField& f : fields) {
      if (f.name == name) found.push_back(f.text);
    }
    return found;
  }
  std::string one(std::string_view name) const {
    const auto found = all(name);
    return found.size() == 1 ? found[0] : "(" + std::to_string(found.size()) + " values)";
  }
};

struct ReadAll {
  std::vector<ReadEvent> events;
  SourceCoverage coverage;
  bool whole() const { return coverage.state == ReadState::Whole; }
};

inline ReadAll read_all(const Format& format_of, std::string_view file, const DecodeOptions& options = {},
                        std::size_t window_bytes = 1u << 20) {
  ReadAll all;
  Names names;
  LogSources sources;
  Batch batch(names, sources);
  Report report(all.coverage, 1000);
  const auto decoder = format_of.open(options);
  std::size_t at = 0, size = window_bytes;
  for (int idle = 0; idle < 2;) {
    const std::string_view part = file.substr(at, size);
    const auto copy = std::make_unique<char[]>(part.size() + 64);
    std::copy(part.begin(), part.end(), copy.get());
    const More more = at + part.size() == file.size() ? More::Ended : More::Coming;
    const std::size_t used = decoder->decode({{copy.get(), part.size()}, at, more}, batch, report);
    EXPECT_LE(used, part.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const Record& r = batch.record(i);
      ReadEvent e{r.offset, r.number, r.time, std::string(r.raw), {}};
      for (const Field& f : batch.fields(i)) {
        EXPECT_TRUE(is_valid_utf8(f.text()));
        EXPECT_TRUE(f.at == kNoPlace || f.at < r.raw.size());
        e.fields.push_back({std::string(names.text(f.name)), std::string(f.text()), f.type, f.at});
      }
      EXPECT_EQ(file.substr(r.offset, r.raw.size()), r.raw);
      all.events.push_back(std::move(e));
    }
    at += used;
    size = window_bytes;
    if (used == 0 && batch.empty()) {
      if (more == More::Ended) {
        EXPECT_TRUE(part.empty()) << "bytes were left at the end";
        ++idle;
      }
      size = 2 * std::max<std::size_t>(part.size(), 1);
    }
    batch.clear();
  }
  return all;
}

inline ReadAll read_evtx(std::string_view file, const DecodeOptions& options = {},
                         std::size_t window_bytes = 1u << 20) {
  return read_all(format, file, options, window_bytes);
}

}  // namespace custos::ingest::evtx
