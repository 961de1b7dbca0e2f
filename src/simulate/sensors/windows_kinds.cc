#include "simulate/sensors/windows_kinds.h"

#include <algorithm>

namespace custos::simulate {
namespace {

struct Provider {
  std::string_view channel, name, guid;
};
constexpr Provider kSecurity{"Security", "Microsoft-Windows-Security-Auditing", "54849625-5478-4994-a5ba-3e3b0328c30d"};
constexpr Provider kEventlog{"Security", "Microsoft-Windows-Eventlog", "fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148"};
constexpr Provider kSysmon{"Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon", "5770385f-c22a-43e0-bf4c-06f5698ffbd9"};
constexpr Provider kPowerShell{"Microsoft-Windows-PowerShell/Operational", "Microsoft-Windows-PowerShell", "a0c1853b-5c40-4b15-8766-3cf1c58f985a"};
constexpr Provider kClassic{"Windows PowerShell", "PowerShell", ""};
constexpr Provider kSCM{"System", "Service Control Manager", "555908d1-a6d7-4695-8e1e-26931d2012f4"};
constexpr Provider kSystemLog{"System", "EventLog", ""};
constexpr Provider kKernelGeneral{"System", "Microsoft-Windows-Kernel-General", "a68ca8b7-004f-d7b6-a698-07e2de0f1f5d"};
constexpr Provider kClear{"System", "Microsoft-Windows-Eventlog", "fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148"};
constexpr Provider kTaskScheduler{"Microsoft-Windows-TaskScheduler/Operational", "Microsoft-Windows-TaskScheduler", "de7b24ea-73c8-4a09-985d-5bdadcfa9017"};

// Fields are named with a letter for their type: U unsigned, H and L hexadecimal of 32 and 64 bits, G GUID, S SID, T time, B boolean; none is text.
// A field that is only a colon has no name.
struct Row {
  std::string_view key;
  Provider provider;
  std::uint16_t event_id;
  std::uint8_t version, level, opcode;
  std::uint16_t task;
  std::uint64_t keywords;
  std::string_view user_data, fields;
};
constexpr Row kRows[] = {
    {"Security 4624", kSecurity, 4624, 2, 0, 0, 12544, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L TargetUserSid:S TargetUserName TargetDomainName TargetLogonId:L "
     "LogonType:U LogonProcessName AuthenticationPackageName WorkstationName LogonGuid:G TransmittedServices LmPackageName KeyLength:U ProcessId:L "
     "ProcessName IpAddress IpPort ImpersonationLevel RestrictedAdminMode TargetOutboundUserName TargetOutboundDomainName VirtualAccount "
     "TargetLinkedLogonId:L ElevatedToken"},
    {"Security 4625", kSecurity, 4625, 0, 0, 0, 12544, 0x8010000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L TargetUserSid:S TargetUserName TargetDomainName Status:H FailureReason "
     "SubStatus:H LogonType:U LogonProcessName AuthenticationPackageName WorkstationName TransmittedServices LmPackageName KeyLength:U ProcessId:L "
     "ProcessName IpAddress IpPort"},
    {"Security 4634", kSecurity, 4634, 0, 0, 0, 12545, 0x8020000000000000, "", "TargetUserSid:S TargetUserName TargetDomainName TargetLogonId:L LogonType:U"},
    {"Security 4647", kSecurity, 4647, 0, 0, 0, 12545, 0x8020000000000000, "", "TargetUserSid:S TargetUserName TargetDomainName TargetLogonId:L"},
    {"Security 4648", kSecurity, 4648, 0, 0, 0, 12544, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L LogonGuid:G TargetUserName TargetDomainName TargetLogonGuid:G "
     "TargetServerName TargetInfo ProcessId:L ProcessName IpAddress IpPort"},
    {"Security 4656", kSecurity, 4656, 1, 0, 0, 12801, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L ObjectServer ObjectType ObjectName HandleId:L TransactionId:G AccessList "
     "AccessReason AccessMask:H PrivilegeList RestrictedSidCount:U ProcessId:L ProcessName ResourceAttributes"},
    {"Security 4658", kSecurity, 4658, 0, 0, 0, 12801, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L ObjectServer HandleId:L ProcessId:L ProcessName"},
    {"Security 4662", kSecurity, 4662, 0, 0, 0, 14080, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L ObjectServer ObjectType ObjectName OperationType HandleId:L AccessList "
     "AccessMask:H Properties AdditionalInfo AdditionalInfo2"},
    {"Security 4663", kSecurity, 4663, 1, 0, 0, 12800, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L ObjectServer ObjectType ObjectName HandleId:L AccessList AccessMask:H "
     "ProcessId:L ProcessName ResourceAttributes"},
    {"Security 4672", kSecurity, 4672, 0, 0, 0, 12548, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L PrivilegeList"},
    {"Security 4673", kSecurity, 4673, 0, 0, 0, 13056, 0x8010000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L ObjectServer Service PrivilegeList ProcessId:L ProcessName"},
    {"Security 4688", kSecurity, 4688, 2, 0, 0, 13312, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L NewProcessId:L NewProcessName TokenElevationType ProcessId:L CommandLine "
     "TargetUserSid:S TargetUserName TargetDomainName TargetLogonId:L ParentProcessName MandatoryLabel:S"},
    {"Security 4689", kSecurity, 4689, 0, 0, 0, 13313, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L Status:H ProcessId:L ProcessName"},
    {"Security 4690", kSecurity, 4690, 0, 0, 0, 12807, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L SourceHandleId:L SourceProcessId:L TargetHandleId:L TargetProcessId:L"},
    {"Security 4697", kSecurity, 4697, 0, 0, 0, 12289, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L ServiceName ServiceFileName ServiceType:H ServiceStartType:U "
     "ServiceAccount"},
    {"Security 4698", kSecurity, 4698, 0, 0, 0, 12804, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L TaskName TaskContent"},
    {"Security 4699", kSecurity, 4699, 0, 0, 0, 12804, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L TaskName TaskContent"},
    {"Security 4702", kSecurity, 4702, 0, 0, 0, 12804, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L TaskName TaskContentNew"},
    {"Security 4703", kSecurity, 4703, 0, 0, 0, 13317, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L TargetUserSid:S TargetUserName TargetDomainName TargetLogonId:L "
     "ProcessName ProcessId:L EnabledPrivilegeList DisabledPrivilegeList"},
    {"Security 4719", kSecurity, 4719, 0, 0, 0, 13568, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L CategoryId SubcategoryId SubcategoryGuid:G AuditPolicyChanges"},
    {"Security 4720", kSecurity, 4720, 0, 0, 0, 13824, 0x8020000000000000, "",
     "TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L PrivilegeList SamAccountName "
     "DisplayName UserPrincipalName HomeDirectory HomePath ScriptPath ProfilePath UserWorkstations PasswordLastSet AccountExpires PrimaryGroupId "
     "AllowedToDelegateTo OldUacValue NewUacValue UserAccountControl UserParameters SidHistory LogonHours"},
    {"Security 4722", kSecurity, 4722, 0, 0, 0, 13824, 0x8020000000000000, "",
     "TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L"},
    {"Security 4723", kSecurity, 4723, 0, 0, 0, 13824, 0x8020000000000000, "",
     "TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L PrivilegeList"},
    {"Security 4724", kSecurity, 4724, 0, 0, 0, 13824, 0x8020000000000000, "",
     "TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L"},
    {"Security 4725", kSecurity, 4725, 0, 0, 0, 13824, 0x8020000000000000, "",
     "TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L"},
    {"Security 4738", kSecurity, 4738, 0, 0, 0, 13824, 0x8020000000000000, "",
     "Dummy TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L PrivilegeList "
     "SamAccountName DisplayName UserPrincipalName HomeDirectory HomePath ScriptPath ProfilePath UserWorkstations PasswordLastSet AccountExpires "
     "PrimaryGroupId AllowedToDelegateTo OldUacValue NewUacValue UserAccountControl UserParameters SidHistory LogonHours"},
    {"Security 4728", kSecurity, 4728, 0, 0, 0, 13826, 0x8020000000000000, "",
     "MemberName MemberSid:S TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L "
     "PrivilegeList"},
    {"Security 4729", kSecurity, 4729, 0, 0, 0, 13826, 0x8020000000000000, "",
     "MemberName MemberSid:S TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L "
     "PrivilegeList"},
    {"Security 4732", kSecurity, 4732, 0, 0, 0, 13826, 0x8020000000000000, "",
     "MemberName MemberSid:S TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L "
     "PrivilegeList"},
    {"Security 4733", kSecurity, 4733, 0, 0, 0, 13826, 0x8020000000000000, "",
     "MemberName MemberSid:S TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L "
     "PrivilegeList"},
    {"Security 4756", kSecurity, 4756, 0, 0, 0, 13826, 0x8020000000000000, "",
     "MemberName MemberSid:S TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L "
     "PrivilegeList"},
    {"Security 4740", kSecurity, 4740, 0, 0, 0, 13824, 0x8020000000000000, "",
     "TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L"},
    {"Security 4767", kSecurity, 4767, 0, 0, 0, 13824, 0x8020000000000000, "",
     "TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L"},
    {"Security 4741", kSecurity, 4741, 0, 0, 0, 13825, 0x8020000000000000, "",
     "TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L PrivilegeList SamAccountName "
     "DisplayName UserPrincipalName HomeDirectory HomePath ScriptPath ProfilePath UserWorkstations PasswordLastSet AccountExpires PrimaryGroupId "
     "AllowedToDelegateTo OldUacValue NewUacValue UserAccountControl UserParameters SidHistory LogonHours DnsHostName ServicePrincipalNames"},
    {"Security 4768", kSecurity, 4768, 0, 0, 0, 14339, 0x8020000000000000, "",
     "TargetUserName TargetDomainName TargetSid:S ServiceName ServiceSid:S TicketOptions:H Status:H TicketEncryptionType:H PreAuthType IpAddress "
     "IpPort CertIssuerName CertSerialNumber CertThumbprint"},
    {"Security failed 4768", kSecurity, 4768, 0, 0, 0, 14339, 0x8010000000000000, "",
     "TargetUserName TargetDomainName TargetSid:S ServiceName ServiceSid:S TicketOptions:H Status:H TicketEncryptionType:H PreAuthType IpAddress "
     "IpPort CertIssuerName CertSerialNumber CertThumbprint"},
    {"Security 4769", kSecurity, 4769, 0, 0, 0, 14337, 0x8020000000000000, "",
     "TargetUserName TargetDomainName ServiceName ServiceSid:S TicketOptions:H TicketEncryptionType:H IpAddress IpPort Status:H LogonGuid:G "
     "TransmittedServices"},
    {"Security failed 4769", kSecurity, 4769, 0, 0, 0, 14337, 0x8010000000000000, "",
     "TargetUserName TargetDomainName ServiceName ServiceSid:S TicketOptions:H TicketEncryptionType:H IpAddress IpPort Status:H LogonGuid:G "
     "TransmittedServices"},
    {"Security 4770", kSecurity, 4770, 0, 0, 0, 14337, 0x8020000000000000, "",
     "TargetUserName TargetDomainName ServiceName ServiceSid:S TicketOptions:H TicketEncryptionType:H IpAddress IpPort"},
    {"Security 4771", kSecurity, 4771, 0, 0, 0, 14339, 0x8010000000000000, "",
     "TargetUserName TargetSid:S ServiceName TicketOptions:H Status:H PreAuthType IpAddress IpPort CertIssuerName CertSerialNumber CertThumbprint"},
    {"Security 4776", kSecurity, 4776, 0, 0, 0, 14336, 0x8020000000000000, "", "PackageName TargetUserName Workstation Status:H"},
    {"Security failed 4776", kSecurity, 4776, 0, 0, 0, 14336, 0x8010000000000000, "", "PackageName TargetUserName Workstation Status:H"},
    {"Security 4798", kSecurity, 4798, 0, 0, 0, 13824, 0x8020000000000000, "",
     "TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L CallerProcessId:L "
     "CallerProcessName"},
    {"Security 4799", kSecurity, 4799, 0, 0, 0, 13826, 0x8020000000000000, "",
     "TargetUserName TargetDomainName TargetSid:S SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L CallerProcessId:L "
     "CallerProcessName"},
    {"Security 4800", kSecurity, 4800, 0, 0, 0, 12551, 0x8020000000000000, "", "TargetUserSid:S TargetUserName TargetDomainName TargetLogonId:L SessionId:U"},
    {"Security 4801", kSecurity, 4801, 0, 0, 0, 12551, 0x8020000000000000, "", "TargetUserSid:S TargetUserName TargetDomainName TargetLogonId:L SessionId:U"},
    {"Security 5136", kSecurity, 5136, 0, 0, 0, 14081, 0x8020000000000000, "",
     "OpCorrelationID:G AppCorrelationID SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L DSName DSType ObjectDN ObjectGUID:G "
     "ObjectClass AttributeLDAPDisplayName AttributeSyntaxOID AttributeValue OperationType"},
    {"Security 5140", kSecurity, 5140, 1, 0, 0, 12808, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L ObjectType IpAddress IpPort ShareName ShareLocalPath AccessMask:H "
     "AccessList"},
    {"Security 5145", kSecurity, 5145, 0, 0, 0, 12811, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L ObjectType IpAddress IpPort ShareName ShareLocalPath RelativeTargetName "
     "AccessMask:H AccessList AccessReason"},
    {"Security 5156", kSecurity, 5156, 1, 0, 0, 12810, 0x8020000000000000, "",
     "ProcessID:U Application Direction SourceAddress SourcePort DestAddress DestPort Protocol:U FilterRTID:U LayerName LayerRTID:U RemoteUserID:S "
     "RemoteMachineID:S"},
    {"Security 5158", kSecurity, 5158, 0, 0, 0, 12810, 0x8020000000000000, "",
     "ProcessId:U Application SourceAddress SourcePort Protocol:U FilterRTID:U LayerName LayerRTID:U"},
    {"Security 5379", kSecurity, 5379, 0, 0, 0, 13824, 0x8020000000000000, "",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L TargetName Type:U CountOfCredentialsReturned:U ReadOperation "
     "ReturnCode:U ProcessCreationTime:T ClientProcessId:U"},
    {"Security 1102", kEventlog, 1102, 0, 4, 0, 104, 0x4020000000000000, "LogFileCleared",
     "SubjectUserSid:S SubjectUserName SubjectDomainName SubjectLogonId:L"},
    {"Sysmon 1", kSysmon, 1, 5, 4, 0, 1, 0x8000000000000000, "",
     "RuleName UtcTime ProcessGuid:G ProcessId:U Image FileVersion Description Product Company OriginalFileName CommandLine CurrentDirectory User "
     "LogonGuid:G LogonId:L TerminalSessionId:U IntegrityLevel Hashes ParentProcessGuid:G ParentProcessId:U ParentImage ParentCommandLine "
     "ParentUser"},
    {"Sysmon 2", kSysmon, 2, 5, 4, 0, 2, 0x8000000000000000, "",
     "RuleName UtcTime ProcessGuid:G ProcessId:U Image TargetFilename CreationUtcTime PreviousCreationUtcTime User"},
    {"Sysmon 3", kSysmon, 3, 5, 4, 0, 3, 0x8000000000000000, "",
     "RuleName UtcTime ProcessGuid:G ProcessId:U Image User Protocol Initiated:B SourceIsIpv6:B SourceIp SourceHostname SourcePort:U "
     "SourcePortName DestinationIsIpv6:B DestinationIp DestinationHostname DestinationPort:U DestinationPortName"},
    {"Sysmon 5", kSysmon, 5, 3, 4, 0, 5, 0x8000000000000000, "", "RuleName UtcTime ProcessGuid:G ProcessId:U Image User"},
    {"Sysmon 7", kSysmon, 7, 3, 4, 0, 7, 0x8000000000000000, "",
     "RuleName UtcTime ProcessGuid:G ProcessId:U Image ImageLoaded FileVersion Description Product Company OriginalFileName Hashes Signed "
     "Signature SignatureStatus User"},
    {"Sysmon 8", kSysmon, 8, 2, 4, 0, 8, 0x8000000000000000, "",
     "RuleName UtcTime SourceProcessGuid:G SourceProcessId:U SourceImage TargetProcessGuid:G TargetProcessId:U TargetImage NewThreadId:U "
     "StartAddress StartModule StartFunction SourceUser TargetUser"},
    {"Sysmon 10", kSysmon, 10, 3, 4, 0, 10, 0x8000000000000000, "",
     "RuleName UtcTime SourceProcessGUID:G SourceProcessId:U SourceThreadId:U SourceImage TargetProcessGUID:G TargetProcessId:U TargetImage "
     "GrantedAccess:H CallTrace SourceUser TargetUser"},
    {"Sysmon 11", kSysmon, 11, 2, 4, 0, 11, 0x8000000000000000, "", "RuleName UtcTime ProcessGuid:G ProcessId:U Image TargetFilename CreationUtcTime User"},
    {"Sysmon 12", kSysmon, 12, 2, 4, 0, 12, 0x8000000000000000, "", "RuleName EventType UtcTime ProcessGuid:G ProcessId:U Image TargetObject User"},
    {"Sysmon 13", kSysmon, 13, 2, 4, 0, 13, 0x8000000000000000, "", "RuleName EventType UtcTime ProcessGuid:G ProcessId:U Image TargetObject Details User"},
    {"Sysmon 15", kSysmon, 15, 2, 4, 0, 15, 0x8000000000000000, "",
     "RuleName UtcTime ProcessGuid:G ProcessId:U Image TargetFilename CreationUtcTime Hash Contents User"},
    {"Sysmon 17", kSysmon, 17, 1, 4, 0, 17, 0x8000000000000000, "", "RuleName EventType UtcTime ProcessGuid:G ProcessId:U PipeName Image User"},
    {"Sysmon 18", kSysmon, 18, 1, 4, 0, 18, 0x8000000000000000, "", "RuleName EventType UtcTime ProcessGuid:G ProcessId:U PipeName Image User"},
    {"Sysmon 22", kSysmon, 22, 5, 4, 0, 22, 0x8000000000000000, "", "RuleName UtcTime ProcessGuid:G ProcessId:U QueryName QueryStatus QueryResults Image User"},
    {"Sysmon 23", kSysmon, 23, 5, 4, 0, 23, 0x8000000000000000, "",
     "RuleName UtcTime ProcessGuid:G ProcessId:U User Image TargetFilename Hashes IsExecutable:B Archived"},
    {"Sysmon 26", kSysmon, 26, 5, 4, 0, 26, 0x8000000000000000, "",
     "RuleName UtcTime ProcessGuid:G ProcessId:U User Image TargetFilename Hashes IsExecutable:B"},
    {"PowerShell 4103", kPowerShell, 4103, 1, 4, 20, 106, 0x0, "", "ContextInfo UserData Payload"},
    {"PowerShell 4104", kPowerShell, 4104, 1, 5, 15, 2, 0x0, "", "MessageNumber:U MessageTotal:U ScriptBlockText ScriptBlockId Path"},
    {"PowerShell 4105", kPowerShell, 4105, 1, 5, 15, 102, 0x0, "", "ScriptBlockId RunspaceId"},
    {"PowerShell 4106", kPowerShell, 4106, 1, 5, 15, 103, 0x0, "", "ScriptBlockId RunspaceId"},
    {"PowerShell 40961", kPowerShell, 40961, 1, 4, 1, 4, 0x0, "", ""},
    {"PowerShell 40962", kPowerShell, 40962, 1, 4, 2, 4, 0x0, "", ""},
    {"PowerShell 53504", kPowerShell, 53504, 1, 4, 10, 111, 0x0, "", "param1 param2"},
    {"Windows PowerShell 400", kClassic, 400, 0, 4, 0, 4, 0x80000000000000, "", ": : :"},
    {"Windows PowerShell 403", kClassic, 403, 0, 4, 0, 4, 0x80000000000000, "", ": : :"},
    {"Windows PowerShell 600", kClassic, 600, 0, 4, 0, 6, 0x80000000000000, "", ": : :"},
    {"Windows PowerShell 800", kClassic, 800, 0, 4, 0, 8, 0x80000000000000, "", ": : :"},
    {"System 7036", kSCM, 7036, 0, 4, 0, 0, 0x8080000000000000, "", "param1 param2"},
    {"System 7040", kSCM, 7040, 0, 4, 0, 0, 0x8080000000000000, "", "param1 param2 param3 param4"},
    {"System 7045", kSCM, 7045, 0, 4, 0, 0, 0x8080000000000000, "", "ServiceName ImagePath ServiceType StartType AccountName"},
    {"System 6005", kSystemLog, 6005, 0, 4, 0, 0, 0x80000000000000, "", ""},
    {"System 6006", kSystemLog, 6006, 0, 4, 0, 0, 0x80000000000000, "", ""},
    {"System 6013", kSystemLog, 6013, 0, 4, 0, 0, 0x80000000000000, "", ":"},
    {"System 1", kKernelGeneral, 1, 0, 4, 0, 5, 0x8000000000000010, "", "NewTime:T OldTime:T Reason:U"},
    {"System 12", kKernelGeneral, 12, 0, 4, 0, 1, 0x8000000000000080, "",
     "MajorVersion:U MinorVersion:U BuildVersion:U QfeVersion:U ServiceVersion:U BootMode:U StartTime:T"},
    {"System 13", kKernelGeneral, 13, 0, 4, 0, 2, 0x8000000000000080, "", "StopTime:T"},
    {"System 104", kClear, 104, 0, 4, 0, 104, 0x8000000000000000, "LogFileCleared", "SubjectUserName SubjectDomainName Channel BackupPath"},
    {"TaskScheduler 106", kTaskScheduler, 106, 0, 4, 0, 106, 0x8000000000000000, "", "TaskName UserContext"},
    {"TaskScheduler 140", kTaskScheduler, 140, 0, 4, 0, 140, 0x8000000000000000, "", "TaskName UserName"},
    {"TaskScheduler 141", kTaskScheduler, 141, 0, 4, 0, 141, 0x8000000000000000, "", "TaskName UserName"},
    {"TaskScheduler 200", kTaskScheduler, 200, 0, 4, 0, 200, 0x8000000000000000, "", "TaskName ActionName TaskInstanceId:G"},
    {"TaskScheduler 201", kTaskScheduler, 201, 0, 4, 0, 201, 0x8000000000000000, "", "TaskName TaskInstanceId:G ActionName ResultCode:U"},
};

FieldType type_of(char letter) {
  switch (letter) {
    case 'U': return FieldType::Unsigned;
    case 'H': return FieldType::Hex32;
    case 'L': return FieldType::Hex64;
    case 'G': return FieldType::Guid;
    case 'S': return FieldType::Sid;
    case 'T': return FieldType::Time;
    case 'B': return FieldType::Boolean;
    default: return FieldType::Text;
  }
}

std::vector<WindowsKind> build() {
  std::vector<WindowsKind> out;
  for (const Row& r : kRows) {
    WindowsKind k{
        r.key, r.provider.channel, r.provider.name, r.provider.guid, r.event_id, r.version, r.level, r.opcode, r.task, r.keywords, std::string(r.user_data),
        {}};
    for (std::string_view rest = r.fields; !rest.empty();) {
      const std::string_view word = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(rest.size(), word.size() + 1));
      const std::size_t colon = word.find(':');
      const bool typed = colon != std::string_view::npos && colon + 1 < word.size();
      k.fields.push_back({std::string(word.substr(0, colon)), typed ? type_of(word[colon + 1]) : FieldType::Text});
    }
    out.push_back(std::move(k));
  }
  std::sort(out.begin(), out.end(), [](const WindowsKind& a, const WindowsKind& b) { return a.key < b.key; });
  return out;
}

const std::vector<WindowsKind>& table() {
  static const std::vector<WindowsKind> kTable = build();
  return kTable;
}

}  // namespace

const WindowsKind* windows_kind(std::string_view key) {
  const auto at = std::lower_bound(table().begin(), table().end(), key, [](const WindowsKind& k, std::string_view wanted) { return k.key < wanted; });
  return at != table().end() && at->key == key ? &*at : nullptr;
}

std::vector<std::string_view> windows_kind_keys() {
  std::vector<std::string_view> out;
  for (const WindowsKind& k : table()) out.push_back(k.key);
  return out;
}

}  // namespace custos::simulate
