#include "vllmsim/pseudo.h"

#include <gtest/gtest.h>

#include "vllmsim/engine.h"

namespace vllmsim {
namespace {

TEST(PseudoTest, MarksStayAndOnlyPartsAreTranslated) {
  const auto bracketed = [](std::string_view line) { return "<" + std::string(line) + ">"; };
  EXPECT_EQ(translate_marked("Translate to Spanish.\n⟦#1⟧\nOne\n\n⟦#2⟧\nTwo\nThree\n", bracketed),
            "⟦#1⟧\n<One>\n\n⟦#2⟧\n<Two>\n<Three>\n");
}

TEST(PseudoTest, PlaceholdersAreLeftAlone) {
  const std::string line = pseudo("Read ⟦1⟧the guide⟦/1⟧ now");
  EXPECT_NE(line.find("⟦1⟧"), std::string::npos);
  EXPECT_NE(line.find("⟦/1⟧"), std::string::npos);
  EXPECT_EQ(line.find("Read"), std::string::npos) << "its vowels have accents now";
}

TEST(PseudoTest, WhatIsHiddenStaysHidden) {
  EXPECT_EQ(pseudo("Call {{name-1}} or {{x"), "C\u00E1ll {{name-1}} \u00F3\u00F3r {{x");
}

TEST(PseudoTest, EnginesHaveNames) {
  EXPECT_TRUE(make_engine("pseudo"));
  EXPECT_EQ(make_engine("magic").error().code, base::ErrorCode::invalid_argument);
  EXPECT_EQ(make_engine("apertium:xxx-yyy").error().code, base::ErrorCode::not_found);
}

}  // namespace
}  // namespace vllmsim
