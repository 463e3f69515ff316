#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace schema {

/// What is wrong with a text as a Kubernetes name of some sort, in the words of apimachinery's
/// pkg/util/validation (v0.33); empty when nothing is.
std::vector<std::string> name_errors_dns_subdomain(std::string_view text);
std::vector<std::string> name_errors_dns_label(std::string_view text);
/// A label of RFC 1035, as the lower-cased kind has to be.
std::vector<std::string> name_errors_dns_1035_label(std::string_view text);
/// The key of a label or annotation: an optional DNS prefix and '/', then 63 characters at most.
std::vector<std::string> name_errors_qualified(std::string_view text);
std::vector<std::string> name_errors_label_value(std::string_view text);
/// What can be a piece of a URL's path.
std::vector<std::string> name_errors_path_segment(std::string_view text);

}  // namespace schema
