#include "vllmsim/faults.h"

#include <gtest/gtest.h>

namespace vllmsim {
namespace {

TEST(FaultsTest, EveryFaultIsFoundByItsName) {
  for (const FaultRow& row : fault_rows()) EXPECT_EQ(fault_named(row.name), row.fault) << row.name;
  EXPECT_EQ(fault_named("fire"), std::nullopt);
}

TEST(FaultsTest, WhatSpoilsTheTextDoesSo) {
  const std::string text = "Los días son largos.";
  EXPECT_EQ(spoil(text, Fault::none), text);
  EXPECT_EQ(spoil(text, Fault::slow), text) << "that is a matter of time";
  EXPECT_NE(spoil(text, Fault::bad_utf8).find("\xC3\x28"), std::string::npos);
  EXPECT_NE(spoil(text, Fault::new_url).find("https://collect.example/"), std::string::npos);
  EXPECT_EQ(spoil(text, Fault::overlong).size(), 20 * text.size());
  EXPECT_EQ(spoil(text, Fault::refuses), "I'm sorry, but I can't help with that.");
}

}  // namespace
}  // namespace vllmsim
