#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/crypto/base64.h"
#include "base/hash.h"
#include "base/text.h"
#include "evidence/log/contents.h"
#include "evidence/documents/disclosure.h"
#include "evidence/log/folder.h"
#include "evidence/merkle/tree_hash.h"
#include "evidence/notes/dsse.h"
#include "evidence/package/package.h"
#include "evidence/package/readme.h"
#include "evidence/package/withholding.h"
#include "evidence/package/zip.h"
#include "evidence/segments/segment.h"
#include "evidence/segments/segment_folder.h"

namespace custos::evidence {
namespace packing {
namespace {

// A record of a segment with its proof.
struct Proved {
  std::uint64_t entry = 0;
  std::uint32_t leaf = 0;
  std::string bytes, salt;
  Hash32 hash{};
  Proof proof;
};

std::string proof_text(const Proved& p, bool shown) {
  nlohmann::ordered_json proof = nlohmann::ordered_json::array();
  for (const Hash32& h : p.proof) proof.push_back(to_base64(view(h)));
  return nlohmann::ordered_json{
             {"entry", p.entry}, {"leaf", p.leaf}, {"salt", shown ? to_hex(p.salt) : ""}, {"hash", to_base64(view(p.hash))}, {"proof", proof}}
             .dump() +
         "\n";
}

class Packer {
 public:
  Packer(FileSystem& files, const std::string& folder, LogReader& log, Signer& signer, const PackageRequest& request)
      : files_(files), folder_(folder), log_(log), signer_(signer), request_(request), withholding_(request.withhold) {}

  Result<Package> make() {
    auto contents = read_contents(log_);
    if (!contents) return fail(contents.error().code, contents.error().text, folder_);
    contents_ = std::move(*contents);
    Result<void> ok = find_findings();
    if (ok) ok = prove_records();
    if (!ok) return tl::unexpected<Error>(ok.error());
    for (PackedFinding& f : findings_) withholding_.mark_asked(f);
    for (PackedFinding& f : findings_) withholding_.mark_given_away(f);
    if (const auto unused = withholding_.unused(); !unused.empty()) {
      return fail(Code::Usage, fmt::format("none of these findings has '{}': nothing would be withheld for it, so nothing was made", unused[0]));
    }
    for (std::size_t i = 0; i < findings_.size(); ++i) add_finding(i);
    if (ok = choose_entries(); !ok) return tl::unexpected<Error>(ok.error());
    for (std::size_t i = 0; i < findings_.size(); ++i) add_record(i);
    return finish();
  }

 private:
  // The newest sealed finding of each id that was asked for.
  Result<void> find_findings() {
    std::map<std::string, std::size_t, std::less<>> wanted;
    for (std::size_t i = 0; i < request_.findings.size(); ++i) {
      if (!wanted.emplace(request_.findings[i], i).second) return fail(Code::Usage, fmt::format("finding {} is named twice", request_.findings[i]));
    }
    findings_.resize(request_.findings.size());
    documents_.resize(request_.findings.size());
    for (auto s = contents_.segments.rbegin(); s != contents_.segments.rend() && !wanted.empty(); ++s) {
      if (s->holds != "findings" || contents_.deleted.contains(s->file)) continue;
      auto segment = open_segment(*s);
      if (!segment) return tl::unexpected<Error>(segment.error());
      std::vector<std::pair<std::size_t, std::uint32_t>> here;
      for (std::size_t k = 0; k + 1 < segment->records(); k += 2) {
        const auto it = wanted.find(id_in(segment->record(k)));
        if (it == wanted.end()) continue;
        here.emplace_back(it->second, static_cast<std::uint32_t>(k));
        wanted.erase(it);
      }
      if (auto ok = take_findings(*s, *segment, here); !ok) return ok;
    }
    if (wanted.empty()) return {};
    return fail(Code::NotFound, fmt::format("the log has no finding {}; `custos evidence log --findings` lists them", wanted.begin()->first), folder_);
  }

  // Without parsing the document: its keys have an order.
  static std::string_view id_in(std::string_view document) {
    constexpr std::string_view kBefore = R"({"type":"finding","id":")";
    return document.starts_with(kBefore) ? document.substr(kBefore.size(), 16) : std::string_view();
  }

  Result<Segment> open_segment(const SegmentClaim& claim) {
    return read_segment(files_, folder_, claim.file, log_.keyring());
  }

  Proved prove(const SegmentClaim& claim, const Segment& segment, const std::vector<Hash32>& leaves, std::uint32_t leaf) {
    return {claim.index, leaf, std::string(segment.record(leaf)), segment.salt(leaf), leaves[leaf], inclusion_proof(leaves, leaf)};
  }

