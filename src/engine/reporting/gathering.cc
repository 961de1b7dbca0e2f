#include "engine/reporting/gathering.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/clock.h"
#include "engine/evidence/age_keys.h"
#include "engine/reporting/log_facts.h"
#include "engine/reporting/read_incident.h"

namespace custos::engine {
namespace report_gathering {
namespace {

constexpr std::size_t kMostTold = 10;

class Gathering {
 public:
  Gathering(FileSystem& files, const CaseReading& reading, const store::CaseView& view) : files_(files), reading_(reading), view_(view) {}

  Result<Gathered> gather() {
    about();
    if (auto ok = open_logs(); !ok) return tl::unexpected<Error>(ok.error());
    incidents();
    findings();
    for (auto& [number, log] : logs_) {
      add_said(log->add_coverage());
      r_.scans.insert(r_.scans.end(), log->scans.begin(), log->scans.end());
      r_.exhibits.insert(r_.exhibits.end(), log->exhibits.begin(), log->exhibits.end());
      r_.logs.push_back(log->log);
      out_.scans_had_institution = out_.scans_had_institution || log->had_institution;
    }
    for (const share::ReportScan& s : r_.scans) r_.findings += s.findings;
    const LogFacts& own = *logs_.at("");
    out_.pseudonym_key = own.salt;
    for (const nlohmann::json& names : own.names) keep(names);
    return std::move(out_);
  }

 private:
  void about() {
    r_.title = view_.title;
    r_.number = view_.number;
    r_.state = view_.state;
    r_.outcome = view_.outcome;
    r_.closing = view_.closing;
    r_.opened = view_.opened;
    r_.last_act = view_.last_act;
    r_.made = to_rfc3339(wall_clock() / kSecond * kSecond);
    for (const auto& m : view_.members) r_.members.push_back({m.person, m.role});
    for (const auto& t : view_.tasks) r_.tasks.push_back({to_text(t.ref), t.title, t.due, t.state, t.said, t.person});
    for (const auto& n : view_.notes) r_.notes.push_back({to_text(n.ref), n.time, n.who, n.about, n.text});
    for (const auto& x : view_.exports) r_.handed_out.push_back({x.time, fmt::format("{}, {} bytes, SHA-256 {}, {}", x.path, x.size, x.sha256, x.who)});
  }

  Result<void> open_logs() {
    std::vector<std::pair<std::string, std::string>> folders{{"", evidence_folder(reading_.folder)}};
    for (const auto& m : view_.merged) {
      if (m.in_view) folders.emplace_back(m.number, merged_folder(reading_.folder, m.number));
    }
    for (const auto& [number, folder] : folders) {
      auto keyring = read_keyring(reading_.identity);
      if (!keyring) return tl::unexpected<Error>(keyring.error());
      auto log = LogFacts::read(files_, folder, number, std::move(*keyring));
      if (!log && number.empty()) return tl::unexpected<Error>(log.error());
      if (!log) {
        r_.said.push_back(fmt::format("the merged case {}: {}", number, log.error().text));
        continue;
      }
      logs_.emplace(number, std::move(*log));
    }
    return {};
  }

  share::ReportIncident incident(const store::CaseIncident& from) {
    share::ReportIncident i;
    read_incident(nlohmann::json::parse(from.whole, nullptr, false), i);
    const auto log = logs_.find(from.ref.log);
    if (from.segment && from.leaf && log != logs_.end()) {
      auto line = log->second->record(static_cast<std::uint64_t>(*from.segment), static_cast<std::uint64_t>(*from.leaf));
      if (!line) r_.said.push_back(fmt::format("incident {}: {}", from.id, line.error().text));
      const auto whole = line ? nlohmann::json::parse(*line, nullptr, false) : nlohmann::json();
      i.whole = whole.is_object();
      if (i.whole) {
        i = {};
        i.whole = true;
        read_incident(whole, i);
      }
    }
    i.entry = to_text(from.ref);
    i.assigned = from.person;
    i.findings = static_cast<std::uint64_t>(std::max<std::int64_t>(from.findings, 0));
    return i;
  }

  void incidents() {
    const auto log_of = [](const store::CaseIncident& i) { return i.ref.log; };
    std::vector<share::ReportIncident> all;
    for (const auto& from : view_.incidents) {
      all.push_back(incident(from));
      logs_of_.emplace(all.back().entry, log_of(from));
    }
    const bool any = std::any_of(all.begin(), all.end(), [](const auto& i) { return i.whole && i.incident.within_budget; });
    for (share::ReportIncident& i : all) {
      const bool tell = i.whole && (any ? i.incident.within_budget : r_.told.empty()) && r_.told.size() < kMostTold;
      (tell ? r_.told : r_.further).push_back(std::move(i));
    }
  }

  // Where each piece of evidence of the incidents told is proved; the others are counted.
  void findings() {
    std::map<std::pair<std::string, std::string>, std::vector<share::ReportProof*>> wanted;  // log and finding
    for (share::ReportIncident& i : r_.told) {
      const std::string& number = logs_of_[i.entry];
      const auto log = logs_.find(number);
      i.proofs.resize(i.incident.evidence.size());
      for (std::size_t k = 0; k < i.proofs.size(); ++k) {
        const IncidentEvidence& e = i.incident.evidence[k];
        if (log != logs_.end()) i.proofs[k].exhibit = log->second->exhibit_of(e.place.file);
        if (!e.finding.empty()) wanted[{number, e.finding}].push_back(&i.proofs[k]);
      }
    }
    for (auto& [number, log] : logs_) {
      add_said(log->each_finding([&, of = number](const LogFacts::Finding& f) {
        const auto it = wanted.find({of, f.id});
        if (it == wanted.end()) ++r_.other_findings[f.title];
        for (share::ReportProof* p : it == wanted.end() ? std::vector<share::ReportProof*>() : it->second) {
          const std::string exhibit = p->exhibit;
          *p = f.proof;
          if (p->exhibit.empty()) p->exhibit = exhibit;
        }
      }));
    }
  }

  void add_said(const std::vector<std::string>& more) { r_.said.insert(r_.said.end(), more.begin(), more.end()); }

  void keep(const nlohmann::json& names) {
    for (const auto& [kind, hashes] : names.items()) {
      if (!hashes.is_array()) continue;
      for (const auto& h : hashes) {
        if (h.is_string()) out_.pseudonyms[kind].push_back(h.get<std::string>());
      }
    }
  }

  FileSystem& files_;
  const CaseReading& reading_;
  const store::CaseView& view_;
  Gathered out_;
  share::Report& r_ = out_.report;
  std::map<std::string, std::unique_ptr<LogFacts>> logs_;  // by the number of the case; the own one first
  std::map<std::string, std::string> logs_of_;             // entry of an incident -> its log
};

}  // namespace
}  // namespace report_gathering

Result<Gathered> gather_report(FileSystem& files, const CaseReading& reading, const store::CaseView& view) {
  return report_gathering::Gathering(files, reading, view).gather();
}

}  // namespace custos::engine
