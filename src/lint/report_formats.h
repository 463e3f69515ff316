#pragma once

#include <string>

#include "lint/lint.h"

namespace lint {

/// "1 document", "3 documents".
std::string counted(std::size_t count, std::string_view what);
/// How many documents there are of each verdict, on one line.
std::string summary(const Report& report);

/// SARIF 2.1.0 (OASIS), as GitHub's and GitLab's code scanning read it: one run, a rule for each
/// sort of finding, a result for each finding.
std::string to_sarif(const Report& report);

/// JUnit XML as CI systems read it: a suite for each file, a case for each document.
std::string to_junit(const Report& report);

/// GitHub Actions' workflow commands ("::error file=...,line=...::message"), then a line of counts.
std::string to_github(const Report& report);

}  // namespace lint
