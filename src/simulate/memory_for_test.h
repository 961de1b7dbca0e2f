// An Output that keeps everything in memory, for the tests of this layer.
// Called by tests only.
// Lives as long as a test; files are kept when they are closed.
// One thread.
// Refuses nothing.
#pragma once

#include <map>
#include <string>

#include "simulate/output.h"

namespace custos::simulate {

class Memory : public Output {
 public:
  std::map<std::string, std::string> files;
  std::map<std::string, std::uint64_t> evtx_records;
  bool full = false;

  std::unique_ptr<TextFile> text(const std::string& path) override { return std::make_unique<Text>(files[path]); }
  std::unique_ptr<EvtxFile> evtx(const std::string& path) override { return std::make_unique<Evtx>(evtx_records[path]); }
  bool failed() const override { return full; }

 private:
  struct Text : TextFile {
    explicit Text(std::string& t) : to(t) {}
    void write(std::string_view bytes) override { to += bytes; }
    std::string& to;
  };
  struct Evtx : EvtxFile {
    explicit Evtx(std::uint64_t& n) : count(n) {}
    void write(const WindowsEvent&) override { ++count; }
    std::uint64_t& count;
  };
};

}  // namespace custos::simulate
