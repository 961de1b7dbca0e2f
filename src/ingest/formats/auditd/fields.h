// The key=value pairs of audit records as fields of one event: flattened, decoded, arguments and addresses put together.
// Called by the auditd decoder (all records of one event) and by the syslog decoder (single records).
// Texts added are views of the raw record, or live in the batch's arena.
// One thread; one object per decoder, its scratch space is reused.
// Refuses nothing: what is not key=value is passed over; the number of fields is bounded by LineFields.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ingest/formats/auditd/record.h"
#include "ingest/lines.h"

namespace custos::ingest::auditd {

// clang-format off
enum class N : std::uint8_t {
  Type, Node, SyscallName, Key, SaddrFam, Laddr, Lport, Path, Seresult, Seperms,
  Image, CommandLine, CurrentDirectory, User, ProcessId, ParentProcessId, TargetFilename, DestinationIp,
  DestinationPort, Initiated,
  kCount
};
inline constexpr std::array<std::string_view, static_cast<std::size_t>(N::kCount)> kNameTexts{
  "type", "node", "SYSCALL", "key", "saddr_fam", "laddr", "lport", "path", "seresult", "seperms",
  "Image", "CommandLine", "CurrentDirectory", "User", "ProcessId", "ParentProcessId", "TargetFilename", "DestinationIp",
  "DestinationPort", "Initiated"};
// clang-format on

class AuditFields {
 public:
  AuditFields() : names_(kNameTexts) {}

  // begin() after LineFields::begin(); then each record; then finish(), which also sets the log source of the pending
  // event.
  void begin(LineFields& fields);
  void record(const RecordHead& head);
  void finish();

 private:
  struct Seen {
    std::uint32_t epoch = 0;
    std::int32_t last = -1;  // index into chain_ of the last field of this name
  };
  struct Link {
    std::string_view text;
    std::int32_t before;
  };

  void pairs(std::string_view body, int depth);
  void access_vector(std::string_view& body);
  void pair(std::string_view key, std::string_view value, bool quoted, int depth);
  void argument(std::string_view key, std::string_view text, std::string_view from);
  void flush_pieces();
  void socket_address(std::string_view hex);
  void keys(std::string_view text, std::string_view from);
  void remember(std::string_view key, std::string_view text);
  void end_record();
  void add(NameId name, std::string_view text, std::string_view from, Type type = Type::Text);
  void add(N name, std::string_view text, std::string_view from, Type type = Type::Text) {
    add(names_[name], text, from, type);
  }
  bool repeated(NameId name, std::string_view text);
  std::string_view keep(std::string_view text);

  KnownNames<N> names_;
  LineFields* fields_ = nullptr;
  std::vector<Seen> seen_;
  std::vector<Link> chain_;
  std::uint32_t epoch_ = 0;
  std::string scratch_, pieces_, piece_key_;
  std::string_view piece_from_;
  std::vector<std::string_view> args_;
  // What finish() needs of the event, as last seen.
  std::string_view type_, arch_, syscall_, exe_, cwd_, pid_, ppid_, uid_name_, euid_name_, success_, name_, nametype_,
      address_, port_;
  bool named_ = false, execve_ = false, creates_ = false;
  const LogSources* bound_ = nullptr;
  std::array<LogSourceId, 8> sources_{};
};

// The text that audit's hexadecimal encoding stands for; false when `s` is not such an encoding.
bool decode_hex(std::string_view s, std::string& out);

}  // namespace custos::ingest::auditd