  Result<void> take_findings(const SegmentClaim& claim, const Segment& segment, const std::vector<std::pair<std::size_t, std::uint32_t>>& here) {
    if (here.empty()) return {};
    const auto leaves = segment.leaves();
    for (const auto& [i, leaf] : here) {
      documents_[i] = prove(claim, segment, leaves, leaf);
      PackedFinding& f = findings_[i];
      f.bytes = documents_[i].bytes;
      auto document = read_finding_document(f.bytes);
      if (!document) return tl::unexpected<Error>(document.error());
      f.document = std::move(*document);
      std::vector<std::string_view> lines;
      if (!split_disclosures(segment.record(leaf + 1u), lines) || lines.size() != f.document.holds.size()) {
        return fail(Code::Malformed, fmt::format("the disclosures of finding {} are not those of its document", f.document.id));
      }
      for (const std::string_view line : lines) {
        auto value = read_disclosure(line);
        if (!value) return tl::unexpected<Error>(value.error());
        f.disclosures.emplace_back(line);
        f.values.push_back(std::move(value->text));
      }
    }
    return {};
  }

  // A segment is opened once, whatever many records of it are wanted.
  Result<void> prove_records() {
    records_.resize(findings_.size());
    std::map<std::size_t, std::vector<std::size_t>> by_segment;
    for (std::size_t i = 0; i < findings_.size(); ++i) {
      if (findings_[i].document.places.empty()) continue;
      const auto s = contents_.by_file.find(findings_[i].document.places[0].segment);
      if (s == contents_.by_file.end())
        return fail(Code::Malformed, fmt::format("the record of finding {} is in no segment", findings_[i].document.id), folder_);
      by_segment[s->second].push_back(i);
    }
    for (const auto& [s, wanted] : by_segment) {
      const SegmentClaim& claim = contents_.segments[s];
      if (contents_.deleted.contains(claim.file)) continue;
      auto segment = open_segment(claim);
      if (!segment) return tl::unexpected<Error>(segment.error());
      const auto leaves = segment->leaves();
      for (const std::size_t i : wanted) {
        const std::uint32_t leaf = findings_[i].document.places[0].leaf;
        if (leaf >= leaves.size()) return fail(Code::Malformed, fmt::format("the record of finding {} is in no segment", findings_[i].document.id), folder_);
        records_[i] = prove(claim, *segment, leaves, leaf);
      }
    }
    return {};
  }

  // Those who kept the evidence put their names to it; that a name in a log is the same tells nothing of the log.
  bool shows_withheld(const std::string& entry) const {
    auto e = nlohmann::json::parse(entry);
    e.erase("custody");
    return withholding_.gives_away(e.dump());
  }

  // The segments' entries are needed, and hold nothing but hashes and numbers. Sources and scans say where things come from, and are left out where that
  // would show what is withheld.
  Result<void> choose_entries() {
    std::map<std::uint64_t, bool> wanted;  // index -> needed
    for (const Proved& d : documents_) wanted[d.entry] = true;
    for (const Proved& r : records_) {
      if (!r.proof.empty() || !r.salt.empty()) add_origin(r, wanted);
    }
    if (auto ok = log_.choose_checkpoint(wanted.rbegin()->first); !ok) return ok;
    wanted.emplace(0, false);
    for (const SegmentClaim& s : contents_.segments) {
      if (wanted.contains(s.index)) wanted.emplace(s.scan, false);
    }
    const bool hides_files = std::any_of(package_.withheld.begin(), package_.withheld.end(), [](const Withheld& w) { return w.what == "file"; });
    for (const auto& [index, needed] : wanted) {
      if (index >= log_.size()) continue;  // a later scan, of which nothing is shown
      auto entry = log_.entry(index);
      if (!entry) return tl::unexpected<Error>(entry.error());
      if (!needed && index > 0 && (hides_files || shows_withheld(*entry))) continue;  // a scan's arguments and a source's path are names of files, too
      auto proof = log_.tlog_proof(index);
      if (!proof) return tl::unexpected<Error>(proof.error());
      entries_.push_back({fmt::format("entries/{}.json", index), std::move(*entry)});
      entries_.push_back({fmt::format("entries/{}.tlog-proof", index), to_text(*proof)});
      package_.proof_bytes += entries_.back().bytes.size() + (needed ? entries_[entries_.size() - 2].bytes.size() : 0);
    }
    return {};
  }

  void add_origin(const Proved& r, std::map<std::uint64_t, bool>& wanted) {
    wanted[r.entry] = true;
    const auto s = std::find_if(contents_.segments.begin(), contents_.segments.end(), [&](const SegmentClaim& c) { return c.index == r.entry; });
    for (const PartClaim& p : s->parts) {
      if (r.leaf >= p.first && r.leaf < p.first + p.records) wanted.emplace(p.source, false);
    }
  }

