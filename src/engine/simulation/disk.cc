#include "engine/simulation/disk.h"

#include <charconv>
#include <filesystem>

#include "base/files/file.h"
#include "ingest/ingest.h"

namespace custos::engine {
namespace simulation_files {
namespace {

using ingest::evtx::Value;
using simulate::FieldType;

std::uint64_t whole(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x");
  std::uint64_t v = 0;
  std::from_chars(text.data() + (hexadecimal ? 2 : 0), text.data() + text.size(), v, hexadecimal ? 16 : 10);
  return v;
}

Value sid(std::string_view text) {
  if (!text.starts_with("S-1-")) return Value::null();
  text.remove_prefix(4);
  std::vector<std::uint32_t> parts;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('-'));
    parts.push_back(static_cast<std::uint32_t>(whole(part)));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
  }
  if (parts.empty()) return Value::null();
  return Value::sid(static_cast<std::uint8_t>(parts[0]), {parts.begin() + 1, parts.end()});
}

// FILETIME counts from 1601-01-01.
std::uint64_t filetime(Micros t) { return static_cast<std::uint64_t>(t + 11'644'473'600 * kSecond) * 10; }

Value typed(FieldType type, std::string_view text) {
  namespace evtx = ingest::evtx;
  switch (type) {
    case FieldType::Unsigned: return Value::uint32(static_cast<std::uint32_t>(whole(text)));
    case FieldType::Hex32: return Value::number(evtx::kHexInt32, whole(text));
    case FieldType::Hex64: return Value::number(evtx::kHexInt64, whole(text));
    case FieldType::Guid: return Value::guid(text);
    case FieldType::Sid: return sid(text);
    case FieldType::Boolean: return Value::boolean(text == "true");
    case FieldType::Time: {
      const auto t = parse_time(text);
      return t ? Value::number(evtx::kFileTime, filetime(*t)) : Value::null();
    }
    default: return Value::text(text);
  }
}

class Text : public simulate::TextFile {
 public:
  Text(std::unique_ptr<OutputFile> file, Disk& disk) : file_(std::move(file)), disk_(disk) {}
  ~Text() override {
    if (auto ok = file_->commit(); !ok) disk_.keep(ok.error());
  }
  void write(std::string_view bytes) override {
    file_->write(bytes);
    if (file_->failed()) disk_.stop();
  }

 private:
  std::unique_ptr<OutputFile> file_;
  Disk& disk_;
};

class Evtx : public simulate::EvtxFile {
 public:
  Evtx(std::unique_ptr<OutputFile> file, Disk& disk) : file_(std::move(file)), disk_(disk) { file_->write(std::string(4'096, '\0')); }
  ~Evtx() override {
    writer_.end_chunk();
    take();
    file_->rewrite_start(ingest::evtx::evtx_header(chunks_, writer_.next_record()));
    if (auto ok = file_->commit(); !ok) disk_.keep(ok.error());
  }
  void write(const simulate::WindowsEvent& e) override {
    ingest::evtx::EventDescription d;
    d.provider = e.kind->provider;
    d.provider_guid = e.kind->guid;
    d.event_id = e.kind->event_id;
    d.version = e.kind->version;
    d.level = e.kind->level;
    d.opcode = e.kind->opcode;
    d.task = e.kind->task;
    d.keywords = e.kind->keywords;
    d.filetime = filetime(e.time);
    d.record_id = e.number;
    d.process = e.process;
    d.thread = e.thread;
    d.channel = e.kind->channel;
    d.computer = e.computer;
    if (!e.user_sid.empty()) d.user = sid(e.user_sid);
    d.user_data = e.kind->user_data;
    for (std::size_t i = 0; i < e.values.size(); ++i) d.data.emplace_back(e.kind->fields[i].name, typed(e.kind->fields[i].type, e.values[i]));
    if (!writer_.add(std::move(d))) disk_.keep({Code::Internal, "an event is too large for EVTX", file_->path()});
    take();
    if (chunks_ >= 65'535) disk_.keep({Code::Limit, "an EVTX file holds 4 GB at most; write Windows events as ndjson, or simulate fewer hosts", file_->path()});
  }

 private:
  void take() {
    const std::string finished = writer_.take_chunks();
    chunks_ += finished.size() / 65'536;
    file_->write(finished);
    if (file_->failed()) disk_.stop();
  }
  std::unique_ptr<OutputFile> file_;
  Disk& disk_;
  ingest::evtx::Writer writer_;
  std::uint64_t chunks_ = 0;
};

// Where nothing can be written any more.
class Nowhere : public simulate::TextFile, public simulate::EvtxFile {
  void write(std::string_view) override {}
  void write(const simulate::WindowsEvent&) override {}
};

}  // namespace
}  // namespace simulation_files

Result<std::string> Disk::place(const std::string& path) {
  if (path == "-") return path;
  const std::filesystem::path whole = std::filesystem::path(folder_) / path;
  std::error_code error;
  std::filesystem::create_directories(whole.parent_path(), error);
  if (error) return fail(Code::Denied, error.message(), whole.parent_path().string());
  return whole.string();
}

std::unique_ptr<simulate::TextFile> Disk::text(const std::string& path) {
  const auto where = place(path);
  auto file = where ? OutputFile::create(*where) : tl::unexpected(where.error());
  if (file) return std::make_unique<simulation_files::Text>(std::move(*file), *this);
  keep(file.error());
  return std::make_unique<simulation_files::Nowhere>();
}

std::unique_ptr<simulate::EvtxFile> Disk::evtx(const std::string& path) {
  const auto where = place(path);
  auto file = where ? OutputFile::create(*where) : tl::unexpected(where.error());
  if (file) return std::make_unique<simulation_files::Evtx>(std::move(*file), *this);
  keep(file.error());
  return std::make_unique<simulation_files::Nowhere>();
}

}  // namespace custos::engine
