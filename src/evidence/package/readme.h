// What a package says to people: who made it, what was found, what is withheld, how to check it.
// Called by make_package.
// An owned text.
// One thread.
// Refuses nothing; text out of logs is made safe to print.
#pragma once

#include <string>
#include <vector>

#include "evidence/package/withholding.h"

namespace custos::evidence {

std::string package_readme(const LogReader& log, const PackageRequest& request, const std::vector<PackedFinding>& findings, const Package& package);

}  // namespace custos::evidence
