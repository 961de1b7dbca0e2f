// Several sources as one institution: the same person, account or host from each is one entry; where they disagree, the first stays and it is said.
// Called by engine/ for `custos institution init`.
// Owns what it is given; take() empties it.
// One thread.
// Refuses to guess: an entry that fits two others is kept with the one it fits best, with a remark.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "institution/file/write.h"
#include "institution/import/import.h"

namespace custos::institution {

class Merger {
 public:
  void add(Imported source);

  // Everything together: managers and owners resolved, cases that people are assigned to listed. Fills the comments of entries with their reasons.
  Institution take(Comments& comments);
  const Remarks& remarks() const { return remarks_; }

 private:
  using Names = std::unordered_map<std::string, std::size_t>;

  void person(Found<Person> p);
  void account(Found<Account> a);
  void host(Found<Host> h);
  std::size_t find_person(const Found<Person>& p);
  void index_person(std::size_t at);
  void index_account(const Account& a, std::size_t person);
  void join(Found<Person>& into, Found<Person> from);
  void join_account(std::vector<Account>& into, Account from, const std::string& file, std::size_t line);
  bool same(const Account& a, const Account& b) const;
  void fill(Account& into, const Account& from, const std::string& file, std::size_t line);
  // Takes `from` where there is nothing yet; says where both differ.
  void field(std::string& into, const std::string& from, std::string_view key, const std::string& whose, const std::string& file, std::size_t line);
  void span(Span& into, const Span& from, const std::string& whose, const std::string& file, std::size_t line);
  std::string resolve(const std::string& who) const;  // a person's id; empty where it is nobody
  void resolve_references(Institution& in);

  Institution in_;  // head and networks
  std::vector<Found<Person>> people_;
  std::vector<Found<Account>> accounts_;
  std::vector<Found<Host>> hosts_;
  std::vector<std::string> network_reasons_;
  Names by_id_, by_mail_, by_upn_, by_sid_, by_account_, by_bare_account_, by_name_;  // people
  Names account_by_sid_, account_by_upn_, account_by_name_;                           // nobody's
  Names host_by_name_, host_by_full_;
  std::map<std::string, std::pair<std::size_t, std::string>> bare_;  // by file: accounts joined by name alone, and the first of them
  Remarks remarks_;
};

}  // namespace custos::institution
