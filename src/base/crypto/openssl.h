// What OpenSSL (and other C libraries) need around them: objects that free themselves, and an error queue that stays among us.
// Called by whatever speaks to such a library.
// An Owned object lives as its unique_ptr does; a Quiet works as long as it lives.
// One thread an object.
// Refuses nothing.
#pragma once

#include <openssl/err.h>

#include <memory>

namespace custos {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freer<Free>>;

// OpenSSL leaves a queue of errors in each thread. What we provoke stays among us: TLS of the same thread would take it for its own.
class Quiet {
 public:
  Quiet() { ERR_set_mark(); }
  ~Quiet() { ERR_pop_to_mark(); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
};

}  // namespace custos
