#include <iostream>

#include "gateway/cli_commands.h"
#include "gateway/files.h"
#include "translate/listing.h"

namespace gateway {

base::Result<void> segments_command(const std::string& page_file, bool json) {
  const std::string page = TRY(read_file(page_file));
  std::cout << TRY_WITHIN(
      json ? translate::list_segments_json(page) : translate::list_segments(page), page_file);
  return {};
}

base::Result<void> diode_command(const std::string& cases_file, bool json) {
  const std::string cases = TRY(read_file(cases_file));
  std::cout << (json ? translate::judge_cases(cases) : translate::judge_cases_table(cases));
  return {};
}

}  // namespace gateway
