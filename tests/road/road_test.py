#!/usr/bin/env python3
"""The whole road on a stand-in: from bare to green, again without a write, and back.

    road_test.py BIN_FOLDER
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "standin"))
from standin import StandIn  # noqa: E402

BIN = None


class Road(unittest.TestCase):
    """One stand-in for all of it; the tests run in the order of their numbers."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = StandIn(BIN, "road")
        cls.addClassCleanup(cls.cluster.__exit__)
        cls.cluster.start()
        cls.namespaces_before = cls.namespaces()

    @classmethod
    def namespaces(cls):
        return {item["metadata"]["name"] for item in cls.cluster.api.get("/api/v1/namespaces")["items"]}

    def test_1_a_bare_cluster_has_changes_pending_and_two_plans_are_the_same_bytes(self):
        first, second = self.cluster.slipway("plan"), self.cluster.slipway("plan")
        self.assertEqual((first.code, first.err), (4, ""))
        self.assertEqual(first.out, second.out)
        self.assertEqual(self.cluster.slipway("status").code, 3)
        self.assertEqual(self.cluster.writes(), [], "plan and status write nothing")

    def test_2_up_takes_it_to_green(self):
        done = self.cluster.slipway("up", "--yes")
        self.assertEqual(done.code, 0, done.err)
        status = self.cluster.slipway("status")
        self.assertEqual(status.code, 0, status.out)

    def test_3_a_second_up_writes_nothing(self):
        before = self.cluster.writes()
        done = self.cluster.slipway("up", "--yes")
        self.assertEqual(done.code, 0, done.err)
        self.assertEqual(self.cluster.writes(), before)
        self.assertIn("nothing to write", done.out)

    def test_4_nothing_is_planned_on_a_green_cluster(self):
        done = self.cluster.slipway("plan")
        self.assertEqual(done.code, 0, done.out)
        self.assertEqual(done.out, self.cluster.slipway("plan").out)

    def test_5_each_write_was_made_once(self):
        writes = self.cluster.writes()
        inventory = [w for w in writes if w.endswith("/configmaps/slipway")]
        others = [w for w in writes if not w.endswith("/configmaps/slipway")]
        self.assertEqual(sorted(others), sorted(set(others)))
        self.assertLessEqual(len(inventory), 3, writes)

    def test_6_down_removes_exactly_what_is_ours_and_says_what_is_left(self):
        self.assertTrue(self.cluster.api.owned())
        secret = "/api/v1/namespaces/nanabush-ai/secrets/somebodys"
        self.cluster.api.request("POST", secret.rsplit("/", 1)[0],
                                 {"metadata": {"name": "somebodys"}})
        done = self.cluster.slipway("down", "--yes")
        self.assertEqual(done.code, 0, done.err)
        self.assertIn("it holds Secret nanabush-ai/somebodys, which is not ours\n"
                      "    Namespace nanabush-ai\n", done.out)
        self.assertIsNotNone(self.cluster.api.get(secret))
        self.cluster.api.delete(secret)
        done = self.cluster.slipway("down", "--yes")
        self.assertEqual(done.code, 0, done.err)
        self.assertEqual(self.cluster.api.owned(), {}, done.out)
        left = self.namespaces() - self.namespaces_before
        for name in left:
            self.assertIn(f"Namespace {name}", done.out)
        again = self.cluster.slipway("down", "--yes")
        self.assertEqual(again.code, 0, again.err)
        self.assertIn("removed 0 objects", again.out)

    def test_7_after_down_up_takes_it_to_green_again(self):
        done = self.cluster.slipway("up", "--yes")
        self.assertEqual(done.code, 0, done.err)


if __name__ == "__main__":
    BIN = sys.argv.pop(1)
    unittest.main(verbosity=2)
