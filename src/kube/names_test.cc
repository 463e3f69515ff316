#include "kube/names.h"

#include <gtest/gtest.h>

#include <string>

namespace kube {
namespace {

const std::string k63(63, 'a');
const std::string k64(64, 'a');

TEST(NamesTest, DnsLabels) {
  for (const std::string& name : {std::string("a"), std::string("a-b-0"), k63}) {
    EXPECT_TRUE(validate_dns_label(name)) << name;
  }
  for (const std::string& name : {std::string(""), std::string("A"), std::string("-a"),
                                  std::string("a-"), std::string("a.b"), std::string("a_b"), k64}) {
    EXPECT_FALSE(validate_dns_label(name)) << name;
  }
  EXPECT_EQ(validate_dns_label("My").error().message,
            "name 'My' must be lower case letters, digits and '-', and begin and end with a letter "
            "or digit");
}

TEST(NamesTest, DnsSubdomains) {
  EXPECT_TRUE(validate_dns_subdomain("clusterpolicies.nvidia.com"));
  EXPECT_FALSE(validate_dns_subdomain("a..b"));
  EXPECT_FALSE(validate_dns_subdomain("a."));
  EXPECT_TRUE(validate_dns_subdomain(k63 + "." + k63 + "." + k63 + "." + k63.substr(0, 61)));
  EXPECT_FALSE(validate_dns_subdomain(k63 + "." + k63 + "." + k63 + "." + k63));
}

TEST(NamesTest, LabelKeysAndValues) {
  EXPECT_TRUE(validate_label_key("nvidia.com/gpu.product"));
  EXPECT_TRUE(validate_label_key("App"));
  EXPECT_FALSE(validate_label_key("/x"));
  EXPECT_FALSE(validate_label_key("a/b/c"));
  EXPECT_FALSE(validate_label_key("nvidia.com/"));
  EXPECT_TRUE(validate_label_value(""));
  EXPECT_TRUE(validate_label_value("NVIDIA-H100-80GB-HBM3"));
  EXPECT_FALSE(validate_label_value("-x"));
  EXPECT_FALSE(validate_label_value(k64));
  EXPECT_EQ(validate_label_value("a b").error().message,
            "label value 'a b' must be letters, digits, '-', '_' and '.', and begin and end with a "
            "letter or digit");
}

TEST(NamesTest, WhatWouldLeaveItsPathSegmentIsRefused) {
  EXPECT_TRUE(validate_path_segment("system:node:x"));
  for (const char* name : {"", ".", "..", "a/b", "a%2fb"}) {
    EXPECT_FALSE(validate_path_segment(name)) << name;
  }
}

}  // namespace
}  // namespace kube
