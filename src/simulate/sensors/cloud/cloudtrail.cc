#include <fmt/format.h>

#include "base/hash.h"
#include "simulate/sensors/cloud.h"
#include "simulate/sensors/detail.h"
#include "simulate/sensors/json_line.h"

namespace custos::simulate {
namespace cloudtrail {
namespace {

// AWS's ids: four letters that say what it is, and characters of base 32.
std::string resource_id(std::string_view kind, std::string_view of) {
  Rng rng(hash64(kind), of);
  std::string out(kind);
  for (int i = 0; i < 17 - (kind.substr(0, 2) == "AK" || kind.substr(0, 2) == "AS" ? 1 : 0); ++i) out += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[rng.below(32)];
  return out;
}

// Objects of a bucket and calls of a function are data events; everything else is management.
bool is_data(const Cloud::Call& c) {
  if (c.source == "lambda.amazonaws.com") return c.name == "Invoke";
  if (c.source != "s3.amazonaws.com") return false;
  for (const std::string_view n : {"GetObject", "PutObject", "DeleteObject", "DeleteObjects", "CopyObject", "HeadObject", "ListObjects", "ListObjectsV2"}) {
    if (c.name == n) return true;
  }
  return false;
}

bool console(std::string_view agent) { return agent.find("Mozilla/") != std::string_view::npos; }

std::string_view error_text(std::string_view error) {
  if (error == "AccessDenied") return "Access Denied";
  if (error == "Client.UnauthorizedOperation") return "You are not authorized to perform this operation.";
  if (error == "Failed authentication") return "Failed authentication";
  return "The request could not be carried out.";
}

// The role's session began at the full hour before.
void assumed(JsonLine& j, std::string_view account, const Cloud::Call& c, std::string_view session, Micros at) {
  const std::string role = resource_id("AROA", c.role);
  const Micros hour = at - at % (60 * 60 * kSecond);
  j.text("type", "AssumedRole")
      .text("principalId", fmt::format("{}:{}", role, session))
      .text("arn", fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", account, c.role, session));
  j.text("accountId", account).text("accessKeyId", resource_id("ASIA", fmt::format("{}/{}/{}", c.role, session, hour)));
  j.object("sessionContext")
      .object("sessionIssuer")
      .text("type", "Role")
      .text("principalId", role)
      .text("arn", fmt::format("arn:aws:iam::{}:role/{}", account, c.role));
  j.text("accountId", account).text("userName", c.role).close().object("webIdFederationData").close();
  j.object("attributes").text("creationDate", to_rfc3339(hour)).text("mfaAuthenticated", "false").close().close();
}

void identity(JsonLine& j, std::string_view account, const User* who, const Cloud::Call& c, Micros at) {
  j.object("userIdentity");
  if (!c.role.empty()) {
    std::string instance = "i-0";
    append_hex(instance, hash64(c.role), 16);
    assumed(j, account, c, who == nullptr ? std::string_view(instance) : std::string_view(who->name), at);
  } else if (who == nullptr) {
    j.text("type", "AWSService").text("invokedBy", c.source);
  } else {
    j.text("type", "IAMUser")
        .text("principalId", resource_id("AIDA", who->upn))
        .text("arn", fmt::format("arn:aws:iam::{}:user/{}", account, who->name))
        .text("accountId", account);
    if (console(c.agent) && c.name != "ConsoleLogin") {
      const Micros day = at - at % kDay;
      j.text("accessKeyId", resource_id("ASIA", fmt::format("{}/{}", who->upn, day)));
      j.text("userName", who->name)
          .object("sessionContext")
          .object("attributes")
          .text("creationDate", to_rfc3339(day + 7 * 60 * 60 * kSecond))
          .text("mfaAuthenticated", "true")
          .close()
          .close();
    } else {
      if (c.name != "ConsoleLogin") j.text("accessKeyId", resource_id("AKIA", who->upn));
      j.text("userName", who->name);
    }
  }
  j.close();
}

void members(JsonLine& j, std::string_view key, const Fields& request) {
  if (request.empty()) {
    j.null(key);
    return;
  }
  j.object(key);
  for (const auto& [name, value] : request) j.text(name, value);
  j.close();
}

// What came back. Reading calls return nothing that CloudTrail keeps; writing ones name what they made.
void response(JsonLine& j, const Cloud::Call& c, const Fields& request, std::string_view request_id) {
  if (c.name == "ConsoleLogin") {
    j.object("responseElements").text("ConsoleLogin", c.error.empty() ? "Success" : "Failure").close();
  } else if (c.read_only || !c.error.empty() || c.source == "s3.amazonaws.com") {
    j.null("responseElements");
  } else {
    j.object("responseElements").text("requestId", request_id).text("_return", "true");
    for (const auto& [name, value] : request) {
      if (name == "userName" || name == "roleName" || name == "instanceId" || name == "functionName") j.text(name, value);
    }
    j.close();
  }
}

}  // namespace
}  // namespace cloudtrail

void Cloud::call(const Act& act, const User* who, const Call& c, const Fields& request) {
  if (!delivery_.wanted(Stream::CloudTrail)) return;
  Rng rng = ids(act, who == nullptr ? c.role : std::string_view(who->upn), c.name);
  const std::string& account = world_.cloud_account;
  std::string event, request_id, out;
  append_guid(event, rng);
  append_guid(request_id, rng);
  out.reserve(1'600);
  const bool data = cloudtrail::is_data(c), login = c.name == "ConsoleLogin", service = who == nullptr && c.role.empty();
  JsonLine j(out);
  j.text("eventVersion", "1.09");
  cloudtrail::identity(j, account, who, c, act.at);
  j.text("eventTime", to_rfc3339(act.at - act.at % kSecond)).text("eventSource", c.source).text("eventName", c.name).text("awsRegion", c.region);
  j.text("sourceIPAddress", service ? c.source : c.from).text("userAgent", service ? c.source : c.agent);
  if (!c.error.empty()) j.text("errorCode", c.error).text("errorMessage", cloudtrail::error_text(c.error));
  cloudtrail::members(j, "requestParameters", request);
  cloudtrail::response(j, c, request, request_id);
  if (login)
    j.object("additionalEventData").text("LoginTo", "https://console.aws.amazon.com/console/home").text("MobileVersion", "No").text("MFAUsed", "Yes").close();
  j.text("requestID", request_id).text("eventID", event).flag("readOnly", c.read_only);
  if (data && c.source == "s3.amazonaws.com") {
    std::string_view bucket, key;
    for (const auto& [name, value] : request) {
      if (name == "bucketName") bucket = value;
      if (name == "key") key = value;
    }
    j.list("resources");
    if (!key.empty()) j.object().text("type", "AWS::S3::Object").text("ARN", fmt::format("arn:aws:s3:::{}/{}", bucket, key)).close();
    j.object().text("accountId", account).text("type", "AWS::S3::Bucket").text("ARN", fmt::format("arn:aws:s3:::{}", bucket)).close().close_list();
  }
  j.text("eventType", login     ? "AwsConsoleSignIn"
                      : service ? "AwsServiceEvent"
                                : "AwsApiCall")
      .flag("managementEvent", !data)
      .text("recipientAccountId", account);
  j.text("eventCategory", data ? "Data" : "Management");
  if (!service) {
    const std::string_view name = c.source.substr(0, c.source.find('.'));
    j.object("tlsDetails").text("tlsVersion", "TLSv1.3").text("cipherSuite", "TLS_AES_128_GCM_SHA256");
    j.text("clientProvidedHostHeader", login ? "signin.aws.amazon.com" : fmt::format("{}.{}.amazonaws.com", name, c.region)).close();
    if (cloudtrail::console(c.agent) && !login) j.text("sessionCredentialFromConsole", "true");
  }
  j.close();
  put(Stream::CloudTrail, act, who, std::move(out), std::move(event));
}

}  // namespace custos::simulate
