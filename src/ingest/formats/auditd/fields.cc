#include "ingest/formats/auditd/fields.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "ingest/formats/auditd/syscalls.h"

namespace custos::ingest::auditd {
namespace {
namespace audit_fields {

using Text = std::string_view;

// Keys whose values the kernel and the audit library write in hexadecimal when they hold blanks, quotes or control
// characters. Sorted.
constexpr std::array<Text, 24> kEncoded{"acct",   "cgroup",    "cmd",     "comm",     "cwd",      "data",
                                        "device", "dir",       "exe",     "file",     "grp",      "key",
                                        "name",   "new-disk",  "new-fs",  "ocomm",    "old-disk", "old-fs",
                                        "path",   "proctitle", "profile", "root_dir", "vm",       "watch"};

bool encoded_key(Text key) { return std::binary_search(kEncoded.begin(), kEncoded.end(), key); }

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool blank(char c) { return c == ' ' || c == '\x1d' || c == '\t'; }

bool all_digits(Text s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Whether the quote at `at` closes msg='...': what enriches the record follows behind a 0x1d, which copying often
// loses.
bool ends_message(Text s, std::size_t at) {
  return at + 1 >= s.size() || blank(s[at + 1]) || (s[at + 1] >= 'A' && s[at + 1] <= 'Z');
}

// "a0", "a12", "a1[0]": an argument of EXECVE. `piece` when it is a part of one.
bool argument_key(Text key, bool& piece) {
  if (key.size() < 2 || key[0] != 'a' || key[1] < '0' || key[1] > '9') return false;
  std::size_t i = 1;
  while (i < key.size() && key[i] >= '0' && key[i] <= '9') ++i;
  piece = i < key.size() && key[i] == '[';
  return i == key.size() || (piece && key.back() == ']');
}

}  // namespace audit_fields
}  // namespace

bool decode_hex(std::string_view s, std::string& out) {
  if (s.empty() || s.size() % 2 != 0) return false;
  out.clear();
  for (std::size_t i = 0; i < s.size(); i += 2) {
    const int a = audit_fields::hex(s[i]), b = audit_fields::hex(s[i + 1]);
    if (a < 0 || b < 0) return false;
    out += static_cast<char>(a * 16 + b);
  }
  return true;
}

void AuditFields::begin(LineFields& fields) {
  fields_ = &fields;
  names_.bind(fields.batch().names());
  ++epoch_;
  chain_.clear();
  args_.clear();
  pieces_.clear();
  piece_key_.clear();
  arch_ = syscall_ = exe_ = cwd_ = pid_ = ppid_ = uid_name_ = euid_name_ = success_ = address_ = port_ = {};
  named_ = execve_ = creates_ = false;
}

std::string_view AuditFields::keep(std::string_view text) { return fields_->batch().arena().keep(text); }

// Records of one event repeat much (pid, uid, ...): a value is kept once per name.
bool AuditFields::repeated(NameId name, std::string_view text) {
  if (name >= seen_.size()) seen_.resize(std::max<std::size_t>(name + 1, fields_->batch().names().size()));
  Seen& seen = seen_[name];
  if (seen.epoch != epoch_) seen = {epoch_, -1};
  for (std::int32_t i = seen.last; i >= 0; i = chain_[static_cast<std::size_t>(i)].before) {
    if (chain_[static_cast<std::size_t>(i)].text == text) return true;
  }
  chain_.push_back({text, seen.last});
  seen.last = static_cast<std::int32_t>(chain_.size() - 1);
  return false;
}

void AuditFields::add(NameId name, std::string_view text, std::string_view from, Type type) {
  if (repeated(name, text)) return;
  if (text.data() == from.data()) {
    fields_->add(name, text, type);
  } else {
    fields_->add_decoded(name, text, from, type);
  }
}

void AuditFields::record(const RecordHead& head) {
  type_ = head.type;
  name_ = nametype_ = {};
  if (!head.node.empty()) add(N::Node, head.node, head.node);
  add(N::Type, head.type, head.type);
  execve_ |= type_ == "EXECVE";
  std::string_view body = head.body;
  if (body.substr(0, 5) == "avc: ") access_vector(body);
  pairs(body, 0);
  end_record();
}

// "avc:  denied  { read write } for  pid=1 ..."
void AuditFields::access_vector(std::string_view& body) {
  const std::size_t open = body.find('{'), close = body.find('}');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return;
  std::string_view result = trim(body.substr(4, open - 4));
  add(N::Seresult, result, result);
  std::string_view perms = trim(body.substr(open + 1, close - open - 1));
  while (!perms.empty()) {
    const std::size_t at = perms.find(' ');
    add(N::Seperms, perms.substr(0, at), perms);
    perms = at == std::string_view::npos ? std::string_view{} : trim(perms.substr(at));
  }
  body = body.substr(close + 1);
}

void AuditFields::pairs(std::string_view s, int depth) {
  std::size_t at = 0;
  while (at < s.size()) {
    while (at < s.size() && (audit_fields::blank(s[at]) || s[at] == '(' || s[at] == '}')) ++at;
    const std::size_t start = at;
    while (at < s.size() && s[at] != '=' && !audit_fields::blank(s[at])) ++at;
    if (at >= s.size() || s[at] != '=') continue;
    const std::string_view key = s.substr(start, at - start);
    ++at;
    const char first = at < s.size() ? s[at] : ' ';
    if (first == '"') {
      const std::size_t end = s.find('"', at + 1);
      const std::size_t stop = end == std::string_view::npos ? s.size() : end;
      pair(key, s.substr(at + 1, stop - at - 1), true, depth);
      at = stop + 1;
    } else if (first == '\'' && depth == 0) {
      std::size_t end = s.find('\'', at + 1);
      while (end != std::string_view::npos && !audit_fields::ends_message(s, end)) end = s.find('\'', end + 1);
      const std::size_t stop = end == std::string_view::npos ? s.size() : end;
      pairs(s.substr(at + 1, stop - at - 1), depth + 1);
      at = stop + 1;
    } else if (first == '{' && depth == 0) {
      const std::size_t end = s.find('}', at);
      const std::size_t stop = end == std::string_view::npos ? s.size() : end;
      pairs(s.substr(at + 1, stop - at - 1), depth + 1);
      at = stop + 1;
    } else {
      const std::size_t from = at;
      while (at < s.size() && !audit_fields::blank(s[at])) ++at;
      std::string_view value = s.substr(from, at - from);
      if (value.size() > 6 && value.substr(0, 6) == "(null)") at = from + 6;  // the 0x1d behind it was lost in copying
      value = s.substr(from, at - from);
      // Old records: "(hostname=gw, addr=192.0.2.1, terminal=ssh res=success)".
      while (depth > 0 && !value.empty() && (value.back() == ',' || value.back() == ')')) value.remove_suffix(1);
      pair(key, value, false, depth);
    }
  }
}

void AuditFields::pair(std::string_view key, std::string_view value, bool quoted, int depth) {
  if (key.empty() || (!quoted && (value == "(null)" || value == "?"))) return;
  bool piece = false;
  const bool argument_value = type_ == "EXECVE" && depth == 0 && audit_fields::argument_key(key, piece);
  const std::string_view from = value;
  if (!quoted && value.size() >= 2 && (argument_value || audit_fields::encoded_key(key)) &&
      decode_hex(value, scratch_)) {
    if (key == "proctitle") std::replace(scratch_.begin(), scratch_.end(), '\0', ' ');
    value = valid_utf8(keep(scratch_), fields_->batch().arena());
  }
  if (argument_value) {
    if (piece) {
      const std::string_view base = key.substr(0, key.find('['));
      if (base != piece_key_) {
        flush_pieces();
        piece_key_ = base;
        piece_from_ = from;
      }
      pieces_ += value;
      return;
    }
    return argument(key, value, from);
  }
  if (key == "key") return keys(value, from);
  if (key == "saddr" && !quoted && type_ == "SOCKADDR") socket_address(value);
  remember(key, value);
  add(fields_->name_id(key), value, from, !quoted && audit_fields::all_digits(value) ? Type::Int : Type::Text);
}

void AuditFields::argument(std::string_view key, std::string_view text, std::string_view from) {
  flush_pieces();
  args_.push_back(text);
  add(fields_->name_id(key), text, from);
}

// An argument too long for one record comes in pieces, a1[0]=.. a1[1]=.., over several records.
void AuditFields::flush_pieces() {
  if (piece_key_.empty()) return;
  const std::string_view text = valid_utf8(keep(pieces_), fields_->batch().arena());
  args_.push_back(text);
  add(fields_->name_id(piece_key_), text, piece_from_);
  pieces_.clear();
  piece_key_.clear();
}

// Several keys of one rule are joined by 0x01.
void AuditFields::keys(std::string_view text, std::string_view from) {
  while (true) {
    const std::size_t at = text.find('\x01');
    add(N::Key, text.substr(0, at), text.data() == from.data() ? text.substr(0, at) : from);
    if (at == std::string_view::npos) return;
    text.remove_prefix(at + 1);
  }
}

void AuditFields::socket_address(std::string_view hex) {
  std::string raw;
  if (!decode_hex(hex, raw) || raw.size() < 2) return;
  const unsigned family = static_cast<unsigned char>(raw[0]) | static_cast<unsigned>(static_cast<unsigned char>(raw[1]))
                                                                   << 8;
  const auto port = [&] {
    return fmt::format("{}", static_cast<unsigned char>(raw[2]) << 8 | static_cast<unsigned char>(raw[3]));
  };
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (family == AF_INET && raw.size() >= 8) {
    inet_ntop(AF_INET, raw.data() + 4, text.data(), text.size());
  } else if (family == AF_INET6 && raw.size() >= 24) {
    inet_ntop(AF_INET6, raw.data() + 8, text.data(), text.size());
  } else {
    if (family != AF_UNIX || raw.size() < 3) return;
    add(N::SaddrFam, "local", hex);
    const std::size_t start = raw[2] == '\0' ? 3 : 2;  // an abstract name begins with a NUL
    const std::string path = to_valid_utf8(raw.substr(start, raw.find('\0', start) - start));
    if (!path.empty()) add(N::Path, keep(path), hex);
    return;
  }
  address_ = keep(text.data());
  port_ = keep(port());
  add(N::SaddrFam, family == AF_INET ? "inet" : "inet6", hex);
  add(N::Laddr, address_, hex);
  add(N::Lport, port_, hex, Type::Int);
}

void AuditFields::remember(std::string_view key, std::string_view text) {
  switch (key.size()) {
    case 3:
      if (key == "exe") exe_ = text;
      if (key == "cwd") cwd_ = text;
      if (key == "pid" && pid_.empty()) pid_ = text;
      if (key == "UID") uid_name_ = text;
      break;
    case 4:
      if (key == "arch") arch_ = text;
      if (key == "ppid") ppid_ = text;
      if (key == "EUID") euid_name_ = text;
      if (key == "name") name_ = text;
      break;
    case 5:
      if (key == "laddr") address_ = text;
      if (key == "lport") port_ = text;
      break;
    case 7:
      if (key == "syscall") syscall_ = text;
      if (key == "success") success_ = text;
      if (key == "SYSCALL") {
        syscall_ = text;
        named_ = true;
      }
      break;
    case 8:
      if (key == "nametype") nametype_ = text;
      break;
    default:
      break;
  }
}

void AuditFields::end_record() {
  if (type_ == "SYSCALL" && !named_) {
    const std::string_view from = syscall_;
    if (const std::string_view name = syscall_name(arch_, syscall_); !name.empty()) {
      add(N::SyscallName, name, from);
      syscall_ = name;
    }
  }
  if (type_ == "PATH" && nametype_ == "CREATE" && !name_.empty()) {
    creates_ = true;
    std::string_view file = name_;
    if (file.front() != '/' && !cwd_.empty()) {
      scratch_.assign(cwd_);
      if (scratch_.back() != '/') scratch_ += '/';
      scratch_ += file.substr(0, 2) == "./" ? file.substr(2) : file;
      file = keep(scratch_);
    }
    add(N::TargetFilename, file, name_);
  }
}

// The names that Sigma's generic categories use, beside audit's own.
void AuditFields::finish() {
  flush_pieces();
  const bool done = success_ != "no";
  const bool process = execve_ && done;
  const bool file = creates_ && done;
  const bool network = syscall_ == "connect" && !address_.empty();
  LogSources& sources = fields_->batch().sources();
  if (bound_ != &sources) {
    bound_ = &sources;
    static constexpr std::array<std::string_view, 8> kCategories{"",
                                                                 "process_creation",
                                                                 "file_event",
                                                                 "process_creation file_event",
                                                                 "network_connection",
                                                                 "process_creation network_connection",
                                                                 "file_event network_connection",
                                                                 "process_creation file_event network_connection"};
    for (std::size_t i = 0; i < 8; ++i) sources_[i] = sources.intern("linux", "auditd", kCategories[i]);
  }
  fields_->batch().pending_record().log_source = sources_[(process ? 1u : 0u) + (file ? 2u : 0u) + (network ? 4u : 0u)];
  if (!process && !file && !network) return;
  const auto some = [&](N name, std::string_view text) {
    if (!text.empty()) add(name, text, text);
  };
  some(N::Image, exe_);
  some(N::ProcessId, pid_);
  some(N::ParentProcessId, ppid_);
  some(N::CurrentDirectory, cwd_);
  some(N::User, euid_name_.empty() ? uid_name_ : euid_name_);
  if (process && !args_.empty()) {
    scratch_.clear();
    for (const std::string_view arg : args_) {
      if (!scratch_.empty()) scratch_ += ' ';
      scratch_ += arg;
    }
    const std::string_view line = args_.size() == 1 ? args_[0] : keep(scratch_);
    add(N::CommandLine, line, line);
  }
  if (network) {
    add(N::DestinationIp, address_, address_);
    if (!port_.empty()) add(N::DestinationPort, port_, port_, Type::Int);
    fields_->add(names_[N::Initiated], "true");
  }
}

}  // namespace custos::ingest::auditd
