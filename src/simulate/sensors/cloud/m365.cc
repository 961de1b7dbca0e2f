#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "simulate/sensors/cloud.h"
#include "simulate/sensors/cloud/names.h"
#include "simulate/sensors/detail.h"
#include "simulate/sensors/json_line.h"

namespace custos::simulate {

struct Cloud::Record {
  std::string_view operation, workload, from, object;
  int type = 0;  // AuditLogRecordType
  std::string_view result = "Succeeded";
  std::string_view members;  // of this kind alone, with a comma in front
};

namespace m365 {
namespace {

// AuditLogRecordType: ExchangeItem 2, ExchangeItemGroup 3, ExchangeItemAggregated 50.
int mail_type(std::string_view operation) {
  if (operation == "MailItemsAccessed") return 50;
  for (const std::string_view group : {"Move", "MoveToDeletedItems", "SoftDelete", "HardDelete", "Copy"}) {
    if (operation == group) return 3;
  }
  return 2;
}

// What the unified audit log calls the program behind a user agent.
std::string client_info(std::string_view agent) {
  if (agent.empty()) return "Client=MSExchangeRPC";
  if (agent.substr(0, 7) == "Client=") return std::string(agent);
  if (agent.find("Outlook-iOS") != std::string_view::npos || agent.find("Outlook-Android") != std::string_view::npos)
    return fmt::format("Client=REST;Client=RESTSystem;{};", agent);
  if (agent.find("Mozilla/") != std::string_view::npos) return fmt::format("Client=OWA;Action=ViaProxy;{}", agent);
  return fmt::format("Client=REST;{};", agent);
}

std::string base64(Rng& rng, int characters) {
  std::string out;
  for (int i = 0; i < characters; ++i) out += "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[rng.below(64)];
  return out;
}

// The same folder of the same mailbox has the same id.
std::string folder_id(const User& who, std::string_view path) {
  Rng rng(hash64(who.object_id), path);
  return "LgAAAAB" + base64(rng, 46) + "AAAB";
}

void message_id(std::string& out, Rng& rng) {
  out += "<";
  const std::uint64_t a = rng.next();
  for (int i = 0; i < 2; ++i) out += "ADGMPSV"[(a >> (i * 8) & 0xFF) % 7];
  out += "P250MB";
  append_hex(out, a >> 16, 12);
  append_hex(out, rng.next(), 16);
  out += "@";
  append_hex(out, rng.next(), 8);
  out += ".eurprd01.prod.outlook.com>";
}

void item(JsonLine& j, Rng& rng, std::string_view key) {
  std::string message;
  message_id(message, rng);
  j.object(key).text("Id", "RgAAAAB" + base64(rng, 48) + "AAAJ").text("InternetMessageId", message);
  j.number("SizeInBytes", 4'000 + static_cast<std::uint64_t>(std::min(rng.exponential(60'000), 2e7)));
}

// Messages that were opened, folder by folder; the inbox first.
void folders(JsonLine& j, Rng& rng, const User& who, unsigned items) {
  constexpr std::string_view kPaths[] = {"\\Inbox", "\\Sent Items", "\\Archive"};
  j.list("Folders");
  for (unsigned left = items, n = 0; left > 0 && n < 3; ++n) {
    const unsigned here = n == 2 ? left : std::max(1u, static_cast<unsigned>(left * (0.6 + 0.4 * rng.unit())));
    j.object().text("Id", folder_id(who, kPaths[n])).text("Path", kPaths[n]).list("FolderItems");
    for (unsigned i = 0; i < here; ++i) {
      item(j, rng, "");
      j.close();
    }
    j.close_list().close();
    left -= here;
  }
  j.close_list();
}

void named(JsonLine& j, std::string_view list, std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  j.list(list);
  for (const auto& [name, value] : values) j.object().text("Name", name).text("Value", value).close();
  j.close_list();
}

// Members are written as an object of their own and lose its brace.
std::string_view inside(const std::string& object) { return std::string_view(object).substr(1, object.size() - 2); }

std::string_view extension(std::string_view file) {
  const std::size_t dot = file.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : file.substr(dot + 1);
}

std::string_view category(std::string_view operation) {
  constexpr std::pair<std::string_view, std::string_view> kBy[] = {{"service principal", "ServicePrincipal"},
                                                                   {"onsent", "ServicePrincipal"},
                                                                   {"pplication", "Application"},
                                                                   {"role", "Role"},
                                                                   {"group", "Group"},
                                                                   {"domain", "Domain"},
                                                                   {"evice", "Device"}};
  for (const auto& [part, is] : kBy) {
    if (operation.find(part) != std::string_view::npos) return is;
  }
  return "User";
}

