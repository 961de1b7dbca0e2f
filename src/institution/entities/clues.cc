#include "institution/entities/clues.h"

#include <algorithm>

namespace custos::institution {
namespace {

constexpr auto kClueNames = std::to_array<std::string_view>(
    {"EventID", "Computer", "Hostname", "IpAddress", "TargetUserName", "TargetDomainName", "TargetUserSid", "TargetSid", "SubjectUserName",
     "SubjectDomainName", "SubjectUserSid", "User", "SourceUser", "Status", "Initiated", "SourceIp", "ProcessGuid", "ProcessId", "NewProcessId",
     "NewProcessName", "ProcessName", "Image", "assigned_addr", "host_name", "client_fqdn", "lease_time", "mac",
     "msg_types", "id.orig_h", "id.resp_h", "src_ip",
     "dest_ip", "c-ip", "message", "program", "hostname", "user", "outcome", "node", "acct", "cs-username", "userPrincipalName", "UserId",
     "userIdentity.userName", "status.errorCode"});
static_assert(kClueNames.size() == static_cast<std::size_t>(Clue::kCount));

}  // namespace

void Clues::look_at_new_names() {
  for (auto id = static_cast<NameId>(clue_of_.size()); id < names_.size(); ++id) {
    const auto at = id == kOtherName ? kClueNames.end() : std::find(kClueNames.begin(), kClueNames.end(), names_.text(id));
    clue_of_.push_back(static_cast<std::uint8_t>(at - kClueNames.begin()));
  }
}

bool Clues::of_web_server() const {
  if (sources_ == nullptr) return false;
  const LogSource& s = sources_->at(log_source_);
  return s.product.empty() && s.service.empty() && s.categories.size() == 1 && s.categories[0] == "webserver";
}

void Clues::read(const Event& e) {
  if (clue_of_.size() != names_.size()) look_at_new_names();
  // On the way of every event: nothing is touched that need not be.
  for (std::size_t i = 0; i < set_count_; ++i) values_[set_[i]] = {};
  set_count_ = 0;
  sources_ = &e.batch().sources();
  log_source_ = e.record().log_source;
  const std::uint8_t* const clue_of = clue_of_.data();
  for (const Field& f : e.fields()) {
    const std::uint8_t clue = clue_of[f.name];
    if (clue == kCount) continue;
    std::string_view& value = values_[clue];
    if (f.type == Type::Null) continue;
    if (value.data() == nullptr) {
      set_[set_count_++] = clue;
    } else if (clue != static_cast<std::uint8_t>(Clue::MessageTypes)) {
      continue;
    }
    value = f.text();
  }
}

}  // namespace custos::institution
