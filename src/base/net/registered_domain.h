// The registered domain of a host name: one label below what the public suffix list (publicsuffix.org) says registries give names out under.
// Called by whoever groups names of hosts. Debian's list (package publicsuffix) through libpsl; without it the one that libpsl was built with.
// A view into the name.
// Any thread.
// Refuses nothing: a public suffix and a name of one label are their own domain, and so is an address.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace custos {

class SuffixList {
 public:
  // Of that file; an empty path is where the system keeps it.
  explicit SuffixList(std::string path = {});
  ~SuffixList();
  SuffixList(const SuffixList&) = delete;
  SuffixList& operator=(const SuffixList&) = delete;

  std::string_view registered_domain(std::string_view name) const;
  // What is wrong with the list, in a sentence; empty: it is the system's.
  const std::string& problem() const { return problem_; }
  // The system's, read once.
  static const SuffixList& system();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
  std::string problem_;
};

// By the system's list.
std::string_view registered_domain(std::string_view name);

// Shannon's bits a character times its length, in bytes: what the text can carry at most if its characters were drawn as they lie.
double information_bytes(std::string_view text);

}  // namespace custos
