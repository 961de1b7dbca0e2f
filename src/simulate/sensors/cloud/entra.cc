#include <fmt/format.h>

#include "base/hash.h"
#include "simulate/sensors/cloud.h"
#include "simulate/sensors/cloud/names.h"
#include "simulate/sensors/detail.h"
#include "simulate/sensors/json_line.h"

namespace custos::simulate {
namespace entra {
namespace {

// Microsoft's own sentences for AADSTS codes.
std::string_view failure(int error) {
  switch (error) {
    case 50034: return "The user account does not exist in the directory. To sign into this application, the account must be added to the directory.";
    case 50053: return "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.";
    case 50055: return "The password is expired.";
    case 50057: return "The user account is disabled.";
    case 50074: return "Strong Authentication is required.";
    case 50076:
      return "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to "
             "access the resource.";
    case 50126: return "Error validating credentials due to invalid username or password.";
    case 50140: return "This occurred due to 'Keep me signed in' interrupt when the user was signing-in.";
    case 500121: return "Authentication failed during strong authentication request.";
    case 53000:
      return "Device is not in required device state: {state}. Conditional Access policy requires a compliant device, and the device is not compliant.";
    case 53003: return "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.";
    case 70043: return "The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.";
    default: return "Other.";
  }
}

bool password_was_wrong(int error) { return error == 50126 || error == 50034 || error == 50053 || error == 50055 || error == 50057; }
bool policy_said_no(int error) { return error == 53000 || error == 53003; }

struct Place {
  std::string_view country, state;
  double latitude, longitude;
};
// Where a country's capital or largest city lies; nowhere else is needed.
Place place(std::string_view country) {
  constexpr Place kPlaces[] = {{"NL", "Zuid-Holland", 52.08, 4.31},
                               {"DE", "Berlin", 52.52, 13.4},
                               {"FR", "Ile-de-France", 48.86, 2.35},
                               {"GB", "England", 51.51, -0.13},
                               {"BE", "Brussels", 50.85, 4.35},
                               {"US", "New York", 40.71, -74.01},
                               {"CH", "Geneve", 46.2, 6.14},
                               {"KE", "Nairobi", -1.29, 36.82},
                               {"RU", "Moskva", 55.76, 37.62},
                               {"CN", "Beijing", 39.9, 116.41},
                               {"BR", "Distrito Federal", -15.79, -47.88}};
  for (const Place& p : kPlaces) {
    if (p.country == country) return p;
  }
  const std::uint64_t h = hash64(country);
  return {country, "", static_cast<double>(h % 12'000) / 100 - 60, static_cast<double>(h / 12'000 % 36'000) / 100 - 180};
}

void location(JsonLine& j, const SignIn& how) {
  const Place p = place(how.country);
  j.object("location").text("city", how.city).text("state", p.state).text("countryOrRegion", how.country);
  j.object("geoCoordinates")
      .null("altitude")
      .raw("latitude", fmt::format("{:.2f}", p.latitude))
      .raw("longitude", fmt::format("{:.2f}", p.longitude))
      .close()
      .close();
}

void step(JsonLine& j, Micros at, std::string_view method, std::string_view detail, bool succeeded, std::string_view result, std::string_view requirement) {
  j.object().text("authenticationStepDateTime", to_rfc3339(at - at % kSecond)).text("authenticationMethod", method);
  if (detail.empty()) {
    j.null("authenticationMethodDetail");
  } else {
    j.text("authenticationMethodDetail", detail);
  }
  j.flag("succeeded", succeeded).text("authenticationStepResultDetail", result).text("authenticationStepRequirement", requirement).close();
}

// The steps that the person went through, up to the one that failed.
void steps(JsonLine& j, Micros at, const SignIn& how, bool federated) {
  j.list("authenticationDetails");
  if (!how.interactive) {
    step(j, at, "Previously satisfied", "", how.error == 0, how.error == 0 ? "First factor requirement satisfied by claim in the token" : "",
         "Primary authentication");
  } else {
    const bool wrong = password_was_wrong(how.error);
    step(j, at, federated ? "Federated" : "Password", federated ? "AD FS" : "Password Hash Sync", !wrong,
         wrong ? "Invalid username or password" : "Correct password", "Primary authentication");
    if (how.second_factor && !wrong) {
      const bool refused = how.error == 500121;
      step(j, at + 9 * kSecond, "Mobile app notification", "", !refused, refused ? "MFA denied; user declined the authentication" : "MFA completed in Azure AD",
           "Multifactor authentication");
    }
  }
  j.close_list();
}

void policies(JsonLine& j, const SignIn& how) {
  j.list("appliedConditionalAccessPolicies");
  const bool blocked = policy_said_no(how.error);
  j.object()
      .text("id", guid_of("policy/second factor"))
      .text("displayName", "Require a second factor")
      .text("result", how.second_factor ? (how.error == 500121 ? "failure" : "success") : "notApplied");
  j.list("enforcedGrantControls").text("", "Mfa").close_list().close();
  j.object()
      .text("id", guid_of("policy/known devices"))
      .text("displayName", "Block unmanaged devices for administration")
      .text("result", blocked ? "failure" : "notApplied");
  j.list("enforcedGrantControls").text("", "Block").close_list().close();
  j.close_list();
}

void device_detail(JsonLine& j, const Machine* machine, const cloud::Device& d) {
  j.object("deviceDetail")
      .text("deviceId", machine == nullptr ? std::string() : guid_of("device/" + machine->fqdn))
      .text("displayName", machine == nullptr ? std::string_view() : std::string_view(machine->name));
  j.text("operatingSystem", d.system).text("browser", d.browser).flag("isCompliant", machine != nullptr).flag("isManaged", machine != nullptr);
  j.text("trustType", machine == nullptr ? "" : "Hybrid Azure AD joined").close();
}

void risk(JsonLine& j) {
  j.text("riskDetail", "none")
      .text("riskLevelAggregated", "none")
      .text("riskLevelDuringSignIn", "none")
      .text("riskState", "none")
      .list("riskEventTypes_v2")
      .close_list();
}

void resource(JsonLine& j, std::string_view tenant, std::string_view application) {
  const bool mail = application.find("Exchange") != std::string_view::npos || application.find("Outlook") != std::string_view::npos;
  const std::string_view name = mail ? "Office 365 Exchange Online" : application;
  j.text("resourceDisplayName", name).text("resourceId", cloud::application_id(name)).text("resourceTenantId", tenant).text("homeTenantId", tenant);
}

void status(JsonLine& j, const SignIn& how) {
  std::string_view more;
  if (how.error == 500121) more = "MFA denied; user declined the authentication";
  if (how.error == 0 && how.second_factor) more = how.interactive ? "MFA completed in Azure AD" : "MFA requirement satisfied by claim in the token";
  j.object("status").number("errorCode", how.error).text("failureReason", failure(how.error)).text("additionalDetails", more).close();
}

}  // namespace
}  // namespace entra

void Cloud::sign_in(const Act& act, const User& who, const SignIn& how) {
  if (!delivery_.wanted(Stream::Entra)) return;
  Rng rng = ids(act, who.upn, how.from);
  std::string id, correlation, out;
  append_guid(id, rng);
  append_guid(correlation, rng);
  out.reserve(3'000);
  const bool federated = how.protocol == "saml20", known = how.known_device && who.person != kNobody;
  const bool legacy = how.client != "Browser" && how.client != "Mobile Apps and Desktop clients";
  const std::string_view condition = entra::policy_said_no(how.error) || how.error == 500121 ? "failure"
                                     : how.error == 0 && how.second_factor                   ? "success"
                                                                                             : "notApplied";
  JsonLine j(out);
  j.text("id", id)
      .text("createdDateTime", to_rfc3339(act.at - act.at % kSecond))
      .text("userDisplayName", who.display)
      .text("userPrincipalName", who.upn)
      .text("userId", who.object_id);
  j.text("appId", cloud::application_id(how.application))
      .text("appDisplayName", how.application)
      .text("ipAddress", how.from)
      .text("ipAddressFromResourceProvider", "");
  j.text("clientAppUsed", how.client)
      .text("userAgent", how.agent)
      .text("correlationId", correlation)
      .text("conditionalAccessStatus", condition)
      .text("originalRequestId", id);
  j.flag("isInteractive", how.interactive)
      .text("tokenIssuerName", federated ? "http://sts." + world_.parameters->domain + "/adfs/services/trust" : std::string());
  j.text("tokenIssuerType", federated ? "ADFederationServices" : "AzureAD")
      .text("clientCredentialType", "none")
      .number("processingTimeInMilliseconds", 60 + rng.below(400));
  entra::risk(j);
  entra::resource(j, world_.tenant, how.application);
  j.list("authenticationMethodsUsed")
      .close_list()
      .text("authenticationRequirement", how.second_factor ? "multiFactorAuthentication" : "singleFactorAuthentication");
  j.text("signInIdentifier", who.upn)
      .text("authenticationProtocol", how.protocol)
      .text("incomingTokenType", federated         ? "saml20"
                                 : how.interactive ? "none"
                                                   : "primaryRefreshToken");
  j.text("userType", "member")
      .flag("flaggedForReview", false)
      .flag("isTenantRestricted", false)
      .text("crossTenantAccessType", "none")
      .text("uniqueTokenIdentifier", id.substr(24) + correlation.substr(24));
  j.list("signInEventTypes").text("", how.interactive ? "interactiveUser" : "nonInteractiveUser").close_list();
  entra::status(j, how);
  entra::device_detail(j, known ? &world_.machines[machine_of(&who)] : nullptr, cloud::device(legacy ? std::string_view() : how.agent));
  entra::location(j, how);
  entra::policies(j, how);
  entra::steps(j, act.at, how, federated);
  j.list("networkLocationDetails");
  if (how.from == world_.egress)
    j.object().text("networkType", "trustedNamedLocation").list("networkNames").text("", world_.parameters->name).close_list().close();
  j.close_list().close();
  put(Stream::Entra, act, &who, std::move(out), std::move(id));
}

}  // namespace custos::simulate
