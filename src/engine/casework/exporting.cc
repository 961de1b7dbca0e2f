#include "engine/casework/exporting.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/files/file.h"
#include "base/files/lasting.h"
#include "base/files/spared.h"
#include "base/hash.h"
#include "engine/casework/case_writer.h"
#include "engine/casework/rules.h"

namespace custos::engine {
namespace exporting_cases {
namespace {

constexpr std::uint64_t kMostZip = 1ull << 30, kMostFile = 4ull << 30;
constexpr std::size_t kMostMembers = 50'000;
constexpr const char* kReadme = R"(This is a case of custos: what was put on record, with the evidence. {}

Nothing of it needs to be believed. SHA256SUMS lists the files:
  sha256sum -c SHA256SUMS
Each of these folders is a signed log of its own, with the records that it names:
{}
  custos verify FOLDER --key KEY
checks one from its first byte to its last; tools/verify.py of custos does so with Python alone. KEY is the log's verifier key. Take it from whoever gave you
this, by another way: the one in the folder anybody could have made. docs/formats/evidence-log.md and case-folder.md of custos say what every byte is.

To look into it:
  custos evidence log evidence
or put evidence and merged into a folder of their own, and:
  custos case rebuild FOLDER
  custos case show FOLDER
)";

class Exporting {
 public:
  Exporting(FileSystem& files, const CaseAccess& access, std::string out) : files_(files), access_(access), out_(std::move(out)) {}

  // Names and hashes of everything, the bytes where they are wanted in one piece.
  Result<void> collect() {
    if (auto ok = add_below(access_.log.folder, "evidence"); !ok) return ok;
    std::string folders = "  evidence\n";
    for (const std::string& name : files_.list(access_.folder + "/merged").value_or(std::vector<std::string>())) {
      const std::string number = name.substr(0, name.find('/'));
      if (!store::is_case_number(number)) continue;
      folders += "  merged/" + number + "\n";
      if (auto ok = add_below(merged_folder(access_.folder, number), "merged/" + number); !ok) return ok;
    }
    auto encrypted = is_encrypted(files_, access_.log.folder);
    if (!encrypted) return tl::unexpected<Error>(encrypted.error());
    const char* sealed = *encrypted ? "It is encrypted:\nwhoever has no identity of its recipients can check it and not read it." : "";
    own_.push_back({"README.txt", fmt::format(kReadme, sealed, folders)});
    std::string sums = fmt::format("{}  README.txt\n", sha256_hex(own_[0].bytes));
    for (const auto& [path, from] : paths_) {
      auto bytes = files_.read(from, kMostFile);
      if (!bytes) return tl::unexpected<Error>(bytes.error());
      sums += fmt::format("{}  {}\n", sha256_hex(*bytes), path);
      total_ += bytes->size();
    }
    own_.push_back({"SHA256SUMS", std::move(sums)});
    for (const auto& m : own_) total_ += m.bytes.size();
    return {};
  }

  Result<void> write_zip(CaseWriter& writer, CaseExported& done) {
    if (total_ > kMostZip || paths_.size() > kMostMembers) {
      return fail(Code::Limit, fmt::format("the case has {} files of {} bytes, too much for a ZIP; name a folder instead", paths_.size(), total_), out_);
    }
    auto out = OutputFile::create(out_);
    if (!out) return tl::unexpected<Error>(out.error());
    std::vector<evidence::ZipMember> members = own_;
    for (const auto& [path, from] : paths_) {
      auto bytes = files_.read(from, kMostFile);
      if (!bytes) return tl::unexpected<Error>(bytes.error());
      members.push_back({path, std::move(*bytes)});
    }
    const std::string zip = evidence::write_zip(members);
    members.clear();
    (*out)->write(zip);
    done.sha256 = sha256_hex(zip);
    done.bytes = zip.size();
    if (auto ok = put_on_record(writer, done); !ok) return ok;
    return (*out)->commit();
  }

