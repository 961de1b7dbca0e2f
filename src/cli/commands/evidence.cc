// custos evidence: a look into the log, others to vouch for it, and parts of it handed over.
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/command.h"
#include "cli/evidence_options.h"
#include "cli/keeping.h"

namespace custos::cli::evidence {
namespace {

// The network or the other side was not there: nothing was changed, try again.
bool is_passing(const Error& e) { return e.code == Code::NotFound || e.code == Code::Unreadable; }

// What an entry is about, in a few words.
std::string about(const nlohmann::json& e) {
  const auto text = [&](const char* key) { return e.contains(key) ? (e[key].is_string() ? e[key].get<std::string>() : e[key].dump()) : std::string(); };
  const std::string kind = text("kind");
  if (kind == "log") {
    const std::size_t readers = e.value("recipients", nlohmann::json::array()).size();
    return fmt::format("{}, {}, {}", text("origin"), text("why"),
                       readers == 0 ? "not encrypted" : fmt::format("encrypted to {}", readers == 1 ? "one recipient" : fmt::format("{} recipients", readers)));
  }
  if (kind == "scan") return text("host");
  if (kind == "source") return fmt::format("{} {}, {} bytes, {} records", text("exhibit"), text("path"), text("size"), text("records"));
  if (kind == "segment") return fmt::format("{} {} in {}", text("records"), text("holds"), text("file").substr(0, 12));
  if (kind == "end") return fmt::format("of scan {}: {} findings of {} sources", text("scan"), text("findings"), text("sources"));
  if (kind == "epoch") return fmt::format("{}: another key for what is encrypted", text("number"));
  if (kind == "view") return fmt::format("{} {}", text("what"), text("about"));
  if (kind == "timestamp") return fmt::format("over {} entries, {} by {}", text("size"), text("stamped"), text("authority"));
  if (kind == "witness") return fmt::format("over {} entries, {}", text("size"), text("witness").substr(0, text("witness").find('+')));
  if (kind == "package")
    return fmt::format("{} findings for {}", e.value("findings", nlohmann::json::array()).size(), text("to").empty() ? "somebody not named" : text("to"));
  const auto count = [&](const char* key) { return e.value(key, nlohmann::json::array()).size(); };
  // Arrays of a sweep may end early; what is missing is counted.
  const auto beyond = [&](const char* key) {
    const auto more = e.value("more", nlohmann::json::object());
    return count(key) + (more.is_object() && more.contains(key) && more[key].is_number_unsigned() ? more[key].get<std::size_t>() : 0);
  };
  if (kind == "hold") return fmt::format("{} segments until {}", count("segments"), text("until").empty() ? "it is released" : text("until"));
  if (kind == "release") return fmt::format("of the hold of entry {}", text("hold"));
  if (kind == "deletion") return fmt::format("of {} segments", count("segments"));
  if (kind == "copy") return fmt::format("to {}, over {} entries: {} files, {} bytes written", text("to"), text("checkpoint"), text("files"), text("bytes"));
  if (kind == "sweep") return fmt::format("{} bytes read: {} files damaged, {} restored", text("bytes"), beyond("damaged"), beyond("restored"));
  if (kind == "case") {
    std::string what;
    for (const char* key : {"title", "text", "person", "state", "to", "about", "outcome", "folder"}) what += text(key).empty() ? "" : " " + text(key);
    if (e.contains("incident") && e["incident"].is_object()) what += " " + e["incident"].value("id", std::string());
    for (const char* key : {"task", "entry"}) what += text(key).empty() ? "" : " of " + text(key);
    return text("act") + what;
  }
  if (kind == "recovery") return fmt::format("{} bytes of a write that never ended", text("bytes"));
  return {};
}

int show_log(const EvidenceArguments& a) {
  Result<void> done;
  if (a.findings) {
    done = engine::list_findings({a.log.access.folder, a.identity}, [&](const engine::ListedFinding& f) {
      if (a.json) {
        const nlohmann::ordered_json j{{"id", f.id}, {"level", f.level}, {"time", f.time}, {"title", f.title}, {"records", f.records}, {"entry", f.entry}};
        fmt::print("{}\n", j.dump());
      } else {
        fmt::print("{}  {:<13} {:<27} {}{}\n", f.id, f.level, f.time, printable(f.title), f.records > 1 ? fmt::format(" ({} records)", f.records) : "");
      }
    });
  } else {
    done = engine::list_entries({a.log.access.folder, a.identity}, [&](const engine::ListedEntry& e) {
      if (a.json) return fmt::print("{}\n", e.json);
      const auto j = nlohmann::json::parse(e.json, nullptr, false);
      if (!j.is_object()) return fmt::print("{:>8}  (not readable)\n", e.index);
      const std::string who = j.value("custody", nlohmann::json::object()).value("who", "");
      fmt::print("{:>8}  {}  {:<10} {:<9} {}{}\n", e.index, j.value("time", ""), printable(who), j.value("kind", ""), printable(about(j)),
                 e.under_checkpoint ? "" : "  (under no checkpoint yet)");
    });
  }
  return done ? 0 : evidence_failed(done.error());
}

int show_entry(const EvidenceArguments& a, std::uint64_t index) {
  const auto shown = engine::show_entry({a.log.access.folder, a.identity}, index);
  if (!shown) return evidence_failed(shown.error());
  if (a.json) {
    fmt::print("{}\n", shown->json);
  } else {
    fmt::print("{}\n\nits proof, as a .tlog-proof:\n{}", nlohmann::ordered_json::parse(shown->json).dump(2), custos::evidence::to_text(shown->proof));
  }
  return 0;
}

int show_finding(const EvidenceArguments& a) {
  const auto f = engine::show_finding({a.log.access.folder, a.identity}, a.what);
  if (!f) return evidence_failed(f.error());
  if (a.json) {
    nlohmann::ordered_json values = nlohmann::ordered_json::array();
    for (const auto& v : f->values) values.push_back({{"what", v.what}, {"name", v.name}, {"value", v.value}});
    const nlohmann::ordered_json j{{"id", f->about.id},     {"title", f->about.title}, {"level", f->about.level}, {"entry", f->about.entry},
                                   {"segment", f->segment}, {"leaf", f->leaf},         {"values", values}};
    fmt::print("{}\n", j.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return 0;
  }
  fmt::print("{} ({}), {}, {} records\nfinding {}, record {} of the segment of entry {}\n", printable(f->about.title), f->about.level, f->about.time,
             f->about.records, f->about.id, f->leaf, f->about.entry);
  std::string record;
  for (const auto& v : f->values) {
    if (v.what == "part") {
      record += v.value;
    } else {
      fmt::print("  {:<10} {:<20} {}\n", v.what, printable(v.name), printable(v.value, 200));
    }
  }
  fmt::print("its record:\n{}\n", printable(record, 4000));
  for (const auto& r : f->records) fmt::print("  record {} of segment {}\n", r.leaf, r.segment.substr(0, 16));
  return 0;
}

int show(EvidenceArguments& a) {
  std::uint64_t index = 0;
  const bool entry = a.what.size() < 16 && custos::evidence::parse_decimal(a.what, index);
  if (a.on_record) {
    if (auto ok = complete(a.log, false); !ok) return evidence_failed(ok.error());
    const auto recorded = engine::put_view_on_record(a.log.access, entry ? "entry" : "finding", a.what);
    if (!recorded) return evidence_failed(recorded.error());
    if (!a.json) fmt::print("on record as entry {}\n", *recorded);
  }
  return entry ? show_entry(a, index) : show_finding(a);
}

int package(EvidenceArguments& a) {
  if (auto ok = complete(a.log, false); !ok) return evidence_failed(ok.error());
  a.package.log = a.log.access;
  a.package.identity = a.identity;
  const auto made = engine::package_evidence(a.package);
  if (!made) return evidence_failed(made.error());
  const custos::evidence::Package& p = made->package;
  std::size_t given_away = 0;
  for (const auto& w : p.withheld) given_away += w.why != "asked";
  fmt::print("made {}: {} findings, {} whole records, {} bytes ({} of them proofs)\n", printable(a.package.out), a.package.findings.size(), p.records,
             p.bytes.size(), p.proof_bytes);
  if (!p.withheld.empty()) fmt::print("withheld: {} values, {} of them because they hold a value that you withheld\n", p.withheld.size(), given_away);
  fmt::print("on record as entry {}; the other side needs this key, by another way:\n  {}\n", made->entry, printable(made->key));
  fmt::print("next: custos verify {}\n", printable(a.package.out));
  return 0;
}

int timestamp(EvidenceArguments& a) {
  if (auto ok = complete(a.log, false); !ok) return evidence_failed(ok.error());
  a.stamp.log = a.log.access;
  const auto done = engine::stamp(a.stamp);
  if (!done) {
    const bool later = is_passing(done.error());
    evidence_failed(done.error());
    if (later && !a.stamp.url.empty()) fmt::print(stderr, "nothing was stamped, and nothing is lost: a later stamp covers all that is in the log by then\n");
    return later ? 3 : 2;
  }
  using What = engine::Stamped::What;
  if (done->what == What::Nothing) fmt::print("nothing to do: the checkpoint over {} entries is stamped, and the stamp does not end soon\n", done->size);
  if (done->what == What::QueryWritten) {
    fmt::print(
        "the query for the checkpoint over {} entries is in {}; have an authority answer it, then:\n  custos evidence timestamp {} --query {} --reply REPLY\n",
        done->size, printable(a.stamp.query), printable(a.log.access.folder), printable(a.stamp.query));
  }
  if (done->what == What::Stamped) {
    fmt::print("stamped: the checkpoint over {} entries, {} by {}\nits certificate ends {}: have a new stamp made before\n", done->size, to_rfc3339(done->time),
               printable(done->authority), to_rfc3339(done->expires));
    if (!done->trusted) fmt::print("nobody vouched for this authority: name its certificates with --tsa\n");
  }
  return 0;
}

int witness(EvidenceArguments& a) {
  if (auto ok = complete(a.log, false); !ok) return evidence_failed(ok.error());
  a.witness.log = a.log.access;
  const auto done = engine::ask_witness(a.witness);
  if (!done) {
    evidence_failed(done.error());
    return is_passing(done.error()) ? 3 : 2;
  }
  fmt::print("cosigned: {} saw the checkpoint over {} entries at {}\n", printable(done->witness), done->size, to_rfc3339(done->time));
  return 0;
}

int change(EvidenceArguments& a) {
  // Of a lost key nothing is asked; the new one may be made, and the log is there.
  LogArguments next{a.change.next, a.new_passphrase_file};
  next.access.folder = a.log.access.folder;
  const bool new_key = !a.change.next.key_file.empty();
  Result<void> ok;
  if (a.change.lost) {
    name_who(a.log);
  } else {
    ok = complete(a.log, false);
  }
  if (ok && new_key) ok = ask_passphrase(next, true);
  if (!ok) return evidence_failed(ok.error());
  a.change.log = a.log.access;
  a.change.next = new_key ? next.access : engine::LogAccess{};
  const auto done = engine::change_settings(a.change);
  if (!done) return evidence_failed(done.error());
  const auto& s = done->settings;
  fmt::print("on record as entry {}\nkey {}{}\n", done->size - 1, printable(custos::evidence::to_text(s.key)),
             new_key ? "  (new: tell everybody who checks, by another way)" : "");
  if (s.recipients.empty()) fmt::print("what is sealed from now on is not encrypted\n");
  for (const std::string& r : s.recipients) fmt::print("from now on encrypted to {}\n", printable(r));
  if (new_key) fmt::print("next: name it with --key {}, or put it into the place of the old one\n", printable(a.change.next.key_file));
  return 0;
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  EvidenceArguments a;
  if (const auto status = parse_evidence(arguments, a)) return *status;
  if (a.verb == EvidenceArguments::Verb::Log) return show_log(a);
  if (a.verb == EvidenceArguments::Verb::Package) return package(a);
  if (a.verb == EvidenceArguments::Verb::Timestamp) return timestamp(a);
  if (a.verb == EvidenceArguments::Verb::Witness) return witness(a);
  if (a.verb == EvidenceArguments::Verb::Change) return change(a);
  return a.verb == EvidenceArguments::Verb::Show ? show(a) : keep_evidence(a);
}

extern const Command command;
const Command command{"evidence", "look into sealed evidence, keep it, have it vouched for, hand parts of it over", run};

}  // namespace custos::cli::evidence
