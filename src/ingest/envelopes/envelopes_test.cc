#include "ingest/envelopes/envelopes.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/time.h"
#include "ingest/formats/json/flatten.h"

namespace custos::ingest {
namespace envelopes_test {
namespace {

struct Bench {
  Names names;
  LogSources sources;
  Batch batch{names, sources};
  Limits limits;
  json::Flattener flattener{limits};
  Envelopes envelopes{batch};
  std::string text;

  // "log source time"; the event stays in the batch.
  std::string read(std::string_view json) {
    batch.clear();
    text.assign(json);
    text.append(64, '\0');
    const std::string_view raw(text.data(), json.size());
    batch.begin(raw, 0, 1);
    if (const json::Flat flat = flattener.flatten(raw, batch); flat.why != nullptr) return flat.why;
    envelopes.finish(batch, flattener.shape());
    batch.end();
    return sources.at(batch.record(0).log_source).text() + " " + to_rfc3339(batch.record(0).time);
  }
  std::string value(std::string_view name) {
    const Field* f = batch[0].find(name);
    return f == nullptr ? "(none)" : std::string(f->text());
  }
};

TEST(Envelopes, windows_events_in_their_containers_have_the_same_flat_names) {
  const char* const forms[] = {
      // evtx_dump, in three spellings of attributes
      R"({"Event":{"#attributes":{"xmlns":"u"},"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon","Guid":"g"}},"EventID":{"#attributes":{"Qualifiers":5},"#text":1},"TimeCreated":{"#attributes":{"SystemTime":"2024-03-15T10:00:00Z"}},"EventRecordID":7,"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"ws"},"EventData":{"Image":"C:\\a.exe","UtcTime":"2024-03-15 09:59:59.000"}}})",
      R"({"Event":{"System":{"Provider":{"@Name":"Microsoft-Windows-Sysmon"},"EventID":"1","TimeCreated":{"@SystemTime":"2024-03-15T10:00:00Z"},"EventRecordID":"7","Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"ws"},"EventData":{"Image":"C:\\a.exe"}}})",
      R"({"Event":{"System":{"Provider_attributes":{"Name":"Microsoft-Windows-Sysmon"},"EventID":1,"TimeCreated_attributes":{"SystemTime":"2024-03-15T10:00:00Z"},"EventRecordID":7,"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"ws"},"EventData":{"Image":"C:\\a.exe"}}})",
      // converted from XML with nothing known of it
      R"({"Event":{"System":{"Provider":{"@Name":"Microsoft-Windows-Sysmon"},"EventID":"1","TimeCreated":{"@SystemTime":"2024-03-15T10:00:00Z"},"EventRecordID":"7","Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"ws"},"EventData":{"Data":[{"@Name":"RuleName","#text":"-"},{"@Name":"Image","#text":"C:\\a.exe"},{"@Name":"Empty"}]}}})",
      // winlogbeat
      R"({"@timestamp":"2024-03-15T10:00:00.000Z","ecs":{"version":"1"},"winlog":{"channel":"Microsoft-Windows-Sysmon/Operational","event_id":1,"provider_name":"Microsoft-Windows-Sysmon","computer_name":"ws","record_id":7,"event_data":{"Image":"C:\\a.exe","UtcTime":"2024-03-15 09:59:59.000"}}})",
      // flat, as nxlog and Splunk write them
      R"({"EventTime":"2024-03-15 12:00:00","Hostname":"ws","EventID":1,"SourceName":"Microsoft-Windows-Sysmon","Channel":"microsoft-windows-sysmon/operational","UtcTime":"2024-03-15 10:00:00.000","RecordNumber":7,"Image":"C:\\a.exe"})",
      R"({"preview":false,"result":{"_time":"2024-03-15T12:00:00.000+02:00","source":"XmlWinEventLog:Microsoft-Windows-Sysmon/Operational","EventCode":"1","SourceName":"Microsoft-Windows-Sysmon","ComputerName":"ws","RecordNumber":"7","Image":"C:\\a.exe"}})",
  };
  Bench b;
  for (const char* form : forms) {
    EXPECT_EQ(b.read(form), "windows/sysmon/process_creation 2024-03-15T10:00:00Z") << form;
    EXPECT_EQ(b.value("EventID"), "1") << form;
    EXPECT_EQ(b.value("Provider_Name"), "Microsoft-Windows-Sysmon") << form;
    EXPECT_EQ(b.value("Computer"), "ws") << form;
    EXPECT_EQ(b.value("EventRecordID"), "7") << form;
    EXPECT_EQ(b.value("Image"), "C:\\a.exe") << form;
    EXPECT_NE(b.value("Channel"), "(none)") << form;
    EXPECT_EQ(b.value("xmlns"), "(none)");
  }
  b.read(forms[4]);
  EXPECT_EQ(b.value("winlog.event_data.Image"), "C:\\a.exe");
}

