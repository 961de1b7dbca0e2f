#include "engine/casework/merging.h"

#include <optional>

#include <fmt/format.h>

#include "base/crypto/base64.h"
#include "base/files/spared.h"
#include "engine/casework/case_writer.h"
#include "engine/casework/rules.h"
#include "engine/casework/steps.h"
#include "engine/evidence/age_keys.h"

namespace custos::engine {
namespace merging_cases {
namespace {

class Merging {
 public:
  Merging(FileSystem& files, CaseWriter& into, CaseWriter& other) : files_(files), into_(into), other_(other) {}

  Result<MergeDone> run(const evidence::Told& told) {
    done_.number = other_.state()->view.number;
    done_.refused = forbidden();
    if (!done_.refused.empty()) return done_;
    Result<void> ok = read_keys();
    if (ok) ok = verify_all(told);
    if (!ok) return tl::unexpected<Error>(ok.error());
    if (!done_.refused.empty() || is_done()) return done_;
    ok = close_other();
    if (ok) ok = copy_all();
    if (ok) ok = put_on_record();
    if (!ok) return tl::unexpected<Error>(ok.error());
    return done_;
  }

 private:
  const store::CaseView& into() const { return into_.state()->view; }
  const store::CaseView& other() const { return other_.state()->view; }

  std::string forbidden() const {
    const std::string &a = into_.access().folder, &b = other_.access().folder;
    if (into().number == other().number) return fmt::format("{} is this very case, or a copy of it", b);
    if (auto why = refusal(into(), a, into_.access().log.custody.who, Need::Work); !why.empty()) return fmt::format("{}: {}", a, why);
    if (auto why = refusal(other(), b, into_.access().log.custody.who, Need::Work); !why.empty()) return fmt::format("{}: {}", b, why);
    if (auto why = refusal_of_closed(into(), a); !why.empty()) return fmt::format("{}: {}", a, why);
    if (other().state == "closed" && !other().into.empty() && other().into != into().number) return fmt::format("{}: {}", b, refusal_of_closed(other(), b));
    return {};
  }

  Result<void> read_keys() {
    auto keyring = read_keyring(other_.access().identity);
    if (!keyring) return tl::unexpected<Error>(keyring.error());
    keyring_ = std::move(*keyring);
    const auto open = is_encrypted(files_, into_.access().log.folder), sealed = is_encrypted(files_, other_.access().log.folder);
    if (!open || !sealed) return tl::unexpected<Error>(!open ? open.error() : sealed.error());
    if (*sealed && !*open) {
      done_.refused = fmt::format("{} is encrypted and {} is not: what its recipients alone may read would lie open", other_.access().folder,
                                  into_.access().folder);
    }
    for (const std::string& name : files_.list(other_.access().folder + "/merged").value_or(std::vector<std::string>())) {
      const std::string number = name.substr(0, name.find('/'));
      if (store::is_case_number(number) && number != into().number) nested_.push_back(number);
    }
    return {};
  }

  Result<void> verify_one(const std::string& folder, const std::optional<evidence::VerifierKey>& key, const evidence::Told& told) {
    evidence::CheckOptions options;
    options.key = key;
    options.keyring = keyring_;
    auto report = evidence::check_folder(files_, folder, options, told);
    if (!report) return tl::unexpected<Error>(report.error());
    if (report->holds() || !done_.refused.empty()) return {};
    done_.refused = fmt::format("{} does not verify: {}", folder, report->problems[0]);
    return {};
  }

  Result<void> verify_all(const evidence::Told& told) {
    if (auto ok = verify_one(other_.access().log.folder, other_.log().key, told); !ok) return ok;
    for (const std::string& number : nested_) {
      if (auto ok = verify_one(merged_folder(other_.access().folder, number), std::nullopt, told); !ok) return ok;
    }
    return {};
  }

  bool is_closed_into() const { return other().state == "closed" && other().into == into().number; }

  bool is_done() const {
    if (!is_closed_into()) return false;
    for (const store::MergedCase& m : into().merged) {
      if (m.number == other().number && static_cast<std::uint64_t>(m.size) == other_.log().log->size()) return true;
    }
    return false;
  }

