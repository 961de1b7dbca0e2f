// Directories and tables as people, accounts and hosts.
// Called by engine/ for `custos institution init`; feeds Merger, which makes one institution of several sources.
// Owned values; remarks name file and line.
// Any thread.
// Refuses nothing as a whole: what can't be understood is a remark, and reading goes on with the next entry.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "institution/remark.h"
#include "model/institution.h"

namespace custos::institution {

// An entry, where it stands, and why it is proposed ("hr.csv, line 12").
template <class T>
struct Found {
  T value;
  std::string file;
  std::size_t line = 0;
  std::string reason;
};

struct Imported {
  std::string name, domain, netbios;  // of the institution; empty where nothing says it
  std::vector<Found<Person>> people;  // managers as ids, mail addresses, accounts or names
  std::vector<Found<Account>> accounts;
  std::vector<Found<Host>> hosts;  // owners as managers
  std::vector<Found<Network>> networks;
  Remarks remarks;
  std::size_t entries = 0, passed_over = 0;  // read; of a kind that says nothing about people, accounts and hosts
};

struct ImportLimits {
  std::size_t file_bytes = 256u << 20;  // of a file that is read
  std::size_t entries = 500'000;        // people, accounts and hosts of one source
  std::size_t value_bytes = 4096;       // longer values are left out with a remark
};

// LDIF (RFC 2849) of Active Directory or of OpenLDAP. docs/formats/institution.md lists the attributes.
Imported read_ldif(std::string_view bytes, const std::string& file, const ImportLimits& limits = {});

// Separated values with a header row; columns are known by the names that docs/formats/institution.md lists.
Imported read_csv(std::string_view bytes, const std::string& file, const ImportLimits& limits = {});

// A file's bytes as UTF-8 text: byte order marks taken off, UTF-16 turned, what is no text U+FFFD.
std::string import_text(std::string_view bytes);

}  // namespace custos::institution
