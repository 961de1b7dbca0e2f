#include "engine/propose/propose.h"

#include <sys/stat.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/files/file.h"
#include "base/text.h"
#include "engine/propose/conclude.h"
#include "engine/reading/read_stream.h"
#include "ingest/ingest.h"

namespace custos::engine {
namespace proposing {
namespace {

constexpr std::string_view kHead =
    "What custos knows about this institution. `custos institution check FILE` checks it; docs/formats/institution.md explains every key.\n"
    "Proposed by `custos institution init`: read it, correct it, and take out what is not so. All of it is optional but `version`.";

constexpr std::string_view kExamples =
    "\n"
    "What no log can tell. Take off the # and put in your own:\n"
    "confidentialities: [public, internal, confidential, strictly confidential]     # weakest first\n"
    "services:\n"
    "  - {name: mail, hosts: [mx1, mx2], minimum: 1, core: true, needs: [dns]}      # how many hosts must run; core: keep it running\n"
    "  - {name: dns, hosts: [dc1]}\n"
    "cases:\n"
    "  - {id: C-2026-01, title: Example, confidentiality: strictly confidential, from: 2026-01-01}\n"
    "protected:\n"
    "  - id: witnesses\n"
    "    kind: folder                  # share folder mailbox repository case person\n"
    "    owner: Registry               # a person's id or a unit\n"
    "    confidentiality: strictly confidential\n"
    "    match: ['\\\\fs1\\cases\\witnesses\\*']   # as logs write it\n"
    "    cases: [C-2026-01]            # whose work calls for it; also units, roles, people\n"
    "    tell: [Registry, dpo@example.org]\n"
    "canaries:\n"
    "  - {kind: account, value: svc-archive, note: nobody has a reason to use it}\n";

constexpr std::string_view kTemplate =
    "\n"
    "institution: {name: Court of Example, domain: court.example.org, netbios: COURT}\n"
    "hours: {zone: Europe/Amsterdam, days: [mon, tue, wed, thu, fri], from: \"08:00\", to: \"18:30\", holidays: [2026-12-25]}\n"
    "networks:\n"
    "  - {name: office, cidrs: [10.20.4.0/22], kind: office, dhcp: true}\n"
    "hosts:\n"
    "  - {name: dc1, domain: court.example.org, addresses: [10.20.4.10], roles: [domain-controller, dns]}\n"
    "  - {name: mx1, domain: court.example.org, roles: [mail]}\n"
    "  - {name: mx2, domain: court.example.org, roles: [mail]}\n"
    "people:\n"
    "  - {id: p-0042, name: \"Osei, Mercy\", mail: m.osei@court.example.org, unit: Registry, role: clerk, cases: [C-2026-01], accounts: [{name: m.osei, "
    "domain: COURT}]}\n"
    "accounts:\n"
    "  - {name: svc-backup, domain: COURT, kind: service}\n"
    "known:\n"
    "  - {kind: egress, addresses: [198.51.100.7]}\n";

bool same_file(const std::string& a, const std::string& b) {
  struct stat x {
  }, y{};
  return !b.empty() && b != "-" && stat(a.c_str(), &x) == 0 && stat(b.c_str(), &y) == 0 && S_ISREG(x.st_mode) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

// Reads all logs into the sightings.
class Reader final : public ingest::StreamVisitor {
 public:
  Reader(const ProposeOptions& options, Proposal& out, const std::function<void(const Progress&)>& tell)
      : options_(options), out_(out), tell_(tell), names_(options.limits.names), batch_(names_, sources_), sightings_(options.caps) {}

  Result<void> run() {
    auto walk = ingest::walk(options_.logs, options_.limits);
    if (!walk) return tl::unexpected<Error>(walk.error());
    for (const auto& u : walk->unreadable) problem(u.name, ReadState::Unread, u.why);
    for (const auto& f : walk->files) {
      if (same_file(f.path, options_.output)) return fail(Code::Usage, "is one of the files to read; write the proposal to another place", options_.output);
    }
    std::erase_if(walk->files, [this](const auto& f) { return same_file(f.path, options_.temporary); });
    at_.files_total = walk->files.size();
    for (const auto& f : walk->files) at_.bytes_total += f.size;
    for (const auto& f : walk->files) {
      ingest::visit(f, options_.limits, *this);
      ++at_.files_done;
      done_ += f.size;
      progress(0);
    }
    out_.files = walk->files.size();
    out_.events = at_.events;
    return {};
  }

  void stream(const ingest::StreamInfo& info, ingest::ByteStream& bytes) override {
    const Micros undated = info.modified == kNoTime ? options_.now : info.modified;
    const StreamOutcome read = read_stream(info, bytes, undated, batch_, options_.limits, [this](Batch& b) {
      sightings_.see(b);
      at_.events += b.size();
    });
    if (!read.known) return problem(info.name, ReadState::Unread, read.why + " (`custos formats` lists them)");
    out_.rejects += read.rejects;
    if (!read.to_its_end || read.rejects > 0) {
      problem(info.name, ReadState::Partial,
              read.to_its_end ? fmt::format("{} stretches were not understood; `custos scan` names them", read.rejects) : "not read to its end");
    }
  }

  void problem(const std::string& name, ReadState state, const std::string& why) override {
    out_.whole = false;
    out_.remarks.add({name, 0, institution::Severity::Warning, (state == ReadState::Unread ? "not read: " : "not read whole: ") + why});
  }

  void progress(std::uint64_t bytes) override {
    at_.bytes_done = std::min(done_ + bytes, at_.bytes_total);
    if (tell_) tell_(at_);
  }

  const Sightings& sightings() const { return sightings_; }

 private:
  const ProposeOptions& options_;
  Proposal& out_;
  const std::function<void(const Progress&)>& tell_;
  Names names_;
  LogSources sources_;
  Batch batch_;
  Sightings sightings_;
  Progress at_;
  std::uint64_t done_ = 0;
};

Result<void> read_directories(const ProposeOptions& options, institution::Merger& merger, Proposal& out) {
  const institution::ImportLimits limits;
  const auto each = [&](const std::vector<std::string>& paths, auto read) -> Result<void> {
    for (const std::string& path : paths) {
      const auto text = read_file(path, limits.file_bytes);
      if (!text) return tl::unexpected<Error>(text.error());
      institution::Imported found = read(*text, to_valid_utf8(path), limits);
      if (found.people.empty() && found.accounts.empty() && found.hosts.empty())
        found.remarks.warning(0, "nothing about people, accounts or hosts was found in it");
      out.whole = out.whole && found.remarks.errors() == 0;
      merger.add(std::move(found));
    }
    return {};
  };
  if (auto ok = each(options.ldif, institution::read_ldif); !ok) return ok;
  return each(options.csv, institution::read_csv);
}

// Suggestions as lines that a person may take the # off.
std::string confirm(const Conclusion& c) {
  if (c.to_confirm.empty()) return {};
  std::string text =
      "\nSeen in the logs, and not in force: what is known is watched less. Take off the # only where it is yours (an intruder scans too):\nknown:\n";
  for (std::size_t i = 0; i < c.to_confirm.size() && i < 200; ++i) {
    const std::string& address = c.to_confirm[i].addresses.at(0);
    text += fmt::format("  - {{kind: {}, addresses: [\"{}\"]}}     # {}\n", c.to_confirm[i].kind, address, c.confirm_reasons[i]);
  }
  return text;
}

}  // namespace
}  // namespace proposing

Result<Proposal> propose(const ProposeOptions& options, const std::function<void(const Progress&)>& progress) {
  Proposal out;
  institution::Merger merger;
  if (auto ok = proposing::read_directories(options, merger, out); !ok) return tl::unexpected<Error>(ok.error());
  Conclusion concluded;
  if (!options.logs.empty()) {
    proposing::Reader reader(options, out, progress);
    if (auto ok = reader.run(); !ok) return tl::unexpected<Error>(ok.error());
    concluded = conclude(reader.sightings());
    out.remarks.add_all(concluded.found.remarks);
    concluded.found.remarks = institution::Remarks();
    // What a directory says of its own name is better than what logs let guess.
    merger.add(std::move(concluded.found));
  }
  out.institution = merger.take(out.comments);
  out.remarks.add_all(merger.remarks());
  if (!options.name.empty()) out.institution.name = options.name;
  if (concluded.hours) out.institution.hours = *concluded.hours;
  const bool nothing = options.logs.empty() && options.ldif.empty() && options.csv.empty();
  out.comments.head = proposing::kHead;
  if (!concluded.hours_reason.empty() && !concluded.hours) out.comments.head += "\n" + concluded.hours_reason;
  out.comments.sections["hours"] = concluded.hours_reason;
  out.comments.tail = proposing::confirm(concluded) + (nothing ? std::string(proposing::kTemplate) : std::string()) + std::string(proposing::kExamples);
  return out;
}

}  // namespace custos::engine
