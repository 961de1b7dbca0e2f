#include "evidence/log/contents.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/time.h"
#include "evidence/notes/lines.h"

namespace custos::evidence {
namespace claims {
namespace {

SegmentClaim segment_of(std::uint64_t index, const nlohmann::json& e) {
  SegmentClaim s;
  s.index = index;
  e.at("scan").get_to(s.scan);
  e.at("holds").get_to(s.holds);
  e.at("file").get_to(s.file);
  e.at("size").get_to(s.size);
  e.at("records").get_to(s.records);
  e.at("bytes").get_to(s.bytes);
  if (!parse_hash(e.at("root").get<std::string>(), s.root)) throw std::invalid_argument("root");
  if (s.file.size() != 64 || s.file.find_first_not_of("0123456789abcdef") != std::string::npos) throw std::invalid_argument("file");
  for (const auto& p : e.at("parts")) {
    s.parts.push_back({p.at("source"), p.at("first"), p.at("records"), p.at("at"), p.at("bytes")});
  }
  return s;
}

HoldClaim hold_of(const nlohmann::json& e) {
  HoldClaim h;
  e.at("segments").get_to(h.segments);
  e.at("until").get_to(h.until);
  if (!h.until.empty() && (h.until.size() != 10 || !parse_time(h.until))) throw std::invalid_argument("until");
  return h;
}

void delete_segments(Contents& c, std::uint64_t index, const nlohmann::json& e) {
  const std::string date = e.at("time").get<std::string>().substr(0, 10);
  for (const auto& s : e.at("segments")) {
    const std::string file = s.at("file");
    const auto known = c.by_file.find(file);
    Hash32 root{};
    const bool right = parse_hash(s.at("root").get<std::string>(), root) && known != c.by_file.end() && c.segments[known->second].root == root &&
                       c.segments[known->second].size == s.at("size").get<std::uint64_t>();
    if (!right) c.wrong_deletions.push_back(fmt::format("entry {} deletes {}, which is no segment before it of this size and root", index, file));
    if (const auto* hold = c.held(file, date))
      c.wrong_deletions.push_back(fmt::format("entry {} deletes segment {}, which the hold of entry {} covers", index, file, *hold));
    c.deleted.insert(file);
  }
}

}  // namespace
}  // namespace claims

Result<void> Contents::add_some(std::uint64_t index, std::string_view entry) {
  const auto parsed = parse_entry(entry);
  if (!parsed) return tl::unexpected<Error>(parsed.error());
  try {
    const auto& e = *parsed;
    const std::string kind = e.at("kind");
    if (e.at("salt").get<std::string>().size() != 32) throw std::invalid_argument("salt");
    if (!parse_time(e.at("time").get<std::string>())) throw std::invalid_argument("time");
    for (const char* key : {"who", "role", "reason", "authority", "tool", "configuration"}) static_cast<void>(e.at("custody").at(key).get<std::string>());
    ++kinds[kind];
    if (kind == "log") {
      settings = entry;
    } else if (kind == "scan") {
      scans.insert(index);
    } else if (kind == "source") {
      sources.push_back({index, e.at("size"), e.at("exhibit"), e.at("sha256")});
    } else if (kind == "segment") {
      segments.push_back(claims::segment_of(index, e));
      by_file.emplace(segments.back().file, segments.size() - 1);
    } else if (kind == "end") {
      ended[e.at("scan").get<std::uint64_t>()] = {e.at("coverage").at("segment"), e.at("coverage").at("leaf"), e.at("findings"), e.at("time")};
    } else if (kind == "timestamp") {
      stamps.push_back({index, e.at("size"), e.at("sha256")});
    } else if (kind == "epoch") {
      epochs[e.at("number").get<std::uint32_t>()] = e.at("sha256");
    } else if (kind == "witness") {
      witnessed.push_back({e.at("size"), e.at("line")});
    } else if (kind == "hold") {
      holds[index] = claims::hold_of(e);
    } else if (kind == "release") {
      const std::uint64_t hold = e.at("hold");
      if (holds.erase(hold) > 0) released.insert(hold);
    } else if (kind == "deletion") {
      claims::delete_segments(*this, index, e);
    }
    return {};
  } catch (const std::exception&) {
    return fail(Code::Malformed, "is no entry as custos writes it");
  }
}

Result<void> Contents::add(std::uint64_t index, std::string_view entry) {
  const std::size_t ends = ended.size();
  if (auto ok = add_some(index, entry); !ok || ended.size() == ends) return ok;
  // A scan's coverage is the last segment before its end.
  const EndClaim& end = std::max_element(ended.begin(), ended.end(), [](const auto& a, const auto& b) { return a.second.segment < b.second.segment; })->second;
  if (segments.empty() || segments.back().index != end.segment || segments.back().holds != "coverage" || end.leaf >= segments.back().records) {
    return fail(Code::Malformed, "is the end of a scan without its coverage statement");
  }
  return {};
}

Result<Contents> read_contents(LogReader& log) {
  Contents contents;
  for (std::uint64_t i = 0; i < log.size(); ++i) {
    auto entry = log.entry(i);
    if (!entry) return tl::unexpected<Error>(entry.error());
    if (auto ok = contents.add(i, *entry); !ok) return fail(ok.error().code, fmt::format("entry {} {}", i, ok.error().text));
  }
  return contents;
}

const std::uint64_t* Contents::held(const std::string& file, std::string_view date) const {
  for (const auto& [index, hold] : holds) {
    if (!hold.until.empty() && hold.until < date) continue;
    if (hold.segments.contains(file)) return &index;
  }
  return nullptr;
}

const SourceClaim* Contents::source(std::uint64_t index) const {
  const auto it = std::lower_bound(sources.begin(), sources.end(), index, [](const SourceClaim& s, std::uint64_t i) { return s.index < i; });
  return it == sources.end() || it->index != index ? nullptr : &*it;
}

}  // namespace custos::evidence
