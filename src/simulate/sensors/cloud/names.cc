#include "simulate/sensors/cloud/names.h"

#include <fmt/format.h>

#include "simulate/sensors/detail.h"

namespace custos::simulate::cloud {
namespace {

// Microsoft's own first-party applications (learn.microsoft.com, "Verify first-party Microsoft applications in sign-in reports").
constexpr struct {
  std::string_view name, id;
} kApplications[] = {
    {"Office 365 Exchange Online", "00000002-0000-0ff1-ce00-000000000000"},
    {"Office 365 SharePoint Online", "00000003-0000-0ff1-ce00-000000000000"},
    {"Microsoft Graph", "00000003-0000-0000-c000-000000000000"},
    {"Windows Azure Active Directory", "00000002-0000-0000-c000-000000000000"},
    {"Microsoft Teams", "1fec8e78-bce4-4aaf-ab1b-5451cc387264"},
    {"Microsoft Office", "d3590ed6-52b3-4102-aeff-aad2292ab01c"},
    {"OfficeHome", "4765445b-32c6-49b0-83e6-1d93765276ca"},
    {"Azure Portal", "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"},
    {"Outlook Mobile", "27922004-5251-4030-b22d-91ecd9a37ea4"},
    {"OneDrive SyncEngine", "ab9b8c07-8f02-4f72-87fa-80105867a763"},
    {"Microsoft Azure CLI", "04b07795-8ddb-461a-bbee-02f9e1bf7b46"},
    {"Microsoft Azure PowerShell", "1950a258-227b-4e31-a9cf-717495945fc2"},
    {"Microsoft Authentication Broker", "29d9ed98-a469-4536-ade2-f981bc1d605e"},
};

std::string version_behind(std::string_view agent, std::string_view mark, std::string_view name) {
  const std::size_t at = agent.find(mark);
  if (at == std::string_view::npos) return {};
  std::string_view version = agent.substr(at + mark.size());
  version = version.substr(0, version.find_first_not_of("0123456789."));
  const std::size_t first = version.find('.'), second = first == std::string_view::npos ? first : version.find('.', first + 1);
  const std::size_t third = second == std::string_view::npos ? second : version.find('.', second + 1);
  return fmt::format("{} {}", name, version.substr(0, third));
}

}  // namespace

std::string application_id(std::string_view name) {
  for (const auto& a : kApplications) {
    if (a.name == name) return std::string(a.id);
  }
  return guid_of(fmt::format("application/{}", name));
}

Device device(std::string_view agent) {
  const auto has = [agent](std::string_view s) { return agent.find(s) != std::string_view::npos; };
  Device d;
  if (has("Windows NT 10"))
    d.system = "Windows10";
  else if (has("iPhone") || has("iOS"))
    d.system = "Ios";
  else if (has("Android"))
    d.system = "Android";
  else if (has("Mac OS X"))
    d.system = "MacOs";
  else if (has("Linux"))
    d.system = "Linux";
  for (const auto& [mark, name] :
       {std::pair{"Edg/", "Edge"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Version/", "Safari"}, {"python-requests/", "Python Requests"}}) {
    d.browser = version_behind(agent, mark, name);
    if (!d.browser.empty()) break;
  }
  return d;
}

}  // namespace custos::simulate::cloud
