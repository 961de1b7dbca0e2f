#include "institution/entities/resolver.h"

#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "institution/entities/subjects.h"

namespace custos::institution {
namespace {

std::uint64_t number(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x");
  std::uint64_t v = 0;
  std::from_chars(text.data() + (hexadecimal ? 2 : 0), text.data() + text.size(), v, hexadecimal ? 16 : 10);
  return v;
}

std::uint64_t process_key(std::string_view host, std::uint64_t pid) { return hash64(host) + pid * 0x9E3779B97F4A7C15ull; }

bool is_machine(std::string_view account) {
  const std::size_t at = account.find('@');
  return account.substr(0, at).ends_with('$');
}

}  // namespace

std::uint32_t Resolver::source(const std::string& file) {
  // Files come one after the other: nearly always it is the last one.
  if (sources_.empty() || sources_.back() != file) sources_.push_back(file);
  return static_cast<std::uint32_t>(sources_.size() - 1);
}

std::uint32_t Resolver::image(std::string_view path) {
  const auto [at, fresh] = image_numbers_.emplace(std::string(path), static_cast<std::uint32_t>(images_.size()));
  if (fresh) images_.emplace_back(path);
  return at->second;
}

void Resolver::observe(const Event& e, const std::string& file) {
  const std::uint32_t from = source(file);
  if (!text_of(e, "EventID").empty()) {
    learn_windows(e, from);
  } else {
    learn_leases(e, from);
  }
}

void Resolver::learn_windows(const Event& e, std::uint32_t from) {
  const std::uint64_t id = number(text_of(e, "EventID"));
  const Record& r = e.record();
  const std::string_view computer = text_of(e, "Computer");
  const std::string_view address = text_of(e, "IpAddress"), target = text_of(e, "TargetUserName");
  // A machine account that logs on or asks for a ticket is the machine: the address is its own.
  if (!address.empty() && is_machine(target) && (id == 4624 || id == 4768 || id == 4769) &&
      text_of(e, "Status").find_first_not_of("0x") == std::string_view::npos) {
    hosts_.saw(address, target.substr(0, target.find('@')), r.time, kNoTime, false, from, r.number);
  }
  if (id == 3 && text_of(e, "Initiated") == "true") hosts_.saw(text_of(e, "SourceIp"), computer, r.time, kNoTime, false, from, r.number);
  if (!is_machine(target)) {
    std::string_view sid = text_of(e, "TargetUserSid");
    if (sid.empty()) sid = text_of(e, "TargetSid");
    if (sid.starts_with("S-1-5-21-")) accounts_.learn(text_of(e, "TargetDomainName"), target, sid);
  }
  if (const std::string_view subject = text_of(e, "SubjectUserName"); !is_machine(subject)) {
    if (const std::string_view sid = text_of(e, "SubjectUserSid"); sid.starts_with("S-1-5-21-")) accounts_.learn(text_of(e, "SubjectDomainName"), subject, sid);
  }
  learn_processes(e, hosts_.name(computer), static_cast<int>(id), from);
}

void Resolver::learn_processes(const Event& e, const std::string& host, int id, std::uint32_t from) {
  const Record& r = e.record();
  if (r.time == kNoTime || host.empty()) return;
  const bool sysmon = !text_of(e, "ProcessGuid").empty();
  const bool starts = (id == 1 && sysmon) || id == 4688, ends = (id == 5 && sysmon) || id == 4689;
  if (!starts && !ends) return;
  const std::uint64_t key = process_key(host, number(text_of(e, id == 4688 ? "NewProcessId" : "ProcessId")));
  const std::uint32_t path = image(text_of(e, id == 4688 ? "NewProcessName" : id == 4689 ? "ProcessName" : "Image"));
  if (starts) processes_.add({key, path, r.time, kNoTime, true, from, r.number});
  if (ends) processes_.end(key, path, r.time);
}

void Resolver::learn_leases(const Event& e, std::uint32_t from) {
  const Record& r = e.record();
  if (const std::string_view given = text_of(e, "assigned_addr"); !given.empty()) {
    std::string_view name = text_of(e, "host_name");
    if (name.empty() || name == "-") name = text_of(e, "client_fqdn");
    double seconds = 0;
    const std::string_view lease = text_of(e, "lease_time");
    std::from_chars(lease.data(), lease.data() + lease.size(), seconds);
    hosts_.saw(given, name, r.time, r.time + static_cast<Micros>(seconds * kSecond), true, from, r.number);
    return;
  }
  // ISC dhcpd: "DHCPACK on 10.1.2.3 to 00:11:22:33:44:55 (ws-014) via eth0"
  const std::string_view message = text_of(e, "message");
  if (message.starts_with("DHCPACK on ")) {
    const std::string_view address = message.substr(11, message.find(' ', 11) - 11);
    const std::size_t open = message.find('('), close = message.find(')');
    if (open != std::string_view::npos && close != std::string_view::npos && close > open) {
      hosts_.saw(address, message.substr(open + 1, close - open - 1), r.time, kNoTime, true, from, r.number);
    }
  }
}

void Resolver::absorb(Resolver&& other) {
  std::vector<std::uint32_t> renumbered, repainted;
  for (const std::string& s : other.sources_) {
    sources_.push_back(s);
    renumbered.push_back(static_cast<std::uint32_t>(sources_.size() - 1));
  }
  for (const std::string& i : other.images_) repainted.push_back(image(i));
  hosts_.absorb(std::move(other.hosts_), renumbered);
  accounts_.absorb(other.accounts_);
  processes_.take(other.processes_, [&](Evidence e) {
    e.value = repainted[e.value];
    e.source = renumbered[e.source];
    return e;
  });
}

void Resolver::settle() {
  hosts_.settle();
  processes_.settle();
}

Answer Resolver::host(std::string_view name_or_address, Micros at) const {
  if (!plain_address(name_or_address).empty()) return hosts_.by_address(name_or_address, at, sources_);
  Answer a;
  a.value = hosts_.name(name_or_address);
  a.from = "the name";
  if (!a.value.empty()) a.candidates = {a.value};
  return a;
}

Answer Resolver::person(std::string_view written) const {
  const Answer a = accounts_.account(written);
  return a.known() ? accounts_.person(a.value) : Answer{};
}

Answer Resolver::process(std::string_view host, std::string_view id, Micros at) const {
  Answer a;
  const Timeline::Found f = processes_.find(process_key(hosts_.name(host), number(id)), at);
  for (const std::uint32_t c : f.candidates) a.candidates.push_back(images_[c]);
  if (f.run == nullptr) return a;
  a.value = images_[f.run->value];
  a.span = {f.from, f.until};
  a.from = fmt::format("start in {}, record {}", sources_[f.run->source], f.run->record);
  return a;
}

Attribution Resolver::attribute(const Event& e) const {
  Attribution out;
  const Subject s = subject_of(e);
  if (!s.host.empty()) {
    out.host = host(s.host, e.record().time);
  } else if (!s.address.empty()) {
    out.host = hosts_.by_address(s.address, e.record().time, sources_);
    // What comes from outside is about the computer of ours that it came to.
    if (!s.other.empty() && !hosts_.ours(s.address)) out.host = hosts_.by_address(s.other, e.record().time, sources_);
  }
  if (s.name.empty() || is_machine(s.name) || is_built_in(s.domain, s.name, s.sid)) return out;
  out.account = s.domain.empty() && s.sid.empty() ? accounts_.account(s.name) : accounts_.account(s.domain, s.name, s.sid);
  if (!s.claimed && out.account.known()) out.person = accounts_.person(out.account.value);
  return out;
}

}  // namespace custos::institution
