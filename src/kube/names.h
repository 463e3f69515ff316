#pragma once

#include <string_view>

#include "base/result.h"

/// The naming rules of Kubernetes (k8s.io/apimachinery pkg/util/validation). Each is success or
/// invalid_argument with a message that quotes the name and says which rule it breaks.
namespace kube {

/// RFC 1123 label: namespaces, containers. Lower case letters, digits, '-'; at most 63.
base::Result<void> validate_dns_label(std::string_view name);
/// RFC 1123 subdomain: most object names. Labels joined by '.'; at most 253.
base::Result<void> validate_dns_subdomain(std::string_view name);
/// Key of a label or annotation: an optional DNS subdomain and '/', then 63 of [A-Za-z0-9._-].
base::Result<void> validate_label_key(std::string_view key);
/// Value of a label: empty, or at most 63 of [A-Za-z0-9._-] beginning and ending alphanumeric.
base::Result<void> validate_label_value(std::string_view value);
/// What the API server accepts as one path segment of a name: not ".", "..", no '/' and no '%'.
base::Result<void> validate_path_segment(std::string_view name);

}  // namespace kube