// One record of MailItemsAccessed tells of at most so many messages.
constexpr unsigned kItems = 100;

}  // namespace
}  // namespace m365

void Cloud::audited(const Act& act, const User& who, Rng& rng, const Record& r) {
  std::string id, out;
  append_guid(id, rng);
  out.reserve(1'400 + r.members.size());
  const bool directory = r.workload == "AzureActiveDirectory", exchange = r.workload == "Exchange";
  JsonLine j(out);
  j.text("CreationTime", to_rfc3339(act.at - act.at % kSecond).substr(0, 19))
      .text("Id", id)
      .text("Operation", r.operation)
      .text("OrganizationId", world_.tenant)
      .number("RecordType", r.type);
  j.text("ResultStatus", r.result)
      .text("UserKey", directory ? who.object_id + "@" + world_.parameters->domain : fmt::format("1003{:012X}", hash64(who.object_id) & 0xFFFFFFFFFFFF));
  j.number("UserType", who.admin && (directory || r.type == 1) ? 2 : 0).number("Version", 1).text("Workload", r.workload);
  j.text("ClientIP", r.from).text("UserId", who.upn);
  if (exchange)
    j.text("ClientIPAddress", r.from)
        .text("OrganizationName", world_.parameters->netbios + ".onmicrosoft.com")
        .text("OriginatingServer", "AM0PR01MB4711 (15.20.4200.000)\r\n");
  if (!r.object.empty()) j.text("ObjectId", r.object);
  if (!r.members.empty()) {
    out += ',';
    out += r.members;
  }
  j.close();
  put(Stream::M365, act, &who, std::move(out), std::move(id));
}

void Cloud::mail(const Act& act, const User& who, std::string_view operation, std::string_view from, std::string_view agent, unsigned items,
                 const Fields& fields) {
  if (!delivery_.wanted(Stream::M365)) return;
  items = std::max(items, 1u);
  const int type = m365::mail_type(operation);
  Act part = act;
  for (unsigned done = 0; done < items; done += m365::kItems, part = part.then(kSecond)) {
    const unsigned here = type == 2 ? 1 : std::min(m365::kItems, items - done);
    Rng rng = ids(part, who.upn, operation);
    std::string own, session;
    append_guid(session, rng);
    JsonLine j(own);
    j.number("LogonType", 0)
        .number("InternalLogonType", 0)
        .flag("ExternalAccess", false)
        .text("MailboxGuid", guid_of("mailbox/" + who.object_id))
        .text("MailboxOwnerUPN", who.upn);
    j.text("MailboxOwnerSid", who.sid).text("LogonUserSid", who.sid).text("ClientInfoString", m365::client_info(agent));
    j.text("AppId", cloud::application_id(agent.find("Outlook-") != std::string_view::npos ? "Outlook Mobile" : "Office 365 Exchange Online"))
        .text("SessionId", session);
    if (type == 50) {
      m365::named(j, "OperationProperties", {{"MailAccessType", "Bind"}, {"IsThrottled", "False"}});
      j.number("OperationCount", here);
      m365::folders(j, rng, who, here);
    } else if (type == 3) {
      j.object("Folder").text("Id", m365::folder_id(who, "\\Inbox")).text("Path", "\\Inbox").close();
      j.object("DestFolder").text("Id", m365::folder_id(who, "\\Deleted Items")).text("Path", "\\Deleted Items").close();
      j.flag("CrossMailboxOperation", false).list("AffectedItems");
      for (unsigned i = 0; i < here; ++i) {
        m365::item(j, rng, "");
        j.object("ParentFolder").text("Id", m365::folder_id(who, "\\Inbox")).text("Path", "\\Inbox").close().close();
      }
      j.close_list();
    } else {
      const std::string_view path = operation == "Send" ? "\\Sent Items" : "\\Drafts";
      m365::item(j, rng, "Item");
      j.object("ParentFolder").text("Id", m365::folder_id(who, path)).text("Path", path).close().close();
    }
    for (const auto& [name, value] : fields) j.text(name, value);
    j.close();
    audited(part, who, rng, {operation, "Exchange", from, "", type, "Succeeded", m365::inside(own)});
    if (type == 2) return;
  }
}

void Cloud::mailbox_setting(const Act& act, const User& who, std::string_view operation, std::string_view from, const Fields& parameters) {
  if (!delivery_.wanted(Stream::M365)) return;
  Rng rng = ids(act, who.upn, operation);
  std::string own, session, object = who.upn;
  append_guid(session, rng);
  JsonLine j(own);
  j.flag("ExternalAccess", false).text("AppId", "").text("SessionId", session).list("Parameters");
  for (const auto& [name, value] : parameters) {
    j.object().text("Name", name).text("Value", value).close();
    if (name == "Name" && operation.find("InboxRule") != std::string_view::npos) object = fmt::format("{}\\{}", who.upn, value);
    if (name == "Identity") object = value;
  }
  j.close_list().close();
  audited(act, who, rng, {operation, "Exchange", from, object, 1, "True", m365::inside(own)});
}

void Cloud::document(const Act& act, const User& who, std::string_view operation, std::string_view from, std::string_view site, std::string_view file,
                     std::string_view agent) {
  if (!delivery_.wanted(Stream::M365)) return;
  Rng rng = ids(act, who.upn, file);
  const bool personal = site.substr(0, 9) == "personal/" || site.substr(0, 10) == "/personal/";
  while (!site.empty() && site.front() == '/') site.remove_prefix(1);
  const std::string_view tenant = std::string_view(world_.parameters->domain).substr(0, world_.parameters->domain.find('.'));
  const std::string base = site.substr(0, 8) == "https://"
                               ? fmt::format("{}/", site)
                               : fmt::format("https://{}{}.sharepoint.com/{}{}/", tenant, personal ? "-my" : "", personal ? "" : "sites/", site);
  const std::size_t cut = file.rfind('/');
  const std::string_view name = cut == std::string_view::npos ? file : file.substr(cut + 1),
                         folder = cut == std::string_view::npos ? std::string_view() : file.substr(0, cut);
  const std::string library = fmt::format("{}{}{}", personal ? "Documents" : "Shared Documents", folder.empty() ? "" : "/", folder);
  std::string own, correlation;
  append_guid(correlation, rng);
  JsonLine j(own);
  j.text("CorrelationId", correlation)
      .text("EventSource", "SharePoint")
      .text("ItemType", "File")
      .text("ListId", guid_of(base + "list"))
      .text("ListItemUniqueId", guid_of(fmt::format("{}{}", base, file)));
  j.text("Site", guid_of(base))
      .text("WebId", guid_of(base + "web"))
      .text("UserAgent", agent)
      .text("SourceFileExtension", m365::extension(name))
      .text("SourceFileName", name);
  j.text("SourceRelativeUrl", library).text("SiteUrl", base).flag("HighPriorityMediaProcessing", false);
  if (operation.find("Sync") != std::string_view::npos) j.text("FileSyncBytesCommitted", std::to_string(8'000 + rng.below(4'000'000)));
  const cloud::Device d = cloud::device(agent);
  j.text("Platform", d.system.substr(0, 3) == "Win" ? "WinDesktop" : d.system).text("BrowserName", d.browser.substr(0, d.browser.find(' '))).close();
  const std::string object = fmt::format("{}{}/{}", base, library, name);
  audited(act, who, rng, {operation, personal ? "OneDrive" : "SharePoint", from, object, 6, "Succeeded", m365::inside(own)});
}

void Cloud::directory(const Act& act, const User& who, std::string_view operation, std::string_view from, std::string_view target, const Fields& changed) {
  if (!delivery_.wanted(Stream::M365)) return;
  Rng rng = ids(act, who.upn, operation);
  std::string own, correlation, inter;
  append_guid(correlation, rng);
  append_guid(inter, rng);
  JsonLine j(own);
  j.number("AzureActiveDirectoryEventType", 1);
  m365::named(j, "ExtendedProperties", {{"additionalDetails", "{}"}, {"extendedAuditEventCategory", m365::category(operation)}});
  j.list("ModifiedProperties");
  std::string names;
  for (const auto& [name, value] : changed) {
    j.object().text("Name", name).text("NewValue", value).text("OldValue", "").close();
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  }
  if (!changed.empty()) j.object().text("Name", "Included Updated Properties").text("NewValue", names).text("OldValue", "").close();
  j.close_list().list("Actor");
  j.object()
      .text("ID", who.upn)
      .number("Type", 5)
      .close()
      .object()
      .text("ID", who.object_id)
      .number("Type", 2)
      .close()
      .object()
      .text("ID", "User")
      .number("Type", 2)
      .close();
  j.close_list()
      .text("ActorContextId", world_.tenant)
      .text("ActorIpAddress", from)
      .text("InterSystemsId", inter)
      .text("IntraSystemId", correlation)
      .text("SupportTicketId", "");
  j.list("Target")
      .object()
      .text("ID", guid_of(fmt::format("directory/{}", target)))
      .number("Type", 2)
      .close()
      .object()
      .text("ID", target)
      .number("Type", 1)
      .close()
      .close_list();
  j.text("TargetContextId", world_.tenant).close();
  audited(act, who, rng, {operation, "AzureActiveDirectory", from, target, 8, "Success", m365::inside(own)});
}

}  // namespace custos::simulate
