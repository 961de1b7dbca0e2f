// A person at work: what the tasks of the parameters look like, one function each.
// Called by life/people.cc; feeds sensors/.
// A desk lives from sitting down to leaving.
// One thread.
// Refuses nothing: a task that needs what isn't there (a share without folders) does nothing.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "simulate/life/life.h"

namespace custos::simulate {

struct Desk {
  Colleague& who;
  Machine& machine;
  Session session;
  Process browser, outlook;
  Micros share_until = 0;  // the file server keeps a session open while it is used
  Session share;
  std::uint16_t share_port = 0;
  std::string_view country = "NL", city = "The Hague";  // where the cloud sees them
  Micros granted_until = 0;                              // the ticket that gets tickets
  std::vector<std::pair<std::uint32_t, Micros>> tickets = {};  // machine, until: Windows keeps tickets for as long as they are good

  Session on(Machine& m) const { return {&m, who.user, session.id, session.type}; }
};

// Where the cloud sees somebody: the institution's egress, home, abroad.
std::string_view seen_from(const Scene& scene, const Desk& desk);

// A session at the file server, opened when there is none: Kerberos, logon, share.
void open_share(Scene& scene, const Act& act, Desk& desk, std::string_view share);
// life/signing_on.cc: the password is typed, wrong now and then; how long it took until it was right.
Micros type_password(Scene& scene, const Act& act, Desk& desk, int type);
// At the screen: the tickets that a logon or an unlocking brings.
void get_tickets(Scene& scene, const Act& act, Desk& desk);
// A ticket for a service, unless there is one; false: there was.
bool ticket_for(Scene& scene, const Act& act, Desk& desk, const Machine& service);
// A document's path below its share: "2026-114\\Statements\\statement-017.docx"
std::string document_path(const Folder& f, std::uint32_t number);

void do_task(Scene& scene, const Act& act, Desk& desk, std::string_view task, const Programs& programs);

// The parts: life/office_work.cc and life/admin_work.cc
void read_mail(Scene& scene, const Act& act, Desk& desk, const Programs& programs);
void read_document(Scene& scene, const Act& act, Desk& desk, const Programs& programs);
void browse(Scene& scene, const Act& act, Desk& desk);
void use_cloud_files(Scene& scene, const Act& act, Desk& desk);
void admin_shell(Scene& scene, const Act& act, Desk& desk, const Programs& programs);
void shell(Scene& scene, const Act& act, Desk& desk, const Programs& programs);
void remote_desktop(Scene& scene, const Act& act, Desk& desk, const Programs& programs);
void cloud_console(Scene& scene, const Act& act, Desk& desk);

}  // namespace custos::simulate
