#!/usr/bin/env python3
"""A planted violation of every house rule, and what must not be taken for one."""
import unittest

import house_rules as rules

ARROWS = {"base": set(), "doc": {"base"}, "kube": {"base", "doc"}, "net": {"base"}}


def banned(path, text):
    return [f"{f.path}:{f.line}: error: {f.message}" for f in rules.check_banned(path, text)]


class HouseRules(unittest.TestCase):
    def test_an_arrow_that_is_not_in_the_table_is_found(self):
        found = list(rules.check_arrows("src/kube/a.cc", '#include "kube/a.h"\n#include "net/b.h"\n',
                                        ARROWS))
        self.assertEqual(found, [rules.Finding(
            "src/kube/a.cc", 2, "#include of net from kube is not allowed here, use base, doc "
            "(docs/architecture.md)")])

    def test_an_allowed_arrow_and_a_system_header_are_not(self):
        text = '#include "doc/value.h"\n#include <net/if.h>\n'
        self.assertEqual(list(rules.check_arrows("src/kube/a.cc", text, ARROWS)), [])

    def test_a_folder_without_a_row_is_found(self):
        found = list(rules.check_arrows("src/new/a.cc", '#include "base/b.h"\n', ARROWS))
        self.assertEqual(found[0].message, "folder 'new' is not allowed here, use a row of the table "
                         "of arrows in docs/architecture.md")

    def test_a_cycle_in_the_table_is_found(self):
        found = list(rules.check_cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}}))
        self.assertIn("a -> b -> c -> a", found[0].message)
        self.assertEqual(list(rules.check_cycles(ARROWS)), [])

    def test_each_banned_call_is_found_outside_the_shells(self):
        for line, what in [
                ("auto t = std::chrono::steady_clock::now();", "the real clock"),
                ('#include "base/system_clock.h"', "the real clock"),
                ("std::random_device seed;", "real randomness"),
                ("int x = rand();", "real randomness"),
                ("std::this_thread::sleep_for(1s);", "sleeping"),
                ("usleep(5);", "sleeping"),
                ("#include <sys/socket.h>", "a socket"),
                ("#include <curl/curl.h>", "a socket"),
                ("if (fork() == 0) {", "a process call"),
                ("  exit(1);", "exit()"),
                ("  std::exit(1);", "exit()")]:
            with self.subTest(line):
                found = banned("src/engine/a.cc", "int a;\n" + line + "\n")
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith(
                    f"src/engine/a.cc:2: error: {what} is not allowed here, use "), found)
                self.assertEqual(banned("src/cli/a.cc", line + "\n"), [])

    def test_a_test_with_a_folder_that_others_see_is_found(self):
        for line in ["testing::TempDir() + name", "std::filesystem::temp_directory_path() / name",
                     "mkdtemp(name.data())"]:
            self.assertEqual(banned("src/cli/a_test.cc", line + "\n"), [
                "src/cli/a_test.cc:1: error: a folder that other tests see is not allowed here, use "
                "base::TemporaryFolder"])
            self.assertEqual(banned("src/cli/a.cc", line + "\n"), [])

    def test_a_word_in_a_comment_or_a_string_is_not_a_call(self):
        self.assertEqual(banned("src/engine/a.cc", '// exit(1)\nauto s = "sleep(1)"; /* rand() */\n'), [])
        self.assertEqual(banned("src/engine/a.cc", "context.exit(1); plan->system(x);\n"), [])

    def test_a_long_function_and_a_long_file_are_measured(self):
        body = "int f(int a) {\n" + "  a += 1;\n" * 80 + "}\n"
        self.assertEqual(rules.measure("src/a/b.cc", body), {("function", "src/a/b.cc:f"): 82})
        self.assertEqual(rules.measure("src/a/b.cc", "int g() { return 1; }\n" * 90), {})
        self.assertEqual(rules.measure("src/a/b.cc", "int a;\n" * 801), {("file", "src/a/b.cc"): 801})
        self.assertEqual(rules.measure("apps/x/main.cc", "int a;\n" * 41),
                         {("file", "apps/x/main.cc"): 41})

    def test_a_wide_line_is_measured_unless_it_stands_in_a_raw_string(self):
        wide = "x" * 101
        self.assertEqual(rules.measure("src/a/b.cc", f"// {wide}\n"), {("wide", "src/a/b.cc"): 1})
        self.assertEqual(rules.measure("src/a/b.cc", f'auto s = R"sh(\n{wide}\n)sh";\n'), {})

    def test_the_ratchet_lets_nothing_grow(self):
        sizes = {("function", "src/a/b.cc:f"): 82}
        self.assertEqual(len(list(rules.check_ratchet(sizes, {}))), 1)
        self.assertEqual(len(list(rules.check_ratchet(sizes, {("function", "src/a/b.cc:f"): 81}))), 1)
        self.assertEqual(list(rules.check_ratchet(sizes, {("function", "src/a/b.cc:f"): 82})), [])


if __name__ == "__main__":
    unittest.main()