TEST(Envelopes, user_data_loses_its_first_level_only) {
  Bench b;
  EXPECT_EQ(b.read(R"({"Event":{"System":{"EventID":1102,"Channel":"Security"},"UserData":{"LogFileCleared":{"#attributes":{"xmlns:x":"u"},"SubjectUserName":"a","Deep":{"er":1}}}}})"),
            "windows/security ");
  EXPECT_EQ(b.value("SubjectUserName"), "a");
  EXPECT_EQ(b.value("Deep.er"), "1");
}

TEST(Envelopes, a_bare_event_id_is_no_windows_event) {
  Bench b;
  EXPECT_EQ(b.read(R"({"EventID":1,"f":"x"})"), "unknown ");
  EXPECT_EQ(b.value("EventID"), "1");
  EXPECT_EQ(b.read(R"({"EventCode":1,"Hostname":"x"})"), "unknown ");
  EXPECT_EQ(b.value("EventID"), "(none)");
  EXPECT_EQ(b.value("Computer"), "(none)");
}

// Log Analytics, Splunk and syslog collectors leave Windows events, or their data, as XML.
TEST(Envelopes, windows_events_as_xml_inside_a_value) {
  Bench b;
  EXPECT_EQ(b.read(R"({"TimeGenerated":"2024-03-15T10:00:00Z","Computer":"ws","EventSourceName":"Microsoft-Windows-Security-Auditing","Channel":"Security","Level":"0","EventData":"\u003cEventData xmlns=\"u\"\u003e\r\n  \u003cData Name=\"NewProcessName\"\u003eC:\\a\u0026amp;b.exe\u003c/Data\u003e\r\n\u003c/EventData\u003e","EventID":4688,"Type":"SecurityEvent"})"),
            "windows/security/process_creation 2024-03-15T10:00:00Z");
  EXPECT_EQ(b.value("NewProcessName"), "C:\\a&b.exe");
  EXPECT_EQ(b.value("Provider_Name"), "Microsoft-Windows-Security-Auditing");
  const std::string sysmon = R"(<Event><System><Provider Name=\"Linux-Sysmon\" Guid=\"{g}\"/><EventID>1</EventID><TimeCreated SystemTime=\"2024-03-15T10:00:00.5Z\"/><EventRecordID>7</EventRecordID><Channel>Linux-Sysmon/Operational</Channel><Computer>u5</Computer></System><EventData><Data Name=\"Image\">/bin/sh</Data><Data Name=\"Hashes\">MD5=00,SHA256=11</Data></EventData></Event>)";
  for (const std::string key : {"SyslogMessage", "MESSAGE", "message", "_raw"}) {
    EXPECT_EQ(b.read(R"({"TimeGenerated":"2024-03-15T11:00:00Z","Facility":"user","Type":"Syslog",")" + key + "\":\"" + sysmon + "\"}"),
              "linux/sysmon/process_creation 2024-03-15T10:00:00.500Z");
    EXPECT_EQ(b.value("Image"), "/bin/sh");
    EXPECT_EQ(b.value("EventRecordID"), "7");
    EXPECT_EQ(b.value("sha256"), "11");
  }
  EXPECT_EQ(b.read(R"({"TimeGenerated":"2024-03-15T10:00:00Z","Source":"Service Control Manager","EventLog":"System","EventID":7045,"EventData":"<DataItem type='x'><EventData><Data Name='ServiceName'>s</Data></EventData></DataItem>","Type":"Event"})"),
            "windows/system 2024-03-15T10:00:00Z");
  EXPECT_EQ(b.value("ServiceName"), "s");
  EXPECT_EQ(b.value("Provider_Name"), "Service Control Manager");
  EXPECT_EQ(b.read(R"({"message":"<Event>1</Event>","x":1})"), "unknown ");
}

