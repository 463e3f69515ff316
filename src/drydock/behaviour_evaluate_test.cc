#include "drydock/behaviour_evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/temporary_folder.h"
#include "doc/json.h"
#include "doc/yaml.h"
#include "drydock/object_change.h"

namespace drydock {
namespace {

using doc::Value;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

const base::WallTime kNow = base::WallTime(std::chrono::seconds(1'800'000'000));

Value yaml(std::string_view text) {
  auto value = doc::parse_yaml(text, "test");
  EXPECT_TRUE(value) << (value ? "" : value.error().message);
  return value ? *value : Value();
}

/// A behaviour of these rules, which watch Things and may write ConfigMaps.
base::Result<Behaviour> read(const std::string& rules) {
  const base::TemporaryFolder folder;
  return read_behaviour(folder.write("probe.yaml",
                                     "behaviour: probe\ntitle: Probe\nmanager: prober\nwatch:\n"
                                     "  things: {apiVersion: example.com/v1, kind: Thing}\n"
                                     "  maps: {apiVersion: v1, kind: ConfigMap}\n" +
                                         rules));
}

Behaviour behaviour(const std::string& rules) {
  auto result = read(rules);
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return result ? *std::move(result) : Behaviour{};
}

Value thing(std::string_view name, std::string_view rest = "") {
  return yaml("{apiVersion: example.com/v1, kind: Thing, metadata: {name: " + std::string(name) +
              ", uid: uid-" + std::string(name) + "}" + std::string(rest) + "}");
}

/// What is pending, a line each: the action, of what, and what is written.
std::vector<std::string> pending(const Behaviour& b, std::vector<Value> things,
                                 std::vector<Value> maps = {},
                                 const Value& notes = Value::map({})) {
  Sight sight{std::move(things), std::move(maps)};
  sight.resize(b.watched.size());
  const Evaluation evaluation = evaluate(b, sight, notes, kNow);
  EXPECT_THAT(evaluation.troubles, IsEmpty());
  std::vector<std::string> lines;
  for (const Pending& item : evaluation.pending) {
    lines.push_back(std::string(action_name(item.action.kind)) + " " +
                    kube::to_string(item.action.target) + " " + doc::to_json(item.action.body));
  }
  return lines;
}

constexpr const char* kStatusRule = R"(
rules:
- says: a thing gets a phase
  each: things
  status: {of: "${it}", set: {phase: Ready}}
)";

TEST(BehaviourEvaluateTest, WhatARuleWantsIsPendingUntilItIsSo) {
  const Behaviour b = behaviour(kStatusRule);
  EXPECT_THAT(pending(b, {thing("a"), thing("b", ", status: {phase: Ready}")}),
              ElementsAre("status Thing.example.com a {\"status\":{\"phase\":\"Ready\"}}"));
}

TEST(BehaviourEvaluateTest, TheSameSightGivesTheSameAnswerWhateverWasDoneBefore) {
  const Behaviour b = behaviour(kStatusRule);
  const auto first = pending(b, {thing("a")});
  EXPECT_EQ(pending(b, {thing("a")}), first);
  EXPECT_EQ(pending(behaviour(kStatusRule), {thing("a")}), first) << "after a restart";
}

TEST(BehaviourEvaluateTest, AConditionKeepsItsTimeWhileItsStatusStays) {
  const Behaviour b = behaviour(R"(
rules:
- says: ready
  each: things
  status: {of: "${it}", conditions: [{type: Ready, status: "True", reason: Now, message: ""}]}
)");
  EXPECT_THAT(
      pending(b, {thing("a",
                        ", status: {conditions: [{type: Ready, status: \"True\", reason: "
                        "Before, message: '', lastTransitionTime: '2020-01-01T00:00:00Z'}]}")}),
      ElementsAre("status Thing.example.com a {\"status\":{\"conditions\":[{\"type\":\"Ready\","
                  "\"status\":\"True\",\"reason\":\"Now\",\"message\":\"\","
                  "\"lastTransitionTime\":\"2020-01-01T00:00:00Z\"}]}}"));
  EXPECT_THAT(
      pending(b, {thing("a",
                        ", status: {conditions: [{type: Ready, status: \"False\", reason: "
                        "Now, message: '', lastTransitionTime: '2020-01-01T00:00:00Z'}]}")}),
      ElementsAre("status Thing.example.com a {\"status\":{\"conditions\":[{\"type\":\"Ready\","
                  "\"status\":\"True\",\"reason\":\"Now\",\"message\":\"\","
                  "\"lastTransitionTime\":\"2027-01-15T08:00:00Z\"}]}}"));
  EXPECT_THAT(
      pending(b, {thing("a",
                        ", status: {conditions: [{type: Ready, status: \"True\", reason: "
                        "Now, message: '', lastTransitionTime: '2020-01-01T00:00:00Z'}]}")}),
      IsEmpty());
}

TEST(BehaviourEvaluateTest, CreateLeavesAloneWhatIsThereAndApplyPutsItBack) {
  const char* object = R"(
  each: things
  {verb}:
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: "of-${it.metadata.name}", namespace: home}
    owner: ${it}
    data: {wanted: "yes", absent: null}
)";
  const auto rule = [&](const std::string& verb) {
    std::string text = "\nrules:\n- says: made" + std::string(object);
    return text.replace(text.find("{verb}"), 6, verb);
  };
  const Value edited = yaml(
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: of-a, namespace: home}, data: {wanted: "
      "'no'}}");
  const std::string body =
      " ConfigMap home/of-a {\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":"
      "\"of-a\",\"namespace\":\"home\",\"ownerReferences\":[{\"apiVersion\":\"example.com/v1\","
      "\"kind\":\"Thing\",\"name\":\"a\",\"uid\":\"uid-a\",\"controller\":true,"
      "\"blockOwnerDeletion\":true}]},\"data\":{\"wanted\":\"yes\"}}";
  EXPECT_THAT(pending(behaviour(rule("create")), {thing("a")}), ElementsAre("create" + body));
  EXPECT_THAT(pending(behaviour(rule("create")), {thing("a")}, {edited}), IsEmpty());
  EXPECT_THAT(pending(behaviour(rule("apply")), {thing("a")}, {edited}),
              ElementsAre("apply" + body));
}

TEST(BehaviourEvaluateTest, AnEventIsToldOnceOfEachObject) {
  const Behaviour b = behaviour(R"(
rules:
- says: told
  each: things
  event: {of: "${it}", type: Warning, reason: Broken, message: it broke}
)");
  Sight sight{{thing("a")}, {}, {}};
  const Evaluation first = evaluate(b, sight, Value::map({}), kNow);
  ASSERT_EQ(first.pending.size(), 1U);
  const Value event = first.pending[0].action.body;
  EXPECT_EQ(event.string_at("message"), "it broke");
  EXPECT_EQ(event.string_at("source.component"), "prober");
  sight[2].push_back(event);
  EXPECT_THAT(evaluate(b, sight, Value::map({}), kNow).pending, IsEmpty());
}

TEST(BehaviourEvaluateTest, NotesAreSeenAndMayHaveComputedKeys) {
  const Behaviour b = behaviour(R"(
rules:
- says: noted
  each: things
  note: {"seen.${it.metadata.name}": "yes"}
- says: once noted
  each: things.filter(t, notes[?"seen." + t.metadata.name].orValue("") == "yes")
  delete: {of: "${it}"}
)");
  EXPECT_THAT(
      pending(b, {thing("a")}),
      ElementsAre("note ConfigMap drydock/behaviour-probe {\"data\":{\"seen.a\":\"yes\"}}"));
  EXPECT_THAT(pending(b, {thing("a")}, {}, yaml("{seen.a: 'yes'}")),
              ElementsAre("delete Thing.example.com a null"));
}

TEST(BehaviourEvaluateTest, AnExpressionThatFailsDoesNothingAndIsTold) {
  const Behaviour b = behaviour(R"(
rules:
- says: a rule that asks for what is not there
  each: things
  when: it.spec.size > 1
  delete: {of: "${it}"}
- says: and one that works
  each: things
  status: {of: "${it}", set: {phase: Ready}}
)");
  const Evaluation evaluation = evaluate(b, {{thing("a")}, {}}, Value::map({}), kNow);
  EXPECT_EQ(evaluation.pending.size(), 1U);
  ASSERT_EQ(evaluation.troubles.size(), 1U);
  EXPECT_THAT(evaluation.troubles[0],
              testing::HasSubstr("'a rule that asks for what is not there': "));
  EXPECT_THAT(evaluation.troubles[0], testing::HasSubstr("no such key: spec"));
}

TEST(BehaviourEvaluateTest, WritingAKindThatIsNotWatchedIsTold) {
  const Behaviour b = behaviour(R"(
rules:
- says: blind
  create: {apiVersion: v1, kind: Secret, metadata: {name: a, namespace: b}}
)");
  const Evaluation evaluation = evaluate(b, {{}, {}}, Value::map({}), kNow);
  EXPECT_THAT(evaluation.pending, IsEmpty());
  EXPECT_THAT(evaluation.troubles,
              ElementsAre("'blind': writes a Secret without watching that kind"));
}

TEST(BehaviourRulesTest, BadRulesAreRefusedWhereTheyStand) {
  const auto message = [](const std::string& rules) {
    const auto result = read(rules);
    return result ? "accepted" : result.error().message + "\n" + result.error().hint;
  };
  EXPECT_THAT(message("rules:\n- says: x\n  note: {a: b}\n  whn: true\n"),
              testing::HasSubstr(":10:3: unknown key 'whn'"));
  EXPECT_THAT(message("rules:\n- says: x\n"), testing::HasSubstr("the rule does nothing"));
  EXPECT_THAT(message("rules:\n- says: x\n  note: {a: b}\n  delete: {of: b}\n"),
              testing::HasSubstr("a rule does one thing; this is the second"));
  EXPECT_THAT(message("rules:\n- says: x\n  after: soon\n  note: {a: b}\n"),
              testing::HasSubstr("after: 'soon' is no duration"));
  EXPECT_THAT(message("rules:\n- says: x\n  when: thngs.size() > 0\n  note: {a: b}\n"),
              testing::HasSubstr("undeclared reference to 'thngs'"));
  EXPECT_THAT(message("rules:\n- says: x\n  note: {a: '${notes'}\n"),
              testing::HasSubstr("'${' without its '}'"));
}

std::vector<Pending> waiting(std::string key, milliseconds after) {
  Pending item;
  item.key = std::move(key);
  item.after = after;
  return {item};
}

TEST(ScheduleTest, ARuleIsDueWhenItHasWantedTheSameForLongEnough) {
  Schedule schedule;
  const base::SteadyTime start{};
  const auto a = waiting("a", milliseconds(100)), b = waiting("b", milliseconds(100));
  EXPECT_EQ(schedule.choose(a, start).due, nullptr);
  EXPECT_EQ(schedule.choose(a, start).next_wake, start + milliseconds(100));
  EXPECT_EQ(schedule.choose(b, start + milliseconds(99)).due, nullptr) << "it wants another thing";
  EXPECT_EQ(schedule.choose(b, start + milliseconds(198)).due, nullptr);
  EXPECT_EQ(schedule.choose(b, start + milliseconds(199)).due, &b[0]);
}

TEST(ScheduleTest, WhatWasNotWantedForAWhileWaitsAnew) {
  Schedule schedule;
  const base::SteadyTime start{};
  const auto a = waiting("a", milliseconds(100));
  (void)schedule.choose(a, start);
  (void)schedule.choose({}, start + milliseconds(50));
  EXPECT_EQ(schedule.choose(a, start + milliseconds(120)).due, nullptr);
}

TEST(ScheduleTest, AWriteThatFailedIsHeldBackAndDoesNotHoldUpOthers) {
  Schedule schedule;
  const base::SteadyTime start{};
  auto both = waiting("a", milliseconds(0));
  both.push_back(waiting("b", milliseconds(0))[0]);
  EXPECT_EQ(schedule.choose(both, start).due, &both[0]);
  schedule.hold_back("a", start + milliseconds(1000));
  EXPECT_EQ(schedule.choose(both, start).due, &both[1]);
  EXPECT_EQ(schedule.choose(both, start + milliseconds(1000)).due, &both[0]);
}

TEST(TemplateTextTest, BracesAndQuotesInsideAnExpressionAreRespected) {
  const auto cut = cut_template(R"(a ${ {"k": "}"} } b $${c} ${'it\'s }'}d)");
  ASSERT_TRUE(cut);
  EXPECT_THAT(cut->literals, ElementsAre("a ", " b ${c} ", "d"));
  EXPECT_THAT(cut->expressions, ElementsAre(R"( {"k": "}"} )", R"('it\'s }')"));
  EXPECT_FALSE(cut_template("${a"));
}

TEST(ObjectChangeTest, AMergePatchRemovesWithNull) {
  EXPECT_EQ(merge_patched(yaml("{a: {b: 1, c: 2}, d: 3}"), yaml("{a: {b: null, e: 5}, d: [1]}")),
            yaml("{a: {c: 2, e: 5}, d: [1]}"));
}

TEST(ObjectChangeTest, WhatIsHeldAlreadyIsAPartWithTheSameValues) {
  const Value live = yaml("{a: {b: 1, c: [1, 2]}, d: 3}");
  EXPECT_TRUE(holds_already(live, yaml("{a: {c: [1, 2]}}")));
  EXPECT_FALSE(holds_already(live, yaml("{a: {c: [1]}}")));
  EXPECT_FALSE(holds_already(live, yaml("{a: {e: null}}")));
}

}  // namespace
}  // namespace drydock