  // From here on it takes nothing that the case it goes into would not have.
  Result<void> close_other() {
    if (is_closed_into()) return {};
    const std::string text = fmt::format("merged into the case {}", into().number);
    auto entry = other_.put({{{"act", "close"}, {"outcome", "merged"}, {"text", text}, {"into", into().number}}});
    return entry.map([](std::uint64_t) {});
  }

  Result<void> copy_all() {
    for (const std::string& number : nested_) {
      const std::string from = merged_folder(other_.access().folder, number), to = merged_folder(into_.access().folder, number);
      auto there = is_there(from, to);
      if (!there) return tl::unexpected<Error>(there.error());
      if (*there) continue;
      if (auto ok = copy(from, to); !ok) return ok;
    }
    return copy(other_.access().log.folder, merged_folder(into_.access().folder, done_.number));
  }

  // Whether `to` has the log of `from` as far as that goes, and more.
  Result<bool> is_there(const std::string& from, const std::string& to) {
    if (!files_.exists(to + "/checkpoint")) return false;
    auto here = evidence::LogReader::open(files_, from), there = evidence::LogReader::open(files_, to);
    if (!here || !there) return tl::unexpected<Error>(!here ? here.error() : there.error());
    if ((*there)->size() <= (*here)->size()) return false;
    return had_root(**there, (*here)->size(), (*here)->head().root);
  }

  Result<void> copy(const std::string& from, const std::string& to) {
    std::optional<evidence::Contents> contents;  // nobody here can read them: then nothing is removed from a copy that is there
    auto reader = evidence::LogReader::open(files_, from, keyring_);
    if (!reader) return tl::unexpected<Error>(reader.error());
    if (auto read = evidence::read_contents(**reader)) contents = std::move(*read);
    auto copied = evidence::copy_folder(files_, {from, to, false, contents ? &*contents : nullptr, keyring_});
    if (!copied) return tl::unexpected<Error>(copied.error());
    done_.files += copied->files;
    done_.bytes += copied->bytes;
    for (const std::string& path : copied->skipped) {
      done_.said.push_back(fmt::format("not copied: {} is not what its name says, and no entry is known to name it", path));
    }
    return {};
  }

  Result<void> put_on_record() {
    // What was copied, not what was meant to be.
    const std::string folder = "merged/" + done_.number;
    auto reader = evidence::LogReader::open(files_, merged_folder(into_.access().folder, done_.number));
    if (!reader) return tl::unexpected<Error>(reader.error());
    const evidence::TreeHead& head = (*reader)->head();
    done_.size = head.size;
    const nlohmann::ordered_json from{{"origin", head.origin}, {"number", done_.number}, {"size", head.size}, {"root", to_base64(view(head.root))},
                                      {"key", evidence::to_text((*reader)->settings().key)}};
    auto entry = into_.put({{{"act", "merge"}, {"from", from}, {"folder", folder}}});
    if (!entry) return tl::unexpected<Error>(entry.error());
    done_.entry = *entry;
    if (into_.state() != nullptr) done_.said.insert(done_.said.end(), into_.state()->said.begin(), into_.state()->said.end());
    return {};
  }

  FileSystem& files_;
  CaseWriter &into_, &other_;
  evidence::Keyring keyring_;
  std::vector<std::string> nested_;  // cases that were merged into the other one
  MergeDone done_;
};

Result<std::unique_ptr<CaseWriter>> open_readable(FileSystem& files, const CaseAccess& access) {
  auto writer = CaseWriter::open(files, access);
  if (!writer) return writer;
  if ((*writer)->state() == nullptr) return tl::unexpected<Error>((*writer)->unreadable());
  if ((*writer)->state()->view.number.empty()) return fail(Code::NotFound, "is evidence without a case; `custos case new` makes one of it", access.folder);
  return writer;
}

}  // namespace
}  // namespace merging_cases

Result<MergeDone> merge_cases(FileSystem& files, const CaseAccess& into, const CaseAccess& other, const evidence::Told& told) {
  if (lies_in(other.folder, into.folder) || lies_in(into.folder, other.folder)) {
    return fail(Code::Usage, "a case is not merged into itself, nor into one that lies in it", other.folder);
  }
  auto a = merging_cases::open_readable(files, into);
  if (!a) return tl::unexpected<Error>(a.error());
  auto b = merging_cases::open_readable(files, other);
  if (!b) return tl::unexpected<Error>(b.error());
  return merging_cases::Merging(files, **a, **b).run(told);
}

}  // namespace custos::engine