  void add_finding(std::size_t i) {
    const PackedFinding& f = findings_[i];
    std::string shown;
    for (std::size_t k = 0; k < f.disclosures.size(); ++k) {
      if (f.why[k] == nullptr) {
        shown += f.disclosures[k] + "\n";
      } else {
        const Held& h = f.document.holds[k];
        package_.withheld.push_back({f.document.id, h.what, h.name, h.digest, f.why[k]});
      }
    }
    const std::string base = "findings/" + f.document.id;
    rest_.push_back({base + ".json", f.bytes});
    rest_.push_back({base + ".disclosures", std::move(shown)});
    add_proof(base, documents_[i], true);
  }

  void add_record(std::size_t i) {
    if (records_[i].salt.empty()) return;  // it was not kept, or it was deleted
    // Where a record can't be cut into fields, nobody can tell what else it shows.
    const PackedFinding& f = findings_[i];
    const bool shown = f.shows_all() && (request_.withhold.empty() || (f.document.verbatim && !withholding_.gives_away(records_[i].bytes)));
    const std::string base = "records/" + findings_[i].document.id;
    add_proof(base, records_[i], shown);
    if (!shown) return;
    rest_.push_back({base + ".bin", records_[i].bytes});
    ++package_.records;
  }

  void add_proof(const std::string& base, const Proved& p, bool shown) {
    rest_.push_back({base + ".proof.json", proof_text(p, shown)});
    package_.proof_bytes += rest_.back().bytes.size();
  }

  Result<Package> finish() {
    const VerifierKey key = log_.settings().key;
    std::vector<ZipMember> members{{"README.txt", package_readme(log_, request_, findings_, package_)}, {"checkpoint", to_text(log_.note())}};
    package_.proof_bytes += members[1].bytes.size();
    const std::string stamp = fmt::format("timestamps/{}.tsr", log_.size());
    if (auto reply = files_.read(folder_ + "/" + stamp, kMostSmallFile)) members.push_back({stamp, std::move(*reply)});
    for (auto* more : {&entries_, &rest_}) std::move(more->begin(), more->end(), std::back_inserter(members));
    nlohmann::ordered_json findings = nlohmann::ordered_json::array(), withheld = findings, listed = findings;
    for (const PackedFinding& f : findings_) {
      findings.push_back(
          {{"id", f.document.id}, {"title", f.document.title}, {"level", f.document.level}, {"time", f.document.time}, {"records", f.document.count}});
    }
    for (const Withheld& w : package_.withheld) {
      withheld.push_back({{"finding", w.finding}, {"what", w.what}, {"name", w.name}, {"digest", w.digest}, {"why", w.why}});
    }
    for (const ZipMember& m : members) listed.push_back({{"name", m.name}, {"size", m.bytes.size()}, {"sha256", sha256_hex(m.bytes)}});
    const nlohmann::ordered_json manifest{{"format", 1},
                                          {"origin", key.name},
                                          {"key", to_text(key)},
                                          {"created", to_rfc3339(request_.created)},
                                          {"custody", to_json(request_.custody)},
                                          {"to", request_.to},
                                          {"checkpoint", {{"size", log_.size()}, {"root", to_base64(view(log_.head().root))}}},
                                          {"findings", std::move(findings)},
                                          {"withheld", std::move(withheld)},
                                          {"members", std::move(listed)}};
    Envelope envelope{manifest.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace), kPackageType, id_text(key), {}};
    auto signature = signer_.sign(pre_authentication_encoding(envelope.type, envelope.payload));
    if (!signature) return tl::unexpected<Error>(signature.error());
    envelope.signature = std::move(*signature);
    members.insert(members.begin() + 1, {"manifest.dsse.json", to_text(envelope)});
    package_.bytes = write_zip(members);
    return std::move(package_);
  }

  FileSystem& files_;
  const std::string& folder_;
  LogReader& log_;
  Signer& signer_;
  const PackageRequest& request_;
  Withholding withholding_;
  Contents contents_;
  std::vector<PackedFinding> findings_;
  std::vector<Proved> documents_, records_;  // of findings_
  std::vector<ZipMember> entries_, rest_;
  Package package_;
};

}  // namespace
}  // namespace packing

Result<Package> make_package(FileSystem& files, const std::string& folder, LogReader& log, Signer& signer, const PackageRequest& request) {
  if (request.findings.empty()) return fail(Code::Usage, "a package needs at least one finding");
  return packing::Packer(files, folder, log, signer, request).make();
}

}  // namespace custos::evidence
