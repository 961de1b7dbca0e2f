#include "ingest/formats/evtx/writer.h"

#include "base/text.h"
#include "ingest/formats/evtx/checksum.h"

namespace custos::ingest::evtx {
namespace writing {
namespace {

template <class T>
void append(std::string& out, T v) {
  for (std::size_t i = 0; i < sizeof v; ++i) out += static_cast<char>(v >> (8 * i));
}

template <class T>
std::string image(T v) {
  std::string s(sizeof v, '\0');
  std::memcpy(s.data(), &v, sizeof v);
  return s;
}

struct SystemSlot {
  const char* element;
  const char* attribute;  // nullptr: the slot is the element's text
  std::uint8_t type;
};
// In the order of the substitution values.
constexpr SystemSlot kSystemSlots[] = {
    {"EventID", nullptr, kUInt16},          {"Version", nullptr, kUInt8},         {"Level", nullptr, kUInt8},
    {"Task", nullptr, kUInt16},             {"Opcode", nullptr, kUInt8},          {"Keywords", nullptr, kHexInt64},
    {"TimeCreated", "SystemTime", kFileTime}, {"EventRecordID", nullptr, kUInt64}, {"Correlation", "ActivityID", kGuid},
    {"Channel", nullptr, kString},          {"Computer", nullptr, kString},       {"Security", "UserID", kSid}};
constexpr std::uint16_t kProcess = 12, kThread = 13, kData = 14, kRendering = 15, kSystemValues = 16;

std::uint8_t hex_digit(char c) {
  return static_cast<std::uint8_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

}  // namespace
}  // namespace writing

Value Value::text(std::string_view utf8) { return {kString, utf8_to_utf16le(utf8)}; }

Value Value::number(std::uint8_t type, std::uint64_t v) {
  Value made{type, {}};
  writing::append(made.bytes, v);
  made.bytes.resize(type == kSizeT ? 8 : fixed_size(type));
  return made;
}

Value Value::real32(float v) { return {kReal32, writing::image(v)}; }
Value Value::real64(double v) { return {kReal64, writing::image(v)}; }

Value Value::guid(std::string_view digits) {
  std::string b;
  bool low = false;
  for (const char c : digits) {
    if (c == '-' || c == '{' || c == '}') continue;
    if (low) {
      b.back() = static_cast<char>(static_cast<unsigned char>(b.back()) << 4 | writing::hex_digit(c));
    } else {
      b += static_cast<char>(writing::hex_digit(c));
    }
    low = !low;
  }
  b.resize(16, '\0');
  std::swap(b[0], b[3]);
  std::swap(b[1], b[2]);
  std::swap(b[4], b[5]);
  std::swap(b[6], b[7]);
  return {kGuid, b};
}

Value Value::sid(std::uint8_t authority, const std::vector<std::uint32_t>& parts) {
  Value made{kSid, {}};
  made.bytes += '\1';
  made.bytes += static_cast<char>(parts.size());
  made.bytes.append(5, '\0');
  made.bytes += static_cast<char>(authority);
  for (const std::uint32_t p : parts) writing::append(made.bytes, p);
  return made;
}

Value Value::system_time(const Civil& c) {
  Value made{kSystemTime, {}};
  for (const int v : {c.year, c.month, 0, c.day, c.hour, c.minute, c.second, c.micros / 1000}) {
    writing::append(made.bytes, static_cast<std::uint16_t>(v));
  }
  return made;
}

Value Value::array(std::uint8_t type, const std::vector<Value>& elements) {
  Value made{static_cast<std::uint8_t>(type | kArray), {}};
  for (const Value& e : elements) {
    made.bytes += e.bytes;
    if (type == kString) made.bytes.append(2, '\0');
    if (type == kAnsi) made.bytes += '\0';
  }
  return made;
}

bool Writer::add(EventDescription e) {
  if (e.number == 0) e.number = next_;
  write(e);
  if (!chunk_.end_record()) {
    if (chunk_.empty()) return false;
    end_chunk();
    write(e);
    if (!chunk_.end_record()) return false;
  }
  next_ = e.number + 1;
  return true;
}

void Writer::end_chunk() {
  if (chunk_.empty()) return;
  chunks_ += chunk_.finish_chunk();
  chunk_ = ChunkWriter();
}

std::string Writer::take_chunks() { return std::exchange(chunks_, {}); }

std::string Writer::file(bool dirty) {
  end_chunk();
  return evtx_file(chunks_, next_, dirty);
}

void Writer::write(const EventDescription& e) {
  chunk_.begin_record(e.number, e.filetime);
  chunk_.fragment();
  system(e);
  chunk_.begin_values(writing::kSystemValues);
  chunk_.value(kUInt16, Value::number(kUInt16, e.event_id).bytes);
  chunk_.value(kUInt8, Value::number(kUInt8, e.version).bytes);
  chunk_.value(kUInt8, Value::number(kUInt8, e.level).bytes);
  chunk_.value(kUInt16, Value::number(kUInt16, e.task).bytes);
  chunk_.value(kUInt8, Value::number(kUInt8, e.opcode).bytes);
  chunk_.value(kHexInt64, Value::number(kHexInt64, e.keywords).bytes);
  chunk_.value(kFileTime, Value::number(kFileTime, e.filetime).bytes);
  chunk_.value(kUInt64, Value::number(kUInt64, e.record_id == 0 ? e.number : e.record_id).bytes);
  chunk_.value(e.activity.type, e.activity.bytes);
  chunk_.value(kString, utf8_to_utf16le(e.channel));
  chunk_.value(kString, utf8_to_utf16le(e.computer));
  chunk_.value(e.user.type, e.user.bytes);
  chunk_.value(kUInt32, Value::uint32(e.process).bytes);
  chunk_.value(kUInt32, Value::uint32(e.thread).bytes);
  data(e);
  rendering(e);
  chunk_.finish();
}

void Writer::system(const EventDescription& e) {
  if (!chunk_.begin_template("system " + e.provider + " " + e.provider_guid)) return;
  chunk_.fragment();
  chunk_.open("Event", true);
  chunk_.attribute("xmlns");
  chunk_.text("http://schemas.microsoft.com/win/2004/08/events/event");
  chunk_.close_start();
  chunk_.open("System", false);
  chunk_.close_start();
  chunk_.open("Provider", true);
  chunk_.attribute("Name");
  chunk_.text(e.provider);
  if (!e.provider_guid.empty()) {
    chunk_.attribute("Guid");
    chunk_.text("{" + e.provider_guid + "}");
  }
  chunk_.close_empty();
  std::uint16_t index = 0;
  for (const writing::SystemSlot& s : writing::kSystemSlots) {
    chunk_.open(s.element, s.attribute != nullptr);
    if (s.attribute != nullptr) chunk_.attribute(s.attribute);
    if (s.attribute == nullptr) chunk_.close_start();
    chunk_.slot(index++, s.type, true);
    if (s.attribute == nullptr) chunk_.end();
    if (s.attribute != nullptr) chunk_.close_empty();
  }
  chunk_.open("Execution", true);
  chunk_.attribute("ProcessID");
  chunk_.slot(writing::kProcess, kUInt32, true);
  chunk_.attribute("ThreadID");
  chunk_.slot(writing::kThread, kUInt32, true);
  chunk_.close_empty();
  chunk_.end();
  chunk_.slot(writing::kData, kBinXml, true);
  chunk_.slot(writing::kRendering, kBinXml, true);
  chunk_.end();
  chunk_.finish();
  chunk_.end_template();
}

void Writer::data(const EventDescription& e) {
  if (e.data.empty() && e.user_data.empty()) {
    chunk_.value(kNull, {});
    return;
  }
  std::string key = "data " + e.user_data;
  for (const auto& [name, value] : e.data) key += '\n' + name + ' ' + std::to_string(value.type);
  chunk_.begin_value(kBinXml);
  chunk_.fragment();
  if (chunk_.begin_template(key)) {
    chunk_.fragment();
    chunk_.open(e.user_data.empty() ? "EventData" : "UserData", false);
    chunk_.close_start();
    if (!e.user_data.empty()) {
      chunk_.open(e.user_data, false);
      chunk_.close_start();
    }
    std::uint16_t index = 0;
    for (const auto& [name, value] : e.data) {
      const bool attribute = e.user_data.empty() && !name.empty();
      chunk_.open(e.user_data.empty() ? "Data" : name, attribute);
      if (attribute) {
        chunk_.attribute("Name");
        chunk_.text(name);
      }
      chunk_.close_start();
      chunk_.slot(index++, value.type, false);
      chunk_.end();
    }
    if (!e.user_data.empty()) chunk_.end();
    chunk_.end();
    chunk_.finish();
    chunk_.end_template();
  }
  chunk_.begin_values(e.data.size());
  for (const auto& [name, value] : e.data) chunk_.value(value.type, value.bytes);
  chunk_.finish();
  chunk_.end_value();
}

void Writer::rendering(const EventDescription& e) {
  if (e.message.empty()) {
    chunk_.value(kNull, {});
    return;
  }
  // Without a template, as forwarders write it.
  chunk_.begin_value(kBinXml);
  chunk_.fragment();
  chunk_.open("RenderingInfo", true, false);
  chunk_.attribute("Culture");
  chunk_.text("en-US");
  chunk_.close_start();
  chunk_.open("Message", false, false);
  chunk_.close_start();
  chunk_.text(e.message);
  chunk_.end();
  chunk_.end();
  chunk_.finish();
  chunk_.end_value();
}

std::string evtx_header(std::uint64_t count, std::uint64_t next_record, bool dirty) {
  std::string h(kFileMagic);
  writing::append(h, std::uint64_t{0});
  writing::append(h, count == 0 ? 0 : count - 1);
  writing::append(h, next_record);
  writing::append(h, std::uint32_t{128});
  writing::append(h, std::uint16_t{1});
  writing::append(h, std::uint16_t{3});
  writing::append(h, static_cast<std::uint16_t>(kFileHeaderBytes));
  writing::append(h, static_cast<std::uint16_t>(count));
  h.resize(120, '\0');
  const std::uint32_t sum = crc32(h);
  writing::append(h, std::uint32_t{dirty ? 1u : 0u});
  writing::append(h, sum);
  h.resize(kFileHeaderBytes, '\0');
  return h;
}

std::string evtx_file(std::string_view chunks, std::uint64_t next_record, bool dirty) {
  return evtx_header(chunks.size() / kChunkBytes, next_record, dirty).append(chunks);
}

}  // namespace custos::ingest::evtx
