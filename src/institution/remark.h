// Remarks: what a reader of an institution file, a directory or a table has to say, each with file and line.
// Filled by file.cc, checks/ and import/; printed by cli/.
// Owned values.
// One thread a list.
// Refuses to grow without bound: past kMost remarks they are only counted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace custos::institution {

enum class Severity : std::uint8_t { Error, Warning };

struct Remark {
  std::string file;
  std::size_t line = 0;  // from 1; 0: about the file as a whole
  Severity severity = Severity::Error;
  std::string text;  // a sentence
  bool operator==(const Remark&) const = default;
};

class Remarks {
 public:
  static constexpr std::size_t kMost = 2'000;

  Remarks() = default;
  explicit Remarks(std::string file) : file_(std::move(file)) {}
  void error(std::size_t line, std::string text) { add({file_, line, Severity::Error, std::move(text)}); }
  void warning(std::size_t line, std::string text) { add({file_, line, Severity::Warning, std::move(text)}); }
  void add(Remark remark);
  void add_all(const Remarks& others);

  // By file as they came, then by line.
  void sort();
  const std::vector<Remark>& list() const { return list_; }
  std::size_t errors() const { return errors_; }  // of all, also those no longer listed
  std::size_t warnings() const { return warnings_; }
  bool full() const { return list_.size() >= kMost; }  // what is said from now on is only counted
  std::size_t unlisted() const { return errors_ + warnings_ - list_.size(); }

 private:
  std::string file_;
  std::vector<Remark> list_;
  std::size_t errors_ = 0, warnings_ = 0;
};

}  // namespace custos::institution
