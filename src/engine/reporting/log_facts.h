// What one log of a case says that a report needs: its scans, sources, checkpoints' witnesses, and where findings are proved.
// Called by gathering.cc, once a log.
// Owns its reader and what it read.
// One thread.
// Refuses a log that can't be read.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "evidence/evidence.h"
#include "share/share.h"

namespace custos::engine {

class LogFacts {
 public:
  static Result<std::unique_ptr<LogFacts>> read(FileSystem& files, const std::string& folder, const std::string& of_case, evidence::Keyring keyring);

  share::ReportLog log;
  std::vector<share::ReportScan> scans;
  std::vector<share::ReportExhibit> exhibits;
  bool had_institution = false;
  std::string salt;                   // of the first act
  std::vector<nlohmann::json> names;  // of exports

  // A record of a segment, by the entry that names it; an error where it is not there any more.
  Result<std::string> record(std::uint64_t segment, std::uint64_t leaf);
  // Figures of the coverage statements into the scans; what could not be read.
  std::vector<std::string> add_coverage();

  struct Finding {
    std::string id, title;
    share::ReportProof proof;
  };
  // Every sealed finding, oldest scan first; what could not be read.
  std::vector<std::string> each_finding(const std::function<void(const Finding&)>& visit);
  std::string exhibit_of(const std::string& path) const;  // of the newest source of that name

 private:
  LogFacts(FileSystem& files, std::string folder, std::unique_ptr<evidence::LogReader> reader)
      : files_(files), folder_(std::move(folder)), reader_(std::move(reader)) {}
  Result<void> take(std::uint64_t index, const std::string& entry);
  void take_scan(std::uint64_t index, const nlohmann::json& entry);
  void take_source(const nlohmann::json& entry);
  const evidence::SegmentClaim* segment(std::uint64_t entry) const;
  std::string exhibit_of(const evidence::SegmentClaim& segment, std::uint64_t leaf) const;

  FileSystem& files_;
  std::string folder_;
  std::unique_ptr<evidence::LogReader> reader_;
  evidence::Contents contents_;
  std::map<std::uint64_t, std::size_t> scan_at_;             // index of its entry -> place in scans
  std::map<std::string, std::string, std::less<>> by_path_;  // exhibit
  std::string open_file_;                                    // the last segment read
  std::optional<evidence::Segment> open_;
};

}  // namespace custos::engine
