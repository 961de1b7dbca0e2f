#include "correlate/exposure/access_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace custos::correlate {
namespace access_reading {

using Slot = AccessReader::Slot;

constexpr FieldPicker<Slot>::Wanted kWanted = std::to_array<std::string_view>({"EventID",
                                                                               "Computer",
                                                                               "Hostname",
                                                                               "SubjectDomainName",
                                                                               "SubjectUserName",
                                                                               "SubjectLogonId",
                                                                               "IpAddress",
                                                                               "ShareName",
                                                                               "RelativeTargetName",
                                                                               "ObjectName",
                                                                               "AccessMask",
                                                                               "UserId",
                                                                               "ClientIP",
                                                                               "ClientIPAddress",
                                                                               "Operation",
                                                                               "ObjectId",
                                                                               "SiteUrl",
                                                                               "MailboxOwnerUPN",
                                                                               "ClientInfoString",
                                                                               "SessionId",
                                                                               "AppAccessContext.AADSessionId",
                                                                               "eventSource",
                                                                               "eventName",
                                                                               "userIdentity.userName",
                                                                               "userIdentity.arn",
                                                                               "sourceIPAddress",
                                                                               "requestParameters.bucketName",
                                                                               "requestParameters.key"});

bool one_of(std::string_view s, std::span<const std::string_view> of) { return std::find(of.begin(), of.end(), s) != of.end(); }

// Of Windows' rights to a file (winnt.h): FILE_READ_DATA, which for a folder is to list it, FILE_WRITE_DATA and FILE_APPEND_DATA, FILE_READ_EA, which
// whoever asks to read a file asks for too and whoever lists a folder does not, and DELETE.
constexpr std::uint32_t kReadData = 0x1, kWriteOrAppend = 0x6, kReadExtended = 0x8, kDelete = 0x10000;

bool deed_of(std::string_view mask, Deed& deed) {
  if (mask.starts_with("0x") || mask.starts_with("0X")) mask.remove_prefix(2);
  std::uint32_t rights = 0;
  if (std::from_chars(mask.data(), mask.data() + mask.size(), rights, 16).ec != std::errc{}) return false;
  if ((rights & kReadData) != 0 && (rights & kReadExtended) != 0) {
    deed = Deed::Opened;
  } else if ((rights & (kWriteOrAppend | kDelete)) != 0) {
    deed = Deed::Changed;
  } else {
    deed = Deed::Saw;
  }
  return true;
}

// "203.0.113.9:51034", "[2001:db8::1]:443"
std::string_view without_port(std::string_view a) {
  if (a.starts_with('[')) return a.substr(1, a.find(']') - 1);
  if (a.starts_with("::ffff:")) a.remove_prefix(7);
  const auto colon = a.find(':');
  return colon == std::string_view::npos || a.find(':', colon + 1) != std::string_view::npos ? a : a.substr(0, colon);
}

constexpr auto kForwards = std::to_array<std::string_view>({"ForwardTo", "RedirectTo", "ForwardAsAttachmentTo", "ForwardingSmtpAddress",
        "ForwardingAddress"});
constexpr auto kMailChanges = std::to_array<std::string_view>({"HardDelete", "SoftDelete", "MoveToDeletedItems", "Update", "Create"});
constexpr auto kMailRules = std::to_array<std::string_view>({"New-InboxRule", "Set-InboxRule", "Set-Mailbox", "UpdateInboxRules"});
constexpr auto kSees = std::to_array<std::string_view>({"FolderAccessed", "ListViewed", "PageViewed"});
constexpr auto kOpens = std::to_array<std::string_view>({"FileAccessed", "FileAccessedExtended", "FilePreviewed"});
constexpr auto kTakes = std::to_array<std::string_view>({"FileDownloaded", "FileSyncDownloadedFull", "FileSyncDownloadedPartial", "FileCopied"});
constexpr auto kShares = std::to_array<std::string_view>({"AnonymousLinkCreated", "SecureLinkCreated", "CompanyLinkCreated",
        "SharingInvitationCreated", "AddedToSecureLink", "SharingSet"});
constexpr auto kChanges = std::to_array<std::string_view>({"FileModified", "FileModifiedExtended", "FileUploaded", "FileDeleted", "FileRecycled",
        "FileMoved", "FileRenamed"});

bool of_a_computer(std::string_view user) { return user.empty() || user == "-" || user.ends_with('$'); }

}  // namespace access_reading

AccessReader::AccessReader(const Names& names) : names_(names), fields_(names, access_reading::kWanted) {}

AccessReader::Family AccessReader::family(const Batch& batch, LogSourceId id) {
  if (id >= families_.size()) families_.resize(std::size_t{id} + 1, Family::Unseen);
  Family& known = families_[id];
  if (known != Family::Unseen) return known;
  const LogSource& s = batch.sources().at(id);
  known = s.product == "windows" && s.service == "security" ? Family::Security
          : s.product == "m365"                             ? Family::M365
          : s.product == "aws"                              ? Family::Aws
                                                            : Family::Other;
  return known;
}

std::string_view AccessReader::field_of(const Event& event, NameId name) const {
  for (const Field& f : event.fields()) {
    if (f.name == name && f.type != Type::Null) return f.text();
  }
  return {};
}

// By the number alone, before all fields are looked at: most records of a Security log are no accesses.
bool AccessReader::wanted(Family family, const Event& event) {
  if (family != Family::Security) return true;
  if (event_id_ == kOtherName) event_id_ = names_.find("EventID");
  const std::string_view id = field_of(event, event_id_);
  return id == "5145" || id == "4663";
}

