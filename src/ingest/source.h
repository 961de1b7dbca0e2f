// From a path to the streams of bytes in it: folders, archives inside archives, compressed files, standard input.
// Called by engine/; feeds decoders through a visitor.
// A ByteStream lives during the visit of its stream.
// One thread per visit; several files may be visited by several threads.
// Refuses bombs, devices, pipes and links that lead nowhere: each is named as a problem. Writes nothing, but for --pcap.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "base/time.h"
#include "ingest/captures.h"
#include "model/coverage.h"

namespace custos::ingest {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Up to `size` bytes into `to`; 0 at the end. An error ends the stream: what came before it stays valid.
  virtual Result<std::size_t> read(char* to, std::size_t size) = 0;
};

struct StreamInfo {
  std::string name;             // path; members after '!': "logs.zip!inner.tar.gz!a.evtx"; valid UTF-8
  Micros modified = kNoTime;
  std::uint64_t size_hint = 0;  // bytes, 0 when unknown
  std::string handed_to = {};   // of a packet capture: the tool whose logs are shown next, "Suricata 7.0.10"
};

class StreamVisitor {
 public:
  virtual ~StreamVisitor() = default;
  // One stream of unpacked bytes. UTF-16 text has already become UTF-8.
  virtual void stream(const StreamInfo& info, ByteStream& bytes) = 0;
  // Something that was not read, or not to its end, and why; `name` as in StreamInfo.
  virtual void problem(const std::string& name, ReadState state, const std::string& why) = 0;
  // Packed bytes consumed of the top-level file so far, for progress.
  virtual void progress(std::uint64_t bytes) = 0;
};

// A file found by walk(): `path` as the system wants it (raw bytes), `name` as people may see it.
struct SourceFile {
  std::string path;
  std::string name;
  std::uint64_t size = 0;
  Micros modified = kNoTime;
};

struct Unreadable {
  std::string name;
  std::string why;
};

struct Walk {
  std::vector<SourceFile> files;       // in a fixed order: arguments as given, folders by name
  std::vector<Unreadable> unreadable;  // pipes, sockets, dangling links, no permission, ...
};

// Expands files and folders ("-" is standard input). A path that does not exist is an error: nothing was meant by it.
Result<Walk> walk(const std::vector<std::string>& paths, const Limits& limits);

// Opens one file, unpacks whatever it holds and shows the visitor every stream. With `tool` packet captures are handed to
// it, and the logs it makes are shown behind them: "x.pcap!zeek/conn.log".
void visit(const SourceFile& file, const Limits& limits, StreamVisitor& visitor, const CaptureTool* tool = nullptr);

}  // namespace custos::ingest
