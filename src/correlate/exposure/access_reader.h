// Events to accesses: Security 5145 and 4663, Microsoft 365's audit of documents and mailboxes, objects of AWS S3.
// Called by engine/ for each batch, one a worker, where the institution file protects anything.
// Accesses are views into the batch and the reader.
// One thread; the dictionary of names must outlive it.
// Refuses events of other kinds and those without a time. Which masks and operations are which deed: docs/formats/incidents.md.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "correlate/exposure/access.h"
#include "model/batch.h"
#include "model/field_picker.h"

namespace custos::correlate {

class AccessReader {
 public:
  explicit AccessReader(const Names& names);
  void read(const Batch& batch, std::uint32_t source, const std::function<void(const Access&)>& sink);

  enum class Slot : std::uint8_t {
    EventId,
    Computer,
    Hostname,
    SubjectDomainName,
    SubjectUserName,
    SubjectLogonId,
    IpAddress,
    ShareName,
    RelativeTargetName,
    ObjectName,
    AccessMask,
    UserId,
    ClientIp,
    ClientIpAddress,
    Operation,
    ObjectId,
    SiteUrl,
    MailboxOwner,
    ClientInfo,
    SessionId,
    AadSession,
    AwsSource,
    AwsEvent,
    AwsUser,
    AwsArn,
    AwsAddress,
    Bucket,
    Key,
    kCount
  };

 private:
  enum class Family : std::uint8_t { Unseen, Other, Security, M365, Aws };
  Family family(const Batch& batch, LogSourceId id);
  bool wanted(Family family, const Event& event);
  bool share(Access& access);
  bool object(Access& access);
  bool mailbox(const Event& event, Access& access);
  bool document(Access& access);
  bool bucket(Access& access);
  bool forwards(const Event& event) const;
  std::string_view field_of(const Event& event, NameId name) const;

  const Names& names_;
  NameId event_id_ = kOtherName;  // once a record had it
  FieldPicker<Slot> fields_;
  std::vector<Family> families_;  // by log source
  std::string below_, from_;
};

}  // namespace custos::correlate