bool AccessReader::share(Access& a) {
  using namespace access_reading;
  std::string_view computer = a.computer, name = fields_[Slot::ShareName];
  computer = computer.substr(0, computer.find('.'));
  if (const auto at = name.rfind('\\'); at != std::string_view::npos) name.remove_prefix(at + 1);
  below_.assign("\\\\").append(computer).append("\\").append(name);
  a.below = below_;
  a.object = fields_[Slot::RelativeTargetName];
  a.from = without_port(fields_[Slot::IpAddress]);
  return deed_of(fields_[Slot::AccessMask], a.deed);
}

bool AccessReader::object(Access& a) {
  a.object = fields_[Slot::ObjectName];
  a.from = a.computer;
  return !a.object.empty() && access_reading::deed_of(fields_[Slot::AccessMask], a.deed);
}

// Parameters of a setting are pairs of Name and Value.
bool AccessReader::forwards(const Event& event) const {
  const NameId name = names_.find("Parameters.Name");
  if (name == kOtherName) return false;
  for (const Field& f : event.fields()) {
    if (f.name == name && access_reading::one_of(f.text(), access_reading::kForwards)) return true;
  }
  return false;
}

bool AccessReader::mailbox(const Event& event, Access& a) {
  using namespace access_reading;
  const std::string_view what = fields_[Slot::Operation];
  a.below = fields_[Slot::MailboxOwner].empty() ? a.user : fields_[Slot::MailboxOwner];
  if (what == "MailItemsAccessed") {
    const NameId values = names_.find("OperationProperties.Value");
    bool sync = false;
    for (const Field& f : event.fields()) sync = sync || (values != kOtherName && f.name == values && f.text() == "Sync");
    const std::string_view client = fields_[Slot::ClientInfo];
    a.deed = sync ? Deed::Took : Deed::Opened;
    a.program = client.starts_with("Client=REST");
    return true;
  }
  if (one_of(what, kMailChanges)) {
    a.deed = Deed::Changed;
    return true;
  }
  a.deed = Deed::Shared;
  if (what == "Add-MailboxPermission") return true;
  return one_of(what, kMailRules) && forwards(event);
}

bool AccessReader::document(Access& a) {
  using namespace access_reading;
  const std::string_view what = fields_[Slot::Operation];
  a.below = fields_[Slot::SiteUrl];
  a.object = fields_[Slot::ObjectId];
  if (a.object.empty()) return false;
  if (one_of(what, kOpens)) {
    a.deed = Deed::Opened;
  } else if (one_of(what, kTakes)) {
    a.deed = Deed::Took;
  } else if (one_of(what, kShares)) {
    a.deed = Deed::Shared;
  } else if (one_of(what, kChanges)) {
    a.deed = Deed::Changed;
  } else if (one_of(what, kSees)) {
    a.deed = Deed::Saw;
  } else {
    return false;
  }
  return true;
}

bool AccessReader::bucket(Access& a) {
  using namespace access_reading;
  const std::string_view what = fields_[Slot::AwsEvent];
  if (fields_[Slot::AwsSource] != "s3.amazonaws.com" || fields_[Slot::Bucket].empty()) return false;
  below_.assign("s3://").append(fields_[Slot::Bucket]);
  a.below = below_;
  a.object = fields_[Slot::Key];
  a.user = fields_[Slot::AwsUser].empty() ? fields_[Slot::AwsArn] : fields_[Slot::AwsUser];
  a.from = fields_[Slot::AwsAddress];
  if (what == "GetObject" || what == "CopyObject") {
    a.deed = Deed::Took;
  } else if (what == "PutBucketPolicy" || what == "PutObjectAcl" || what == "PutBucketAcl") {
    a.deed = Deed::Shared;
  } else if (what.starts_with("PutObject") || what.starts_with("DeleteObject")) {
    a.deed = Deed::Changed;
  } else if (what.starts_with("ListObjects") || what == "HeadObject") {
    a.deed = Deed::Saw;
  } else {
    return false;
  }
  a.program = true;
  return true;
}

void AccessReader::read(const Batch& batch, std::uint32_t source, const std::function<void(const Access&)>& sink) {
  using namespace access_reading;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Record& r = batch.record(i);
    const Family family = this->family(batch, r.log_source);
    if (family == Family::Other || r.time == kNoTime || !wanted(family, batch[i])) continue;
    fields_.read(batch[i]);
    Access a;
    a.time = r.time;
    a.source = source;
    a.offset = r.offset;
    a.record = r.number;
    bool is = false;
    if (family == Family::Security) {
      a.computer = fields_[Slot::Computer].empty() ? fields_[Slot::Hostname] : fields_[Slot::Computer];
      a.domain = fields_[Slot::SubjectDomainName];
      a.user = fields_[Slot::SubjectUserName];
      a.session = fields_[Slot::SubjectLogonId];
      is = fields_[Slot::EventId] == "5145" ? share(a) : object(a);
    } else if (family == Family::M365) {
      a.user = fields_[Slot::UserId];
      a.from = without_port(fields_[Slot::ClientIp].empty() ? fields_[Slot::ClientIpAddress] : fields_[Slot::ClientIp]);
      a.session = fields_[Slot::AadSession].empty() ? fields_[Slot::SessionId] : fields_[Slot::AadSession];
      is = fields_[Slot::SiteUrl].empty() ? mailbox(batch[i], a) : document(a);
    } else {
      is = bucket(a);
    }
    if (is && !of_a_computer(a.user)) sink(a);
  }
}

}  // namespace custos::correlate