// As the EVTX decoder names them, in the three spellings of attributes.
TEST(Envelopes, sections_and_attributes_have_the_names_of_evtx) {
  Bench b;
  const char* const forms[] = {
      R"({"Event":{"System":{"EventID":{"#attributes":{"Qualifiers":5},"#text":1},"Channel":"c","Correlation":null,"Security":{"#attributes":{"UserID":""}},"Task":""},"EventData":{"#attributes":{"Name":"N","xmlns":"u"},"A":{"#attributes":{"b":"c"},"#text":"d"}},"RenderingInfo":{"#attributes":{"Culture":"en"},"Message":"m"}}})",
      R"({"Event":{"System":{"EventID_attributes":{"Qualifiers":5},"EventID":1,"Channel":"c"},"EventData_attributes":{"Name":"N","xmlns":"u"},"EventData":{"A_attributes":{"b":"c"},"A":"d"},"RenderingInfo_attributes":{"Culture":"en"},"RenderingInfo":{"Message":"m"}}})",
      R"({"Event":{"System":{"EventID":{"@Qualifiers":5,"#text":1},"Channel":"c"},"EventData":{"@Name":"N","@xmlns":"u","A":{"@b":"c","#text":"d"}},"RenderingInfo":{"@Culture":"en","Message":"m"}}})"};
  for (const char* form : forms) {
    b.read(form);
    std::string all;
    for (const Field& f : b.batch.fields(0)) all += std::string(b.names.text(f.name)) + "=" + std::string(f.text()) + ";";
    EXPECT_EQ(all, "EventID_Qualifiers=5;EventID=1;Channel=c;EventData.Name=N;A.b=c;A=d;RenderingInfo.Culture=en;RenderingInfo.Message=m;") << form;
  }
  b.read(R"({"Event":{"System":{"EventID":1,"Channel":"c"},"UserData":{"#attributes":{"u":"1"},"W":{"#attributes":{"v":"2","xmlns:x":"u"},"#text":"t","S":"s","Deep":{"#attributes":{"q":"3"},"er":"4"}}}}})");
  for (const auto& [name, text] : {std::pair{"UserData.u", "1"}, {"W.v", "2"}, {"W", "t"}, {"S", "s"}, {"Deep.q", "3"}, {"Deep.er", "4"}}) EXPECT_EQ(b.value(name), text);
  EXPECT_EQ(b.value("xmlns:x"), "(none)");
  b.read(R"({"Event":{"info":"x","RenderingInformation":{"a":1}}})");
  EXPECT_EQ(b.value("Event.info"), "x");
}

TEST(Envelopes, cloud_sources) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"eventVersion":"1.08","eventTime":"2024-03-15T10:00:00Z","eventSource":"s3.amazonaws.com","eventName":"ListBuckets","awsRegion":"x"})", "aws/cloudtrail 2024-03-15T10:00:00Z"},
      {R"({"version":"0","detail-type":"AWS API Call via CloudTrail","time":"2024-03-15T10:00:09Z","detail":{"eventTime":"2024-03-15T10:00:00Z","eventSource":"s","eventName":"n","awsRegion":"x"}})", "aws/cloudtrail 2024-03-15T10:00:00Z"},
      {R"({"createdDateTime":"2024-03-15T10:00:00Z","userPrincipalName":"a@b","conditionalAccessStatus":"success","status":{"errorCode":50126}})", "azure/signinlogs 2024-03-15T10:00:00Z"},
      {R"({"time":"2024-03-15T10:00:00Z","resourceId":"/t","operationName":"Sign-in activity","category":"SignInLogs","properties":{"userPrincipalName":"a"}})", "azure/signinlogs 2024-03-15T10:00:00Z"},
      {R"({"activityDateTime":"2024-03-15T10:00:00Z","activityDisplayName":"Add user","loggedByService":"Core Directory","category":"UserManagement","targetResources":[{"displayName":"x"}]})", "azure/auditlogs 2024-03-15T10:00:00Z"},
      {R"({"time":"2024-03-15T10:00:00Z","resourceId":"/s","operationName":"MICROSOFT.COMPUTE/X","category":"Administrative"})", "azure/activitylogs 2024-03-15T10:00:00Z"},
      {R"({"detectedDateTime":"2024-03-15T10:00:00Z","riskEventType":"unlikelyTravel","riskState":"atRisk"})", "azure/riskdetection 2024-03-15T10:00:00Z"},
      {R"({"createdDateTime":"2024-03-15T10:00:00Z","riskEventType":"staleSignInAlertIncident"})", "azure/pim 2024-03-15T10:00:00Z"},
      {R"({"CreationTime":"2024-03-15T10:00:00","RecordType":1,"Operation":"New-InboxRule","Workload":"Exchange"})", "m365/exchange 2024-03-15T10:00:00Z"},
      {R"({"CreationDate":"x","AuditData":"{\"CreationTime\":\"2024-03-15T10:00:00\",\"Operation\":\"UserLoggedIn\",\"Workload\":\"AzureActiveDirectory\"}"})", "m365/audit 2024-03-15T10:00:00Z"},
      {R"({"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"iam.googleapis.com","methodName":"m"},"timestamp":"2024-03-15T10:00:00Z"})", "gcp/gcp.audit 2024-03-15T10:00:00Z"},
      {R"({"kind":"admin#reports#activity","id":{"time":"2024-03-15T10:00:00Z","applicationName":"admin"},"events":[{"name":"DELETE_ROLE"}]})", "gcp/google_workspace.admin 2024-03-15T10:00:00Z"},
      {R"({"actor":{"alternateId":"a"},"eventType":"user.session.start","published":"2024-03-15T10:00:00Z","outcome":{"result":"SUCCESS"}})", "okta/okta 2024-03-15T10:00:00Z"},
      {R"({"@timestamp":1710496800000,"action":"repo.create","actor":"a","org":"o","_document_id":"d"})", "github/audit 2024-03-15T10:00:00Z"},
      {R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","verb":"create","objectRef":{"resource":"pods"},"requestReceivedTimestamp":"2024-03-15T10:00:00Z"})", "kubernetes/audit/application 2024-03-15T10:00:00Z"},
  };
  Bench b;
  for (const auto& [json, expected] : rows) EXPECT_EQ(b.read(json), expected) << json;
}

