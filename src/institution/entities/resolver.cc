#include "institution/entities/resolver.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/net/address.h"
#include "base/text.h"
#include "institution/entities/subjects.h"

namespace custos::institution {
namespace {

constexpr double kLongestLease = 400 * 86'400.0;  // seconds; a stranger's log may claim any number

std::uint64_t number(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x");
  std::uint64_t v = 0;
  std::from_chars(text.data() + (hexadecimal ? 2 : 0), text.data() + text.size(), v, hexadecimal ? 16 : 10);
  return v;
}

std::uint64_t process_key(std::string_view host, std::uint64_t pid) { return hash64(host) + pid * 0x9E3779B97F4A7C15ull; }

// Written with and without braces, in either case.
std::uint64_t guid_key(std::string_view guid) {
  if (guid.starts_with('{')) guid.remove_prefix(1);
  if (guid.ends_with('}')) guid.remove_suffix(1);
  return hash64(fold(guid));
}

bool is_machine(std::string_view account) {
  const std::size_t at = account.find('@');
  return account.substr(0, at).ends_with('$');
}

}  // namespace

std::uint32_t Resolver::image(std::string_view path) {
  const auto [at, fresh] = image_numbers_.emplace(std::string(path), static_cast<std::uint32_t>(images_.size()));
  if (fresh) images_.emplace_back(path);
  return at->second;
}

void Resolver::from(const std::string& file) {
  if (sources_.empty() || sources_.back() != file) sources_.push_back(file);
}

void Resolver::observe(const Clues& c, const Record& r) {
  if (!c[Clue::EventId].empty()) {
    learn_windows(c, r);
  } else if (!c[Clue::AssignedAddress].empty() || !c[Clue::Message].empty()) {
    learn_leases(c, r);
  } else {
    learn_devices(c, r);
  }
}

// Defender for Identity names computers beside their addresses. Addresses outside are where somebody signed in from, maybe through many others.
void Resolver::learn_devices(const Clues& c, const Record& r) {
  for (const auto& [name, at] : {std::pair(Clue::DeviceName, Clue::DeviceAddress), std::pair(Clue::DestinationDevice, Clue::DestinationAddress)}) {
    const auto address = c[name].empty() ? std::nullopt : parse_address(c[at]);
    if (address && is_private(*address)) hosts_.saw(c[at], c[name], r.time, where(r));
  }
}

void Resolver::learn_windows(const Clues& c, const Record& r) {
  const std::uint64_t id = number(c[Clue::EventId]);
  const std::string_view computer = c[Clue::Computer];
  const std::string_view address = c[Clue::IpAddress], target = c[Clue::TargetUserName];
  hosts_.wrote(computer);
  // A machine account that logs on or asks for a ticket is the machine: the address is its own.
  if (!address.empty() && is_machine(target) && (id == 4624 || id == 4768 || id == 4769) &&
      c[Clue::Status].find_first_not_of("0x") == std::string_view::npos) {
    hosts_.saw(address, target.substr(0, target.find('@')), r.time, where(r));
  }
  if (id == 3 && c[Clue::Initiated] == "true") hosts_.saw(c[Clue::SourceIp], computer, r.time, where(r));
  if (!is_machine(target)) {
    std::string_view sid = c[Clue::TargetUserSid];
    if (sid.empty()) sid = c[Clue::TargetSid];
    if (sid.starts_with("S-1-5-21-")) accounts_.learn(c[Clue::TargetDomainName], target, sid);
  }
  if (const std::string_view subject = c[Clue::SubjectUserName]; !is_machine(subject)) {
    if (const std::string_view sid = c[Clue::SubjectUserSid]; sid.starts_with("S-1-5-21-")) accounts_.learn(c[Clue::SubjectDomainName], subject, sid);
  }
  if (keep_ == Keep::All) learn_processes(c, r, hosts_.name(computer), id);
}

void Resolver::learn_processes(const Clues& c, const Record& r, const std::string& host, std::uint64_t id) {
  if (r.time == kNoTime || host.empty()) return;
  const bool sysmon = !c[Clue::ProcessGuid].empty();
  const bool starts = (id == 1 && sysmon) || id == 4688, ends = (id == 5 && sysmon) || id == 4689;
  if (!starts && !ends) return;
  const std::uint64_t key = process_key(host, number(c[id == 4688 ? Clue::NewProcessId : Clue::ProcessId]));
  const std::uint32_t path = image(c[id == 4688 ? Clue::NewProcessName : id == 4689 ? Clue::ProcessName : Clue::Image]);
  if (starts) processes_.add({key, path, r.time, kNoTime, true, source(), r.number});
  // A GUID is never used again.
  if (starts && sysmon) processes_.add({guid_key(c[Clue::ProcessGuid]), path, r.time, kNoTime, true, source(), r.number});
  if (ends) processes_.end(key, path, r.time);
}

void Resolver::learn_leases(const Clues& c, const Record& r) {
  if (c[Clue::AssignedAddress].empty()) return learn_dhcpd(c[Clue::Message], r);
  std::string_view name = c[Clue::HostName];
  if (name.empty() || name == "-") name = c[Clue::ClientFqdn];
  // Zeek lists all messages of an exchange: an address is given by ACK, given back by RELEASE, and neither by an offer or a refusal.
  const std::string_view messages = c[Clue::MessageTypes];
  if (messages.find("RELEASE") != std::string_view::npos || messages.find("DECLINE") != std::string_view::npos) {
    return hosts_.release(c[Clue::AssignedAddress], name, c[Clue::Card], r.time);
  }
  if (!messages.empty() && messages.find("ACK") == std::string_view::npos) return;
  double seconds = 0;
  const std::string_view lease = c[Clue::LeaseTime];
  const bool number_read = std::from_chars(lease.data(), lease.data() + lease.size(), seconds).ec == std::errc();
  const Micros until = number_read && seconds >= 0 ? r.time + static_cast<Micros>(std::min(seconds, kLongestLease) * kSecond) : kNoTime;
  hosts_.lease(c[Clue::AssignedAddress], name, c[Clue::Card], r.time, until, where(r));
}

// ISC dhcpd: "DHCPACK on 10.1.2.3 to 00:11:22:33:44:55 (ws-014) via eth0", "DHCPRELEASE of 10.1.2.3 from 00:11:22:33:44:55 (ws-014) via eth0"
void Resolver::learn_dhcpd(std::string_view message, const Record& r) {
  const bool given = message.starts_with("DHCPACK on "), back = message.starts_with("DHCPRELEASE of ");
  if (!given && !back) return;
  std::array<std::string_view, 6> words;  // verb, on, address, to, card, (name)
  for (std::string_view& w : words) {
    w = message.substr(0, message.find(' '));
    message.remove_prefix(std::min(message.size(), w.size() + 1));
  }
  std::string_view name = words[5];
  if (!name.starts_with('(') || !name.ends_with(')')) return;
  name = name.substr(1, name.size() - 2);
  if (given) return hosts_.lease(words[2], name, words[4], r.time, kNoTime, where(r));
  hosts_.release(words[2], name, words[4], r.time);
}

void Resolver::absorb(Resolver&& other) {
  std::vector<std::uint32_t> renumbered, repainted;
  for (const std::string& s : other.sources_) {
    sources_.push_back(s);
    renumbered.push_back(static_cast<std::uint32_t>(sources_.size() - 1));
  }
  for (const std::string& i : other.images_) repainted.push_back(image(i));
  hosts_.absorb(std::move(other.hosts_), renumbered);
  accounts_.absorb(std::move(other.accounts_));
  processes_.take(other.processes_, [&](Evidence e) {
    e.value = repainted[e.value];
    e.source = renumbered[e.source];
    return e;
  });
}

void Resolver::settle() {
  const std::vector<std::uint32_t> source_ranks = ranks_of(sources_), image_ranks = ranks_of(images_);
  hosts_.settle(source_ranks);
  processes_.renumber([&](Evidence e) {
    e.value = image_ranks[e.value];
    if (e.source < source_ranks.size()) e.source = source_ranks[e.source];
    return e;
  });
  processes_.settle();
  accounts_.settle();
  for (std::vector<std::string>* texts : {&sources_, &images_}) {
    std::sort(texts->begin(), texts->end());
    texts->erase(std::unique(texts->begin(), texts->end()), texts->end());
  }
}

Answer Resolver::host(std::string_view name_or_address, Micros at) const {
  if (!plain_address(name_or_address).empty()) return hosts_.by_address(name_or_address, at, sources_);
  return hosts_.book().by_name(name_or_address);
}

Answer Resolver::person(std::string_view written, Micros at) const {
  const Answer a = accounts_.account(written);
  return a.known() ? accounts_.person(a.value, at) : Answer{};
}

Answer Resolver::process(std::string_view host, std::string_view id, Micros at) const {
  Answer a;
  // Keys were made while our domain might not have been known yet: then of full names.
  Timeline::Found f = processes_.find(process_key(hosts_.name(host), number(id)), at);
  if (f.candidates.empty()) f = processes_.find(process_key(hosts_.full_name(host), number(id)), at);
  if (id.find('-') != std::string_view::npos) {
    const auto& runs = processes_.runs(guid_key(id));
    if (runs.size() == 1) f = {&runs.front(), {runs.front().value}, runs.front().first, kNoTime};
  }
  for (const std::uint32_t c : f.candidates) a.candidates.push_back(images_[c]);
  if (f.run == nullptr) return a;
  a.value = images_[f.run->value];
  a.span = {f.from, f.until};
  a.from = fmt::format("start in {}, record {}", sources_[f.run->source], f.run->record);
  return a;
}

Attribution Resolver::attribute(const Clues& c, Micros at) const {
  Attribution out;
  const Subject s = subject_of(c);
  if (!s.host.empty()) {
    out.host = host(s.host, at);
  } else if (!s.address.empty()) {
    out.host = hosts_.by_address(s.address, at, sources_);
    // What comes from outside is about the computer of ours that it came to.
    if (!s.other.empty() && !hosts_.ours(s.address)) out.host = hosts_.by_address(s.other, at, sources_);
    if (s.other.empty() && c.of_web_server() && !hosts_.ours(s.address)) out.host = hosts_.book().only_web_server();
  }
  if (s.name.empty() || is_machine(s.name) || is_built_in(s.domain, s.name, s.sid)) return out;
  out.account = s.domain.empty() && s.sid.empty() ? accounts_.account(s.name) : accounts_.account(s.domain, s.name, s.sid);
  if (!s.claimed && out.account.known()) out.person = accounts_.person(out.account.value, at);
  return out;
}

}  // namespace custos::institution
