// Errors as values: Result<T> is either a T or an Error that says what to do.
// Called by every layer; feeds the messages that cli/ prints.
// An Error owns its text and lives as long as its holder.
// Any thread.
// Refuses nothing; constructors elsewhere must not fail, they are static functions that return a Result.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace custos {

enum class Code : std::uint8_t {
  Usage,        // the caller asked for something that makes no sense
  NotFound,     // there is no such file or object
  Denied,       // the system refused access
  Unreadable,   // reading or writing failed half way
  Malformed,    // the data is not what its format says
  Limit,        // a limit was reached (see base/limits.h)
  Unsupported,  // understood, but not handled
  Full,         // no space left where output goes
  Internal,     // our own mistake
};

struct Error {
  Code code = Code::Internal;
  std::string text;   // a sentence for a person: what is wrong and what to do
  std::string where;  // file, rule or field it is about; may be empty
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Code code, std::string text, std::string where = {}) {
  return tl::unexpected<Error>(Error{code, std::move(text), std::move(where)});
}

}  // namespace custos
