#!/usr/bin/env bash
# Writes the skeleton of one more catalogue entry with a test that fails until it is written.
# usage: tools/new.sh format|exporter|command|rule NAME
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-} name=${2:-}
[[ $name =~ ^[a-z][a-z0-9_]*$ ]] || { echo "usage: tools/new.sh format|exporter|command|rule NAME   (NAME in snake_case)" >&2; exit 2; }
put() { # path
  [ ! -e "$1" ] || { echo "$1 is there already" >&2; exit 1; }
  mkdir -p "$(dirname "$1")"
  cat >"$1"
  echo "wrote $1"
}
failing_test() { # layer path
  put "${2%.cc}_test.cc" <<EOT
#include <gtest/gtest.h>

TEST(${name^}, IsWritten) { FAIL() << "write $2 and replace this test"; }
EOT
}
case $kind in
  format)
    put "src/ingest/formats/$name.cc" <<EOT
// $name: what writes such logs, and what a record looks like.
#include "ingest/format.h"

namespace custos::ingest::$name {
namespace {

class ${name^}Decoder final : public Decoder {
 public:
  std::size_t decode(const Window& window, Batch&, Report& report) override {
    report.reject(window.offset, window.bytes.size(), "not decoded yet");
    return window.bytes.size();
  }
};

int recognise(Bytes, bool) { return 0; }

std::unique_ptr<Decoder> open(const DecodeOptions&) { return std::make_unique<${name^}Decoder>(); }

}  // namespace

extern const Format format;
const Format format{"$name", "$name", "what is decoded, which log sources", false, recognise, open};

}  // namespace custos::ingest::$name
EOT
    failing_test ingest "src/ingest/formats/$name.cc"
    put "docs/formats/$name.md" <<<"# $name: the format, byte by byte, and what becomes of damage" ;;
  exporter)
    put "src/share/exporters/$name.cc" <<EOT
// $name: who reads it, and which specification it follows.
#include "share/exporter.h"

namespace custos::share::$name {
namespace {

class Run final : public ExportRun {
 public:
  explicit Run(Output& out) : out_(out) {}
  void finding(const Finding& f) override { out_.write(f.rule->title + "\n"); }
  void finish(const Coverage&) override {}

 private:
  Output& out_;
};

std::unique_ptr<ExportRun> open(Output& out) { return std::make_unique<Run>(out); }

}  // namespace

extern const Exporter exporter;
const Exporter exporter{"$name", "$name", open};

}  // namespace custos::share::$name
EOT
    failing_test share "src/share/exporters/$name.cc" ;;
  command)
    put "src/cli/commands/$name.cc" <<EOT
// custos $name: one line.
#include <fmt/format.h>

#include "cli/command.h"

namespace custos::cli::$name {
namespace {

int run(const std::vector<std::string>&) {
  fmt::print(stderr, "custos $name: not written yet\n");
  return 2;
}

}  // namespace

extern const Command command;
const Command command{"$name", "one line for custos --help", run};

}  // namespace custos::cli::$name
EOT
    ;;
  rule)
    id=$(cat /proc/sys/kernel/random/uuid)
    put "content/rules/windows/$name.yml" <<EOT
title: What was seen, as a headline
id: $id
status: experimental
description: What it means for somebody who is no specialist, why it matters, and what to look at first.
author: custos
date: $(date -u +%F)
tags:
    - attack.execution
logsource:
    product: windows
    category: process_creation
detection:
    selection:
        Image|endswith: '\\replace-me.exe'
    condition: selection
falsepositives:
    - Name the honest ones
level: medium
EOT
    put "tests/cases/windows/$name.case" <<EOT
name: $name
rules: content/rules/windows/$name.yml
=== fires
--- log matching.ndjson
{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Image":"C:\\\\replace-me.exe"}
--- expect
finding "Replace with the title" count 1
=== near miss
--- log near-miss.ndjson
{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Image":"C:\\\\replace-me.exe.txt"}
--- expect
nothing
EOT
    ;;
  *) echo "usage: tools/new.sh format|exporter|command|rule NAME" >&2; exit 2 ;;
esac
