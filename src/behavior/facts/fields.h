// The fields of an event that facts are made of, picked out in one pass.
// Called by reader.cc for every event; read by the makers of facts.
// Texts are views into the event and die with its batch; the dictionary of names given must outlive it.
// One thread.
// Refuses nothing: what a record does not say is empty. Of several values of one name the first counts.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "model/field_picker.h"

namespace custos::behavior {

// Names as the decoders give them, in the order of kSlotNames in fields.cc.
enum class Slot : std::uint8_t {
  // Windows
  EventId, Computer, Hostname, IpAddress, WorkstationName, TargetUserName, TargetDomainName, SubjectUserName, SubjectDomainName, User, LogonType, Package,
  Status, ServiceName, TicketEncryption,
  NewProcessName, ParentProcessName, CommandLine, Image, ParentImage, ScriptBlock, ShareName, RelativeTargetName, ObjectName,
  SourceImage, TargetImage, TargetFilename, TargetObject, DestinationPort, Initiated, QueryName, QueryStatus, TaskName, GrantedAccess,
  // the wire
  OriginAddress, ResponderAddress, ResponderPort, Proto, OriginIpBytes, ResponderIpBytes, OriginBytes, ResponderBytes, Query, Rcode, ServerName, Host,
  RequestBytes, ResponseBytes, SrcIp, DestIp, DestPort, ToServer, ToClient, DnsName, DnsType, DnsRcode, Signature, Severity, TlsSni, HttpHostname,
  // Linux
  Program, Message, SyslogHost, LinuxUser, Outcome, Node, Acct, Exe, Proctitle, AuditType, AuditResult,
  // the web and the cloud
  ClientIp, ProxyUser, CsHost, CsUri, CsMethod, ScStatus, CsBytes, ScBytes, EntraUser, EntraAddress, EntraApp, EntraClient, EntraError, M365User, M365Address,
  Operation, ObjectId, SiteUrl, MailboxOwner, AwsUser, AwsSource, AwsEvent, AwsAddress, AwsError,
  // alerts of other tools, records of unknown kind
  Name, Rule, RuleDescription, AlertName, Action, EventName, EventType, AgentName,
  kCount
};

class Fields {
 public:
  explicit Fields(const Names& names);

  // `e` must be of a batch with this dictionary of names.
  void read(const Event& e) { picker_.read(e); }
  std::string_view operator[](Slot s) const { return picker_[s]; }
  // The first of them that the record has.
  std::string_view first(std::initializer_list<Slot> of) const {
    for (const Slot s : of) {
      if (const std::string_view v = (*this)[s]; !v.empty() && v != "-") return v;
    }
    return {};
  }
  double number(Slot s) const;

 private:
  FieldPicker<Slot> picker_;
};

}  // namespace custos::behavior
