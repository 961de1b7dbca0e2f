// What the cloud writes: Entra ID sign-ins, the Microsoft 365 unified audit log, AWS CloudTrail.
// Called by life/ and campaigns/; feeds Delivery.
// Values; nothing grows with time.
// One thread.
// Refuses nothing. Shapes follow the vendors' published schemas (Graph signIn, Office 365 Management Activity API, CloudTrail record contents 1.09).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulate/delivery.h"

namespace custos::simulate {

struct SignIn {
  std::string_view from = {};  // address
  std::string_view application = "Office 365 Exchange Online";
  std::string_view client = "Browser";  // clientAppUsed
  std::string_view agent = {};
  std::string_view protocol = "none";  // authenticationProtocol: none, deviceCode, saml20 (token issuer AD FS)
  std::string_view country = "NL", city = "The Hague";
  int error = 0;  // 50126 wrong password, 50053 locked, 500121 second factor refused ...
  bool second_factor = true, interactive = true, known_device = true;
};

using Fields = std::vector<std::pair<std::string_view, std::string>>;

class Cloud {
 public:
  Cloud(World& world, Delivery& delivery) : world_(world), delivery_(delivery) {}

  void sign_in(const Act& act, const User& who, const SignIn& how);

  // Exchange: MailItemsAccessed (bind, n messages), Send, MoveToDeletedItems ...; `fields` are further members of the record (texts).
  void mail(const Act& act, const User& who, std::string_view operation, std::string_view from, std::string_view agent, unsigned items = 1,
            const Fields& fields = {});
  // A rule or setting of a mailbox: New-InboxRule, Set-Mailbox ... with Parameters.
  void mailbox_setting(const Act& act, const User& who, std::string_view operation, std::string_view from, const Fields& parameters);
  // SharePoint and OneDrive: FileAccessed, FileDownloaded, FileUploaded, FileModified, FileSyncDownloadedFull ...
  void document(const Act& act, const User& who, std::string_view operation, std::string_view from, std::string_view site, std::string_view file,
                std::string_view agent);
  // Azure AD records of the unified audit log: "Add service principal.", "Consent to application.", "Add member to role.", "Set domain authentication." ...
  void directory(const Act& act, const User& who, std::string_view operation, std::string_view from, std::string_view target, const Fields& changed = {});

  // AWS: one call. `role` names an assumed role (a service); else an IAM user called like the person.
  struct Call {
    std::string_view source = {}, name = {};  // "s3.amazonaws.com", "GetObject"
    std::string_view from = {}, agent = {}, region = "eu-west-1";
    std::string_view role = {};
    std::string_view error = {};  // "AccessDenied"
    bool read_only = true;
  };
  void call(const Act& act, const User* who, const Call& c, const Fields& request = {});

 private:
  struct Record;  // of the unified audit log

  // A generator for the ids of one record. Equal acts at one instant are told apart by their number.
  Rng ids(const Act& act, std::string_view who, std::string_view what);
  std::uint32_t machine_of(const User* who) const;
  void put(Stream s, const Act& act, const User* who, std::string&& body, std::string&& id);
  void audited(const Act& act, const User& who, Rng& rng, const Record& r);

  World& world_;
  Delivery& delivery_;
  struct Seen {
    std::uint64_t act = 0, times = 0;
  };
  std::array<Seen, 1'024> seen_{};  // equal acts at one instant, which follow close on each other
};

}  // namespace custos::simulate
