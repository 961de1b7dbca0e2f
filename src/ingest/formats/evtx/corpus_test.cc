#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "ingest/formats/evtx/layout.h"
#include "ingest/formats/evtx/read_for_test.h"

namespace custos::ingest::json {
extern const Format format;
}

namespace custos::ingest::evtx {
namespace corpus_test {
namespace {

namespace fs = std::filesystem;
using Flat = std::vector<std::pair<std::string, std::string>>;  // null is "\0"
constexpr const char* kNullText = "(null)";

fs::path corpora() {
  const char* given = std::getenv("CUSTOS_CORPORA");
  return given != nullptr ? fs::path(given) : fs::path(CUSTOS_SOURCE_DIR) / "../shared/corpora";
}

std::vector<fs::path> files(const char* folder, std::string_view extension) {
  std::vector<fs::path> found;
  std::error_code none;
  for (const auto& entry : fs::recursive_directory_iterator(corpora() / folder, none)) {
    if (entry.path().extension() == extension) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string text_of(simdjson::dom::element v) {
  if (v.is_null()) return kNullText;
  if (v.is_string()) return std::string(std::string_view(v));
  return simdjson::minify(v);
}

// An exported event, flattened to the names of envelopes/windows.h.
class Flattener {
 public:
  Flat flatten(simdjson::dom::object document) {
    const simdjson::dom::object event = document["Event"].get_object();
    for (const auto [section, value] : event) {
      if (section == "System") walk("", "", value, true);
      if (section == "EventData") walk("", "EventData", value, false);
      if (section == "RenderingInfo") walk("RenderingInfo", "", value, false);
      if (section != "UserData" || !value.is_object()) continue;
      for (const auto [wrapper, inner] : value.get_object()) {
        if (wrapper != "#attributes" && !inner.is_null()) walk("", std::string(wrapper), inner, false);
      }
    }
    std::sort(out_.begin(), out_.end());
    return std::move(out_);
  }

 private:
  // `self` names the element itself where its children have no prefix.
  void walk(const std::string& prefix, const std::string& self, simdjson::dom::element v, bool system) {
    if (v.is_array()) {
      for (const auto element : v.get_array()) walk(prefix, self, element, system);
    } else if (v.is_object()) {
      for (const auto [key, value] : v.get_object()) {
        if (key == "#text") {
          walk(prefix, self, value, system);
        } else if (key == "#attributes") {
          for (const auto [name, text] : value.get_object())
            attribute(prefix.empty() ? self : prefix, std::string(name), text, system);
        } else {
          walk(prefix.empty() ? std::string(key) : prefix + "." + std::string(key), "", value, system);
        }
      }
    } else {
      const std::string text = text_of(v);
      if (prefix.empty() || (system && (text.empty() || text == kNullText))) return;
      out_.emplace_back(prefix, text);
    }
  }

  void attribute(const std::string& of, const std::string& name, simdjson::dom::element text, bool system) {
    if (name.starts_with("xmlns")) return;
    out_.emplace_back(system && name == "EventSourceName" ? name : of + (system ? "_" : ".") + name, text_of(text));
  }

  Flat out_;
};

std::string without_blanks(std::string name) {
  std::erase(name, ' ');
  return name;
}

// Our fields, without what WindowsEvents::finish() derives from others.
Flat ours(const ReadEvent& e, const Flat& theirs) {
  Flat flat;
  for (const ReadField& f : e.fields) {
    const bool derived =
        f.name == "sha1" || f.name == "md5" || f.name == "sha256" || f.name == "Imphash" || f.name == "SourceName" ||
        std::any_of(e.fields.begin(), e.fields.end(), [&](const ReadField& o) { return o.name != f.name && without_blanks(o.name) == f.name; });
    const auto same = [&](const auto& t) { return t.first == f.name; };
    if (derived && std::none_of(theirs.begin(), theirs.end(), same)) continue;
    flat.emplace_back(f.name, f.type == Type::Null ? kNullText : f.text);
  }
  std::sort(flat.begin(), flat.end());
  return flat;
}

Flat all_of(const ReadEvent& e) {
  Flat flat;
  for (const ReadField& f : e.fields) flat.emplace_back(f.name, f.type == Type::Null ? kNullText : f.text);
  std::sort(flat.begin(), flat.end());
  return flat;
}

// A twin may have been edited: the letter case of a path, or digits of a time that our microseconds don't hold.
bool near(const std::string& a, const std::string& b) {
  const auto ta = parse_time(a), tb = parse_time(b);
  return equals_ignore_ascii_case(a, b) || (ta && tb && *ta == *tb);
}

std::string difference(const Flat& a, const Flat& b, std::size_t& edited) {
  Flat only_a, only_b;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(only_a));
  std::set_difference(b.begin(), b.end(), a.begin(), a.end(), std::back_inserter(only_b));
  std::string s;
  for (const auto& field : only_a) {
    const auto same = [&](const auto& f) { return f.first == field.first && near(f.second, field.second); };
    const auto twin = std::find_if(only_b.begin(), only_b.end(), same);
    if (twin == only_b.end()) {
      s += " evtx only: " + field.first + "=" + field.second;
      continue;
    }
    only_b.erase(twin);
    ++edited;
  }
  for (const auto& [name, text] : only_b) s += " json only: " + name + "=" + text;
  return s;
}

TEST(EvtxCorpus, EveryFieldEqualsTheExportedJson) {
  const auto samples = files("sigma-regression", ".evtx");
  if (samples.empty()) GTEST_SKIP() << "no corpora: set CUSTOS_CORPORA";
  std::size_t compared = 0, edited = 0;
  for (const fs::path& path : samples) {
    fs::path twin = path;
    twin.replace_extension(".json");
    if (!fs::exists(twin)) continue;
    const ReadAll all = read_evtx(bytes_of(path));
    std::multimap<std::string, const ReadEvent*> by_number;
    for (const ReadEvent& e : all.events) by_number.emplace(e.one("EventRecordID"), &e);
    simdjson::dom::parser parser;
    simdjson::dom::document_stream documents;
    const simdjson::padded_string json = simdjson::padded_string(bytes_of(twin));
    ASSERT_EQ(parser.parse_many(json, json.size() + 64).get(documents), simdjson::SUCCESS);
    std::size_t in_file = 0;
    for (const auto document : documents) {
      ASSERT_EQ(document.error(), simdjson::SUCCESS) << twin;
      const Flat theirs = Flattener().flatten(document.get_object());
      const auto id =
          std::find_if(theirs.begin(), theirs.end(), [](const auto& f) { return f.first == "EventRecordID"; });
      ASSERT_NE(id, theirs.end());
      std::string why = " missing";
      for (auto [it, end] = by_number.equal_range(id->second); it != end && !why.empty(); ++it) {
        why = difference(ours(*it->second, theirs), theirs, edited);
      }
      EXPECT_EQ(why, "") << path;
      ++compared;
      ++in_file;
    }
    EXPECT_EQ(in_file, all.events.size()) << path;
  }
  RecordProperty("events compared", static_cast<int>(compared));
  RecordProperty("values edited in the twin", static_cast<int>(edited));
  EXPECT_GT(compared, 0u);
  EXPECT_LE(edited * 50, compared);
}

// The same twins through the decoder of JSON: a rule must see the same fields, whichever of the two an institution keeps.
TEST(EvtxCorpus, TheJsonDecoderReadsTheSameFields) {
  const auto samples = files("sigma-regression", ".evtx");
  if (samples.empty()) GTEST_SKIP() << "no corpora: set CUSTOS_CORPORA";
  std::size_t compared = 0, edited = 0;
  for (const fs::path& path : samples) {
    fs::path twin = path;
    twin.replace_extension(".json");
    if (!fs::exists(twin)) continue;
    std::multimap<std::string, Flat> by_number;
    for (const ReadEvent& e : read_evtx(bytes_of(path)).events) by_number.emplace(e.one("EventRecordID"), all_of(e));
    for (const ReadEvent& e : read_all(json::format, bytes_of(twin)).events) {
      std::string why = " missing";
      for (auto [it, end] = by_number.equal_range(e.one("EventRecordID")); it != end && !why.empty(); ++it) {
        why = difference(it->second, all_of(e), edited);
      }
      EXPECT_EQ(why, "") << path;
      ++compared;
    }
  }
  RecordProperty("events compared", static_cast<int>(compared));
  EXPECT_GT(compared, 0u);
  EXPECT_LE(edited * 50, compared);
}

// Sound chunks say themselves how many records they hold: an answer that doesn't come from the records.
TEST(EvtxCorpus, EveryRecordOfASoundLogIsRead) {
  auto logs = files("evtx-to-mitre", ".evtx");
  const auto more = files("evtx-parser", ".evtx");
  logs.insert(logs.end(), more.begin(), more.end());
  if (logs.empty()) GTEST_SKIP() << "no corpora: set CUSTOS_CORPORA";
  for (const fs::path& path : logs) {
    const std::string file = bytes_of(path);
    std::uint64_t announced = 0;
    bool sound = true;
    for (std::size_t at = kFileHeaderBytes; at + kChunkHeaderBytes <= file.size(); at += kChunkBytes) {
      if (file.compare(at, 8, kChunkMagic) != 0) continue;
      const ChunkHeader h = read_chunk_header(Bytes(file).substr(at, kChunkBytes));
      sound = sound && h.sound && h.data_sound;
      announced += h.last_record - h.first_record + 1;
    }
    const ReadAll all = read_evtx(file);
    const auto stale = all.coverage.notes.find("record behind the end its chunk announces");
    const bool noted = stale != all.coverage.notes.end();
    if (sound) {
      EXPECT_EQ(all.events.size(), announced + (noted ? stale->second : 0)) << path;
    } else {
      EXPECT_GT(all.events.size(), 0u) << path;
      EXPECT_FALSE(all.whole()) << path;
    }
  }
}

}  // namespace
}  // namespace corpus_test
}  // namespace custos::ingest::evtx