TEST(Envelopes, values_stand_under_the_names_public_rules_use) {
  Bench b;
  b.read(R"({"createdDateTime":"2024-03-15T10:00:00Z","userPrincipalName":"a@b","conditionalAccessStatus":"success","status":{"errorCode":50126}})");
  EXPECT_EQ(b.value("ResultType"), "50126");
  b.read(R"({"protoPayload":{"methodName":"google.iam.X","serviceName":"s"},"timestamp":"2024-03-15T10:00:00Z"})");
  EXPECT_EQ(b.value("gcp.audit.method_name"), "google.iam.X");
  b.read(R"({"time":"2024-03-15T10:00:00Z","operationName":"x","category":"UserRiskEvents","properties":{"riskEventType":"unlikelyTravel"}})");
  EXPECT_EQ(b.value("riskEventType"), "unlikelyTravel");
  b.read(R"({"eventVersion":"1","eventSource":"s3","eventName":"n","requestParameters":{"status" : "Suspended"},"responseElements":null})");
  EXPECT_EQ(b.value("requestParameters"), R"({"status" : "Suspended"})");
  EXPECT_EQ(b.value("requestParameters.status"), "Suspended");
}

TEST(Envelopes, network_and_host_sources) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"timestamp":"2024-03-15T12:00:00.000000+0200","flow_id":1,"event_type":"dns","src_ip":"a","dest_ip":"b","proto":"UDP","dns":{"rrname":"x"}})", "suricata/dns/dns 2024-03-15T10:00:00Z"},
      {R"({"timestamp":"2024-03-15T12:00:00.000000+0200","flow_id":1,"event_type":"alert","dest_ip":"b","alert":{"signature":"x"}})", "suricata/alert 2024-03-15T10:00:00Z"},
      {R"({"timestamp":"2024-03-15T12:00:00.000000+0200","flow_id":1,"event_type":"http","dest_ip":"b","http":{"url":"/x"}})", "suricata/http/proxy 2024-03-15T10:00:00Z"},
      {R"({"timestamp":"2024-03-15T12:00:00.000000+0200","flow_id":1,"event_type":"flow","dest_ip":"b","flow":{"state":"new"}})", "suricata/flow/firewall 2024-03-15T10:00:00Z"},
      {R"({"timestamp":"2024-03-15T12:00:00.000000+0200","flow_id":1,"event_type":"A/b","dest_ip":"b"})", "suricata 2024-03-15T10:00:00Z"},
      {R"({"@timestamp":"2024-03-15T10:00:00Z","event":{"module":"kubernetes","dataset":"kubernetes.audit_logs"}})", "kubernetes/audit/application 2024-03-15T10:00:00Z"},
      {R"({"ts":1710496800.0,"uid":"C","id.orig_h":"a","id.resp_h":"b","proto":"tcp","conn_state":"SF"})", "zeek/conn/firewall 2024-03-15T10:00:00Z"},
      {R"({"ts":1710496800.0,"uid":"C","id":{"orig_h":"a"},"query":"x","qtype_name":"A"})", "zeek/dns/dns 2024-03-15T10:00:00Z"},
      {R"({"_path":"rdp","ts":"2024-03-15T10:00:00Z","uid":"C"})", "zeek/rdp 2024-03-15T10:00:00Z"},
      {R"({"class_uid":3002,"category_uid":3,"time":1710496800000})", "ocsf 2024-03-15T10:00:00Z"},
      {R"({"__REALTIME_TIMESTAMP":"1710496800000000","_SYSTEMD_UNIT":"ssh.service","SYSLOG_IDENTIFIER":"sshd","MESSAGE":"x"})", "linux/sshd 2024-03-15T10:00:00Z"},
      {R"({"@timestamp":"2024-03-15T10:00:00Z","ecs":{"version":"8"},"event":{"module":"aws","dataset":"aws.cloudtrail"}})", "aws/cloudtrail 2024-03-15T10:00:00Z"},
      {R"({"time":"2024-03-15T10:00:00Z","event_type":"login"})", "unknown 2024-03-15T10:00:00Z"},
      {R"({"TimeCreated":"\/Date(1710496800000)\/","x":1})", "unknown 2024-03-15T10:00:00Z"},
      {R"({"timestamp":"nonsense","ts":1e300,"time":null})", "unknown "},
  };
  Bench b;
  for (const auto& [json, expected] : rows) EXPECT_EQ(b.read(json), expected) << json;
}

