#include "engine/bench/work.h"

#include <openssl/evp.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <thread>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/clock.h"

namespace custos::engine::benchmarking {
namespace working {

constexpr std::size_t kBlock = 1u << 20;

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// Shows every stream of the files to a function.
class EachStream final : public ingest::StreamVisitor {
 public:
  using Do = std::function<void(const ingest::StreamInfo&, ingest::ByteStream&)>;
  explicit EachStream(Do what) : do_(std::move(what)) {}
  void stream(const ingest::StreamInfo& info, ingest::ByteStream& bytes) override { do_(info, bytes); }
  void problem(const std::string&, ReadState, const std::string&) override {}
  void progress(std::uint64_t) override {}

 private:
  Do do_;
};

void each_stream(const Files& files, const Limits& limits, EachStream::Do what) {
  EachStream visitor(std::move(what));
  for (const auto& f : files) ingest::visit(f, limits, visitor);
}

void each_block(const Files& files, const Limits& limits, const std::function<void(const char*, std::size_t)>& what) {
  std::vector<char> block(kBlock);
  each_stream(files, limits, [&](const ingest::StreamInfo&, ingest::ByteStream& bytes) {
    for (;;) {
      const auto n = bytes.read(block.data(), block.size());
      if (!n || *n == 0) break;
      what(block.data(), *n);
    }
  });
}

// Lines through simdjson where they lie; a line that is cut by the end of the block is moved to its front.
class LineParser {
 public:
  void run(ingest::ByteStream& bytes, Counted& c) {
    std::size_t held = 0;
    for (;;) {
      if (held == block_.size() - simdjson::SIMDJSON_PADDING) block_.resize(block_.size() * 2);
      const auto n = bytes.read(block_.data() + held, block_.size() - simdjson::SIMDJSON_PADDING - held);
      if (!n || *n == 0) break;
      c.bytes += *n;
      held = lines(held + *n, c);
    }
    if (held > 0) parse(0, held, c);
  }

 private:
  std::size_t lines(std::size_t size, Counted& c) {
    std::size_t at = 0;
    while (at < size) {
      const auto* end = static_cast<const char*>(std::memchr(block_.data() + at, '\n', size - at));
      if (end == nullptr) break;
      const auto stop = static_cast<std::size_t>(end - block_.data());
      parse(at, stop, c);
      at = stop + 1;
    }
    std::memmove(block_.data(), block_.data() + at, size - at);
    return size - at;
  }
  void parse(std::size_t from, std::size_t to, Counted& c) {
    if (from == to) return;
    ++c.events;
    if (parser_.parse(block_.data() + from, to - from, false).error() != simdjson::SUCCESS) ++c.failed;
  }

  std::vector<char> block_ = std::vector<char>(kBlock + simdjson::SIMDJSON_PADDING);
  simdjson::dom::parser parser_;
};

}  // namespace working

Stopwatch::Stopwatch() : start_{steady_seconds(), working::cpu_seconds()} {}
Spent Stopwatch::spent() const { return {steady_seconds() - start_.wall, working::cpu_seconds() - start_.cpu}; }

Counted sha256_of(const Files& files, const Limits& limits) {
  const Stopwatch watch;
  Counted c;
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr);
  working::each_block(files, limits, [&](const char* data, std::size_t size) {
    EVP_DigestUpdate(digest.get(), data, size);
    c.bytes += size;
  });
  unsigned char hash[EVP_MAX_MD_SIZE];
  EVP_DigestFinal_ex(digest.get(), hash, nullptr);
  c.spent = watch.spent();
  return c;
}

Counted count_lines(const Files& files, const Limits& limits) {
  const Stopwatch watch;
  Counted c;
  working::each_block(files, limits, [&](const char* data, std::size_t size) {
    c.events += static_cast<std::uint64_t>(std::count(data, data + size, '\n'));
    c.bytes += size;
  });
  c.spent = watch.spent();
  return c;
}

Counted parse_json(const Files& files, const Limits& limits) {
  const Stopwatch watch;
  Counted c;
  working::LineParser parser;
  working::each_stream(files, limits, [&](const ingest::StreamInfo&, ingest::ByteStream& bytes) {
    ingest::Head head(bytes);
    const Bytes first = head.look();
    const ingest::Format* format = ingest::recognise(first, head.whole());
    if (format != nullptr && format->name == "json") parser.run(head, c);
  });
  c.spent = watch.spent();
  return c;
}

std::map<std::string, Counted> decode(const Files& files, const Limits& limits) {
  std::map<std::string, Counted> by_format;
  Names names(limits.names);
  LogSources sources;
  Batch batch(names, sources);
  working::each_stream(files, limits, [&](const ingest::StreamInfo& info, ingest::ByteStream& bytes) {
    const Stopwatch watch;
    ingest::Head head(bytes);
    const Bytes first = head.look();
    const ingest::Format* format = ingest::recognise(first, head.whole());
    if (format == nullptr) return;
    SourceCoverage coverage;
    ingest::Report report(coverage, 0);
    const auto decoder = format->open({limits, info.modified, false});
    const auto summary = ingest::read_all(head, *decoder, batch, report, limits, [](Batch&) {});
    Counted& c = by_format[std::string(format->name)];
    const Spent spent = watch.spent();
    c.events += summary.events;
    c.bytes += summary.bytes;
    c.failed += report.rejects();
    c.spent.wall += spent.wall;
    c.spent.cpu += spent.cpu;
  });
  return by_format;
}

Counted scan_all(const Files& files, const std::shared_ptr<const rules::Program>& program, const ScanOptions& options, unsigned workers) {
  const Stopwatch watch;
  const auto correlations = rules::make_correlations(program);
  Shared shared;
  shared.options = &options;
  shared.program = program;
  shared.correlations = correlations.get();
  std::vector<std::unique_ptr<Worker>> all;
  for (unsigned w = 0; w < workers; ++w) all.push_back(std::make_unique<Worker>(shared));
  const auto work = [&](unsigned w) {
    for (std::size_t i = 0; i < files.size(); ++i) all[w]->scan_file(files[i], static_cast<std::uint32_t>((w * files.size() + i) * 256), 256);
  };
  std::vector<std::thread> threads;
  for (unsigned w = 1; w < workers; ++w) threads.emplace_back(work, w);
  work(0);
  for (std::thread& t : threads) t.join();
  FindingSet findings;
  for (auto& w : all) findings.join(std::move(w->findings()));
  Counted c;
  // A correlation that can't be run is a full disk: the row then shows the rest of the work.
  static_cast<void>(correlations->run([&](const rules::Correlated&) { ++c.hits; }));
  c.hits += findings.take().size();
  c.events = shared.events;
  for (const auto& w : all) {
    for (const auto& [ordinal, source] : w->sources()) c.bytes += source.bytes;
  }
  c.spent = watch.spent();
  return c;
}

std::uint64_t peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) << 10;
}

}  // namespace custos::engine::benchmarking