  Result<void> write_folder(CaseWriter& writer, CaseExported& done) {
    const std::string unfinished = out_ + ".new";
    if (files_.kind(unfinished) != PathKind::Nothing) return fail(Code::Usage, "is there already, from an export that was cut off; remove it", unfinished);
    if (auto ok = make_lasting_folder(files_, unfinished); !ok) return ok;
    for (const auto& m : own_) {
      if (auto ok = put(unfinished, m.name, m.bytes); !ok) return ok;
    }
    for (const auto& [path, from] : paths_) {
      auto bytes = files_.read(from, kMostFile);
      if (!bytes) return tl::unexpected<Error>(bytes.error());
      if (auto ok = put(unfinished, path, *bytes); !ok) return ok;
    }
    if (auto ok = files_.sync_all(unfinished); !ok) return ok;
    done.sha256 = sha256_hex(own_[1].bytes);
    done.bytes = total_;
    if (auto ok = put_on_record(writer, done); !ok) return ok;
    if (auto ok = files_.rename(unfinished, out_); !ok) return ok;
    return files_.sync_folder(folder_above(out_));
  }

 private:
  Result<void> add_below(const std::string& folder, const std::string& as) {
    auto all = evidence::all_files(files_, folder);
    if (!all) return tl::unexpected<Error>(all.error());
    for (const std::string& path : *all) {
      // "lock" is nobody's; ".new" is what a crash left of a file.
      if (path == "lock" || path.ends_with(".new")) continue;
      const std::string full = folder + "/" + path;
      if (files_.kind(full) != PathKind::File) return fail(Code::Malformed, "is no plain file, and has no place in evidence", full);
      paths_.emplace_back(as + "/" + path, full);
    }
    return {};
  }

  Result<void> put(const std::string& folder, const std::string& path, const std::string& bytes) {
    const std::string full = folder + "/" + path;
    if (auto ok = files_.make_folder(folder_above(full)); !ok) return ok;
    if (auto ok = write_whole(files_, full, bytes, false); !ok) return ok;
    auto back = files_.read(full, kMostFile);
    if (!back) return tl::unexpected<Error>(back.error());
    return *back == bytes ? Result<void>() : fail(Code::Unreadable, "was not read back as it was written", full);
  }

  // Before anybody can take it away.
  Result<void> put_on_record(CaseWriter& writer, CaseExported& done) {
    done.files = paths_.size() + own_.size();
    auto entry = writer.put({{{"act", "export"}, {"to", out_}, {"sha256", done.sha256}, {"size", done.bytes}}});
    if (!entry) return tl::unexpected<Error>(entry.error());
    done.entry = *entry;
    return {};
  }

  FileSystem& files_;
  const CaseAccess& access_;
  std::string out_;
  std::vector<evidence::ZipMember> own_;  // README.txt, SHA256SUMS
  std::vector<std::pair<std::string, std::string>> paths_;
  std::uint64_t total_ = 0;
};

}  // namespace
}  // namespace exporting_cases

Result<CaseExported> export_case(FileSystem& files, const CaseAccess& access, const std::string& out) {
  const bool zip = out.ends_with(".zip");
  std::string place = out;
  while (place.size() > 1 && place.back() == '/') place.pop_back();
  if (lies_in(place, access.folder)) return fail(Code::Usage, "lies in the case itself; name another place", out);
  if (auto ok = spare_evidence(place); !ok) return tl::unexpected<Error>(ok.error());
  if (!zip && files.kind(place) != PathKind::Nothing) return fail(Code::Usage, "is there already; name a new folder", out);
  auto writer = CaseWriter::open(files, access);
  if (!writer) return tl::unexpected<Error>(writer.error());
  CaseState* state = (*writer)->state();
  if (state == nullptr) return tl::unexpected<Error>((*writer)->unreadable());
  if (state->view.number.empty()) return fail(Code::NotFound, "is evidence without a case; `custos case new` makes one of it", access.folder);
  CaseExported done;
  done.said = state->said;
  done.refused = refusal(state->view, access.folder, access.log.custody.who, Need::Work);
  if (!done.refused.empty()) return done;
  exporting_cases::Exporting exporting(files, access, place);
  if (auto ok = exporting.collect(); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = zip ? exporting.write_zip(**writer, done) : exporting.write_folder(**writer, done); !ok) return tl::unexpected<Error>(ok.error());
  return done;
}

}  // namespace custos::engine
