// The intruder's side of the Internet: invented names under .example, addresses out of 198.18.0.0/15, browsers and places they seem to come from.
// Called by campaigns/ and intruder/; feeds Network and Cloud.
// Values.
// One thread.
// Refuses nothing. RFC 2544 sets those addresses aside for tests: they are nobody's.
#pragma once

#include <string>
#include <string_view>

#include "simulate/intruder/place.h"

namespace custos::simulate {

struct Server {  // answers under one name
  Site site;
  std::string host, address;
};
Server new_server(Operation& op);
// The institution's people use sites of this kind too; where the parameters have none, a new one.
Server known_service(Operation& op, std::string_view kind, std::string_view prefer);

struct Outsider {  // who a sign-in from outside seems to be
  std::string address, country, city, agent;
};
Outsider outsider(Operation& op);
SignIn sign_in_from(const Outsider& who, std::string_view application, std::string_view client = "Browser");

// A program's connection to a server outside, from wherever its computer is: by the proxy with the user's account, or past it.
// At home nothing but Sysmon sees it. Bytes are of the connection.
struct Contact {
  std::string path = "/", method = "GET", agent = {};
  std::uint64_t out = 900, in = 700;
  Micros lasts = kSecond;
  bool proxy = true;
};
void contact(Operation& op, const Act& act, const Place& from, const Server& to, const Contact& how);
// A question to the name server that carries something.
void name_question(Operation& op, const Act& act, const Place& from, const std::string& name, std::string_view type, std::string_view answer);

}  // namespace custos::simulate
