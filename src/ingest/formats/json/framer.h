// Cuts a stream of JSON into its records: lines, objects one behind the other, arrays, and exports that hold their records in an array.
// Called by the JSON decoder, which says of each candidate whether it could be read; feeds it the borders of the next one.
// A Candidate is a place in the window given to open() and dies with it.
// One thread.
// Refuses what is no record: every stretch of it is rejected once, and cutting goes on behind it.
//
// Nothing is ever held: a document larger than memory streams through, because arrays and exports are entered, not collected.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "ingest/format.h"
#include "ingest/formats/json/cut.h"

namespace custos::ingest::json {

class Framer {
 public:
  explicit Framer(const Limits& limits) : limits_(limits) {}

  struct Candidate {
    std::size_t begin = 0, end = 0;  // in the window
  };

  void open(const Window& window);
  // False: nothing more to be had from this window.
  bool next(Candidate& candidate, Report& report);
  // Exports are unpacked between documents only: inside an array they are events like others.
  bool may_unpack() const { return mode_ == Mode::Top; }

  // Exactly one of these follows every candidate:
  void accept();                                            // it was a record
  void unpack(std::size_t array_at, std::size_t objects);   // it was an export: go into its array
  void refuse(const char* why, Report& report);             // it could not be read

  std::size_t consumed() const { return at_; }

 private:
  enum class Mode : std::uint8_t {
    Top,    // between documents
    Array,  // between the elements of an array
    Tail,   // behind the array of an export, before its end
    Skip,   // behind something broken, before the next place where a record may begin
  };

  enum class Step : std::uint8_t { Found, Again, Wait };

  Step top();
  Step array();
  Step tail();
  Step skip();
  Step object();
  bool take_line(std::size_t end);
  Step unfinished(std::size_t begin, std::size_t stop, bool line_only);
  Step junk_line();
  Step junk_values();
  Step pass(const char* why, bool (*wanted)(char));
  void enter(std::size_t array_at, std::size_t objects);
  bool enter_export(std::size_t begin, bool any_first_key);
  void broken(std::size_t from, std::size_t searched, const char* why);
  void unclosed(const char* why);
  void finish();
  std::size_t restart(std::size_t from) const;
  bool begins_line(std::size_t at) const;
  void remember();
  void lose(std::size_t from, std::size_t to, const char* why);
  void flush();
  bool ended() const { return window_.more == More::Ended; }
  // More bytes can come to what stands at at_: the window grows, or what was consumed leaves it.
  bool may_wait() const { return window_.more == More::Coming || (window_.more == More::Full && at_ > 0); }
  std::uint64_t place(std::size_t at) const { return window_.offset + at; }

  Limits limits_;
  Window window_{};
  Bytes bytes_;
  std::size_t at_ = 0;
  Mode mode_ = Mode::Top, after_skip_ = Mode::Top;
  std::size_t array_depth_ = 0;      // arrays around the place
  std::size_t tail_depth_ = 0;       // objects of an export around the array
  bool comma_due_ = false;           // an element came, and no comma behind it yet
  char line_mark_ = '\n';            // what ends lines here
  bool line_mark_known_ = false;
  bool in_junk_ = false;             // the window ended inside a line that is no JSON
  Report* report_ = nullptr;

  Candidate candidate_;
  bool candidate_is_line_ = false;   // taken on trust as a line, not cut by its brackets
  std::uint64_t cut_until_ = 0;      // up to here lines were found to hold more than one object
  std::uint64_t lines_until_ = 0;    // up to here an object must end on its line: a longer one would not end
  std::string first_key_;            // how the last good record began: "{" and its first key
  std::string indent_;               // blanks before the record that broke
  bool inline_ = false;              // it did not begin its line
  std::uint64_t wasted_ = 0;         // bytes looked at in vain: keeps broken input linear

  std::uint64_t lost_from_ = 0, lost_to_ = 0;
  const char* lost_why_ = nullptr;
};

}  // namespace custos::ingest::json
