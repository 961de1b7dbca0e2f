#include "evidence/package/check_package.h"

#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "evidence/check/check_stamp.h"
#include "evidence/log/contents.h"
#include "evidence/documents/disclosure.h"
#include "evidence/documents/finding_document.h"
#include "evidence/merkle/proof.h"
#include "evidence/merkle/tree_hash.h"
#include "evidence/notes/lines.h"
#include "evidence/package/opened_package.h"

namespace custos::evidence {
namespace checking_packages {
namespace {

// "<name>.proof.json": where a record of a segment lies and what leads from it to the segment's root.
struct RecordProof {
  std::uint64_t entry = 0, leaf = 0;
  std::string salt;  // empty: its bytes are withheld
  Hash32 hash{};
  Proof proof;
};

Result<RecordProof> read_proof(const std::string& text) {
  const auto wrong = [] { return fail(Code::Malformed, "is no proof as custos writes it"); };
  try {
    const auto j = nlohmann::ordered_json::parse(text);
    RecordProof p{j.at("entry"), j.at("leaf"), {}, {}, {}};
    if (!parse_hash(j.at("hash").get<std::string>(), p.hash) || !from_hex(j.at("salt").get<std::string>(), p.salt)) return wrong();
    if (!p.salt.empty() && p.salt.size() != 16) return wrong();
    for (const auto& t : j.at("proof")) {
      if (!parse_hash(t.get<std::string>(), p.proof.emplace_back())) return wrong();
    }
    // One spelling: what a program reads differently from another must not be possible.
    if (j.size() != 5 || j.dump() + "\n" != text) return wrong();
    return p;
  } catch (const std::exception&) {
    return wrong();
  }
}

class PackageCheck {
 public:
  PackageCheck(const CheckOptions& options, CheckReport& report) : options_(options), report_(report) {}

  Result<void> run(OpenedPackage& package) {
    report_.key = to_text(package.manifest().key);
    report_.origin = package.manifest().key.name;
    report_.key_vouched = options_.key.has_value();
    report_.checked.push_back(fmt::format("the manifest is signed with key {} and lists every byte of the package", id_text(package.manifest().key)));
    if (auto ok = check_checkpoint(package); !ok) return ok;
    if (auto ok = check_stamp(package); !ok) return ok;
    if (auto ok = check_entries(package); !ok) return ok;
    for (const Withheld& w : package.manifest().withheld) withheld_[w.finding].push_back(w);
    for (const PackageManifest::Listed& f : package.manifest().findings) {
      if (auto ok = check_finding(package, f); !ok) return fail(ok.error().code, fmt::format("finding {}: {}", f.id, ok.error().text));
    }
    for (const PackageManifest::Listed& f : package.manifest().findings) {
      const std::string& id = f.id;
      if (auto ok = check_record(package, id); !ok) return fail(ok.error().code, fmt::format("the record of finding {}: {}", id, ok.error().text));
    }
    if (!package.all_taken()) return fail(Code::Malformed, fmt::format("{} does not belong into a package, or not there", package.next_name()));
    if (documents_.size() != package.manifest().findings.size()) return fail(Code::Malformed, "a finding is in it twice");
    if (!withheld_.empty()) return fail(Code::Malformed, "its manifest withholds something of a finding that is not in it");
    conclude(package);
    return {};
  }

  const std::map<std::string, std::string>& documents() const { return documents_; }    // id -> bytes
  const std::map<std::string, std::set<std::string>>& shown() const { return shown_; }  // id -> disclosures

 private:
  Result<void> check_checkpoint(OpenedPackage& package) {
    const std::string* text = package.take("checkpoint");
    if (text == nullptr) return fail(Code::Malformed, "it has no checkpoint");
    checkpoint_ = *text;
    const auto note = parse_note(*text);
    if (!note) return tl::unexpected<Error>(note.error());
    if (to_text(*note) != *text) return fail(Code::Malformed, "its checkpoint is spelled oddly");
    if (auto ok = verify_note(*note, package.manifest().key); !ok) return fail(ok.error().code, "the checkpoint: " + ok.error().text);
    const auto head = parse_tree_head(note->text);
    if (!head) return tl::unexpected<Error>(head.error());
    if (*head != TreeHead{package.manifest().key.name, package.manifest().size, package.manifest().root})
      return fail(Code::Malformed, "its checkpoint is not the manifest's");
    head_ = *head;
    report_.size = head->size;
    report_.checked.push_back(fmt::format("the checkpoint over {} entries is signed by {}", head->size, head->origin));
    for (const VerifierKey& w : options_.witnesses) {
      const auto c = verify_cosignature(*note, w);
      if (!c) return tl::unexpected<Error>(c.error());
      report_.checked.push_back(fmt::format("{} saw this checkpoint at {}", w.name, to_rfc3339(static_cast<Micros>(c->time) * 1'000'000)));
    }
    return {};
  }

