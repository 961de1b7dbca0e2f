// The fields of an event that tell who and what it is about, picked out in one pass.
// Called by the resolver's callers, one a worker; read by resolver.cc and subjects.cc.
// Texts are views into the event and die with its batch; the dictionary given must outlive it.
// One thread.
// Refuses nothing: what a record does not say is empty. Of several values of one name the first counts (of a lease's messages the last).
#pragma once

#include <cstdint>
#include <string_view>

#include "model/field_picker.h"

namespace custos::institution {

// Names as the decoders give them, in the order of clue_names in clues.cc.
enum class Clue : std::uint8_t {
  // Windows
  EventId, Computer, Hostname, IpAddress, TargetUserName, TargetDomainName, TargetUserSid, TargetSid, SubjectUserName, SubjectDomainName, SubjectUserSid, User,
  SourceUser, Status, Initiated, SourceIp, ProcessGuid, ProcessId, NewProcessId, NewProcessName, ProcessName, Image,
  // the wire
  AssignedAddress, HostName, ClientFqdn, LeaseTime, Card, MessageTypes, OriginAddress, ResponderAddress, SrcIp, DestIp, ClientIp,
  // Linux and the cloud
  Message, Program, SyslogHost, LinuxUser, Outcome, Node, Acct, ProxyUser, EntraUser, M365User, AwsUser, SignInError,
  DeviceName, DeviceAddress, DestinationDevice, DestinationAddress,
  kCount
};

class Clues {
 public:
  explicit Clues(const Names& names);

  // `e` must be of a batch with this dictionary.
  void read(const Event& e) {
    picker_.read(e);
    sources_ = &e.batch().sources();
    log_source_ = e.record().log_source;
  }
  // A line of a web server's own access log, which does not name the server.
  bool of_web_server() const;
  std::string_view operator[](Clue c) const { return picker_[c]; }

 private:
  FieldPicker<Clue> picker_;
  const LogSources* sources_ = nullptr;
  LogSourceId log_source_ = kUnknownSource;
};

}  // namespace custos::institution