// All fields that a log of each kind can have, in any order: what one log shares with another must not decide.
TEST(Envelopes, a_zeek_log_without_its_name_is_told_by_its_fields) {
  const std::pair<const char*, const char*> rows[] = {
      {"conn/firewall", "proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts tunnel_parents"},
      {"dns/dns", "proto trans_id rtt query qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z answers TTLs rejected"},
      {"http/proxy", "trans_depth method host uri referrer version user_agent origin request_body_len response_body_len status_code status_msg "
                     "info_code info_msg tags username password proxied orig_fuids orig_filenames orig_mime_types resp_fuids resp_mime_types"},
      {"http/proxy", "method host uri status_code"},
      {"smtp", "trans_depth helo mailfrom rcptto date from to cc reply_to msg_id in_reply_to subject x_originating_ip first_received second_received "
               "last_reply path user_agent tls fuids is_webmail"},
      {"smtp", "trans_depth helo user_agent"},
      {"sip", "trans_depth method uri date request_from request_to response_from response_to reply_to call_id seq subject request_path response_path "
              "user_agent status_code status_msg warning request_body_len response_body_len content_type"},
      {"websocket", "host uri user_agent subprotocol client_protocols server_extensions client_extensions"},
      {"ftp", "user password command arg mime_type file_size reply_code reply_msg data_channel.passive data_channel.orig_h cwd fuid"},
      {"files", "fuid tx_hosts rx_hosts conn_uids source depth analyzers mime_type filename duration local_orig is_orig seen_bytes total_bytes "
                "missing_bytes overflow_bytes timedout md5 sha1 sha256"},
      {"ssl", "version cipher curve server_name resumed last_alert next_protocol established ssl_history cert_chain_fps client_cert_chain_fps"},
      {"ssl", "version cipher server_name"},
      {"quic", "version client_initial_dcid client_scid server_scid server_name client_protocol history"},
      {"x509", "fingerprint certificate.version certificate.serial certificate.subject san.dns"},
      {"ssh", "version auth_success auth_attempts direction client server cipher_alg mac_alg host_key hassh"},
      {"kerberos", "request_type client service success error_msg from till cipher forwardable renewable"},
      {"dce_rpc", "rtt named_pipe endpoint operation"},
      {"smb_files", "fuid action path name size prev_name times.modified times.accessed"},
      {"smb_mapping", "path service native_file_system share_type"},
      {"smb_cmd", "command sub_command argument status rtt version username tree tree_service referenced_file.name"},
      {"rdp", "cookie result security_protocol client_channels keyboard_layout client_build client_name cert_type cert_count"},
      {"ntlm", "username hostname domainname server_nb_computer_name server_dns_computer_name success"},
      {"radius", "username mac framed_addr tunnel_client connect_info reply_msg result ttl"},
      {"intel", "seen.indicator seen.indicator_type seen.where seen.node matched sources fuid file_mime_type file_desc"},
      {"notice", "fuid file_mime_type file_desc proto note msg sub src dst p n peer_descr actions email_dest suppress_for"},
      {"weird", "name addl notice peer source"},
      {"dhcp", "uids client_addr server_addr mac host_name client_fqdn domain requested_addr assigned_addr lease_time msg_types"},
      {"socks", "version user password status request.host request_p bound.host bound_p"},
      {"snmp", "duration version community get_requests get_bulk_requests display_string up_since"},
      {"ldap_search", "message_id scope deref_aliases base_object result_count result diagnostic_message filter attributes"},
      {"ldap", "message_id version opcode result diagnostic_message object argument"},
      {"dpd", "proto analyzer failure_reason packet_segment"},
      {"syslog", "proto facility severity message"},
      {"irc", "nick user command value addl dcc_file_name"},
      {"ntp", "version mode stratum poll precision root_delay"},
      {"tunnel", "tunnel_type action"},
  };
  Bench b;
  for (const auto& [log, fields] : rows) {
    std::vector<std::string> names;
    for (std::string_view rest = fields; !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      names.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    for (int round = 0; round < 2; ++round) {
      std::string json = R"({"ts":1710496800.0,"uid":"C","id.orig_h":"a","id.resp_h":"b")";
      for (const std::string& name : names) json += ",\"" + name + "\":\"x\"";
      EXPECT_EQ(b.read(json + "}"), "zeek/" + std::string(log) + " 2024-03-15T10:00:00Z") << fields;
      std::reverse(names.begin(), names.end());
    }
  }
}

}  // namespace
}  // namespace envelopes_test
}  // namespace custos::ingest