  Result<void> check_stamp(OpenedPackage& package) {
    const std::string name = fmt::format("timestamps/{}.tsr", head_.size);
    const std::string* reply = package.take(name);
    if (reply == nullptr && options_.authorities) return fail(Code::Malformed, "it has no time stamp, and authorities were named (--tsa)");
    if (reply == nullptr) {
      report_.not_checked.push_back("there is no time stamp: when it was sealed rests on the log's own clock");
      return {};
    }
    return check_time_stamp(*reply, stamped_bytes(*parse_note(checkpoint_), package.manifest().key), options_.authorities, head_.size, report_);
  }

  Result<void> check_entries(OpenedPackage& package) {
    std::uint64_t next = 0;
    while (package.next_name().starts_with("entries/")) {
      const std::string name(package.next_name());
      std::uint64_t index = 0;
      if (!name.ends_with(".json") || !parse_decimal(std::string_view(name).substr(8, name.size() - 13), index) || index < next) {
        return fail(Code::Malformed, name + " is out of order");
      }
      next = index + 1;
      const std::string* entry = package.take(name);
      const std::string* text = package.take(fmt::format("entries/{}.tlog-proof", index));
      const auto proof = text == nullptr ? Result<TlogProof>(fail(Code::Malformed, name + " has no proof")) : parse_tlog_proof(*text);
      if (!proof) return tl::unexpected<Error>(proof.error());
      if (proof->index != index || proof->checkpoint != checkpoint_ || to_text(*proof) != *text)
        return fail(Code::Malformed, fmt::format("the proof of entry {} is of another", index));
      if (!proves_inclusion(proof->proof, leaf_hash(*entry), index, head_.size, head_.root)) {
        return fail(Code::Malformed, fmt::format("entry {} is not in the log that was signed", index));
      }
      if (auto ok = contents_.add_some(index, *entry); !ok) return fail(ok.error().code, fmt::format("entry {} {}", index, ok.error().text));
      ++entries_;
    }
    return {};
  }

  const SegmentClaim* segment(std::uint64_t index, const char* holds) const {
    for (const SegmentClaim& s : contents_.segments) {
      if (s.index == index && s.holds == holds) return &s;
    }
    return nullptr;
  }

  Result<RecordProof> check_place(OpenedPackage& package, const std::string& base, const char* holds) {
    const std::string* text = package.take(base + ".proof.json");
    if (text == nullptr) return fail(Code::Malformed, "it has no proof");
    auto p = read_proof(*text);
    if (!p) return p;
    const SegmentClaim* s = segment(p->entry, holds);
    if (s == nullptr) return fail(Code::Malformed, "its segment's entry is not in the package");
    if (!proves_inclusion(p->proof, p->hash, p->leaf, s->records, s->root)) return fail(Code::Malformed, "it is not in its segment");
    return p;
  }

  Result<void> check_finding(OpenedPackage& package, const PackageManifest::Listed& listed) {
    const std::string& id = listed.id;
    const std::string base = "findings/" + id;
    const std::string* document = package.take(base + ".json");
    const std::string* lines = package.take(base + ".disclosures");
    if (document == nullptr || lines == nullptr) return fail(Code::Malformed, "it is not in the package");
    const auto p = check_place(package, base, "findings");
    if (!p) return tl::unexpected<Error>(p.error());
    if (p->salt.empty() || salted_leaf_hash(p->salt, *document) != p->hash) return fail(Code::Malformed, "it is not what was sealed");
    auto d = read_finding_document(*document);
    if (!d) return tl::unexpected<Error>(d.error());
    if (d->id != id || d->title != listed.title || d->level != listed.level || d->time != listed.time || d->count != listed.records) {
      return fail(Code::Malformed, "its manifest says something else of it");
    }
    if (auto ok = check_disclosures(*d, *lines); !ok) return ok;
    documents_[id] = *document;
    parsed_[id] = std::move(*d);
    return {};
  }

  // In order, each is shown or withheld, nothing else is either.
  Result<void> check_disclosures(const FindingDocument& d, std::string_view lines) {
    const auto hidden = withheld_.extract(d.id);
    std::size_t next_hidden = 0;
    std::string text;
    bool whole = true;
    for (const Held& h : d.holds) {
      const std::size_t end = lines.find('\n');
      const std::string_view line = lines.substr(0, end);
      if (end != std::string_view::npos && digest_of(line) == h.digest) {
        const auto value = read_disclosure(line);
        if (!value || value->name != h.name) return fail(Code::Malformed, "a disclosure can't be read");
        if (h.what == "part") text += value->text;
        shown_[d.id].insert(std::string(line));
        lines.remove_prefix(end + 1);
        continue;
      }
      const bool listed = !hidden.empty() && next_hidden < hidden.mapped().size() && hidden.mapped()[next_hidden].digest == h.digest &&
                          hidden.mapped()[next_hidden].what == h.what && hidden.mapped()[next_hidden].name == h.name;
      if (!listed) return fail(Code::Malformed, "a value of it is neither shown nor withheld");
      ++next_hidden;
      ++values_withheld_;
      whole = false;
    }
    if (!lines.empty()) return fail(Code::Malformed, "it discloses something that is not in it");
    if (!hidden.empty() && next_hidden != hidden.mapped().size()) return fail(Code::Malformed, "its manifest withholds something that is not in it");
    if (whole) texts_[d.id] = std::move(text);
    return {};
  }

  Result<void> check_record(OpenedPackage& package, const std::string& id) {
    const std::string base = "records/" + id;
    const FindingDocument& d = parsed_[id];
    if (package.next_name() != base + ".proof.json") {
      ++without_record_;
      return {};
    }
    const auto p = check_place(package, base, "records");
    if (!p) return tl::unexpected<Error>(p.error());
    if (d.places.empty() || segment(p->entry, "records")->file != d.places[0].segment || p->leaf != d.places[0].leaf)
      return fail(Code::Malformed, "it is another record");
    const std::string* bytes = package.take(base + ".bin");
    const auto text = texts_.find(id);
    if (bytes == nullptr) {
      if (!p->salt.empty()) return fail(Code::Malformed, "its bytes are missing");
      ++bound_only_;
      return {};
    }
    if (p->salt.empty() || text == texts_.end() || salted_leaf_hash(p->salt, *bytes) != p->hash) return fail(Code::Malformed, "it is not what was sealed");
    if (d.verbatim && !bytes->starts_with(text->second)) return fail(Code::Malformed, "it is not the text of its finding");
    ++whole_;
    return {};
  }

  void conclude(const OpenedPackage& package) {
    report_.checked.push_back(fmt::format("{} entries are in the log that was signed", entries_));
    report_.checked.push_back(
        fmt::format("{} findings are what was sealed, and {} of their records, byte for byte", package.manifest().findings.size(), whole_));
    if (bound_only_ > 0)
      report_.not_checked.push_back(fmt::format("{} records are withheld in part: they are in the log, their text is the sealed finding's", bound_only_));
    if (without_record_ > 0) report_.not_checked.push_back(fmt::format("{} findings have no record in the package: it was not kept", without_record_));
    if (values_withheld_ > 0) report_.not_checked.push_back(fmt::format("{} values are withheld", values_withheld_));
    if (!report_.key_vouched) report_.not_checked.push_back("nobody vouched for the log's key; give the one you were told with --key");
    if (options_.witnesses.empty()) report_.not_checked.push_back("no witness was asked for (--witness)");
  }

  const CheckOptions& options_;
  CheckReport& report_;
  std::string checkpoint_;
  TreeHead head_;
  Contents contents_;
  std::map<std::string, std::vector<Withheld>> withheld_;
  std::map<std::string, std::string> documents_, texts_;  // texts: of findings that show all
  std::map<std::string, FindingDocument> parsed_;
  std::map<std::string, std::set<std::string>> shown_;
  std::uint64_t entries_ = 0, whole_ = 0, bound_only_ = 0, without_record_ = 0, values_withheld_ = 0;
};

// What the earlier package showed and fixed is in this one, unchanged.
Result<void> compare(const PackageCheck& now, std::string_view earlier, CheckReport& report) {
  CheckReport unused;
  CheckOptions options;
  options.key = *parse_verifier_key(report.key);
  auto package = OpenedPackage::open(earlier, options.key);
  if (!package) return fail(package.error().code, "the earlier package: " + package.error().text);
  PackageCheck before(options, unused);
  if (auto ok = before.run(*package); !ok) return fail(ok.error().code, "the earlier package: " + ok.error().text);
  std::size_t same = 0, revealed = 0;
  for (const auto& [id, document] : before.documents()) {
    const auto it = now.documents().find(id);
    if (it == now.documents().end()) continue;
    if (it->second != document) return fail(Code::Malformed, fmt::format("finding {} is not the one of the earlier package", id));
    ++same;
    const auto shown = now.shown().find(id), shown_before = before.shown().find(id);
    if (shown == now.shown().end()) continue;
    for (const std::string& d : shown->second) revealed += shown_before == before.shown().end() || !shown_before->second.contains(d);
  }
  if (same == 0) return fail(Code::Malformed, "no finding of the earlier package is in this one");
  report.checked.push_back(fmt::format("{} findings are those of the earlier package; {} values that it withheld are shown now and match", same, revealed));
  return {};
}

}  // namespace
}  // namespace checking_packages

CheckReport check_package(std::string_view bytes, const CheckOptions& options, std::string_view earlier) {
  CheckReport report;
  report.what = "package";
  if (options.key) {
    report.key = to_text(*options.key);
    report.origin = options.key->name;
    report.key_vouched = true;
  }
  auto package = OpenedPackage::open(bytes, options.key);
  if (!package) {
    report.problem(package.error().text);
    return report;
  }
  checking_packages::PackageCheck check(options, report);
  auto ok = check.run(*package);
  if (ok && !earlier.empty()) ok = checking_packages::compare(check, earlier, report);
  if (!ok) report.problem(ok.error().text);
  return report;
}

}  // namespace custos::evidence
