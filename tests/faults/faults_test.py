#!/usr/bin/env python3
"""Five faults on a stand-in: `up` rides them out or stops with the right exit code, and `explain`
names the true cause.

    faults_test.py BIN_FOLDER
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "standin"))
from standin import StandIn, wait_for  # noqa: E402

BIN = None
CHECK_FAILED, CHANGES, TIMED_OUT, CONFLICT = 3, 4, 5, 7


class Faults(unittest.TestCase):
    """One stand-in; each test leaves it healed and green, and the first begins on a bare one."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = StandIn(BIN, "faults")
        cls.addClassCleanup(cls.cluster.__exit__)
        cls.cluster.start("--with-api-faults")

    def up(self, *flags):
        return self.cluster.slipway("up", "--yes", *flags)

    def assert_green(self, done):
        self.assertEqual(done.code, 0, done.err)
        # ClusterPolicy flaps after it was ready, as the real one was recorded doing.
        self.wait_for_status(0)

    def wait_for_status(self, code):
        wait_for(lambda: self.cluster.slipway("status").code == code, f"status exits with {code}")

    def explain(self, task):
        done = self.cluster.slipway("explain", task)
        self.assertEqual(done.code, 0, done.err)
        return done.out

    def inject(self, fault):
        self.cluster.inject(fault)
        self.addCleanup(self.cluster.heal, fault)

    def test_1_a_csv_that_sticks_times_out_and_the_image_is_named(self):
        self.inject("csv-stuck")
        done = self.up("--deadline", "90s")
        self.assertEqual(done.code, TIMED_OUT, done.err)
        said = self.explain("gpu-operator-nvidia")
        self.assertIn("the ClusterServiceVersion gpu-operator-certified.v25.10.1 is Installing",
                      said)
        self.assertIn("ImagePullBackOff", said)
        self.cluster.heal("csv-stuck")
        self.assert_green(self.up())

    def test_2_a_gpu_node_that_is_lost_fails_the_check_and_is_named(self):
        self.inject("gpu-node-lost")
        self.wait_for_status(CHECK_FAILED)
        said = self.explain("gpu-operator-nvidia")
        self.assertIn("the site has 2 GPU nodes, and the cluster only 1", said)
        self.assertIn("the Node gpu-1 is gone", said)
        done = self.up()
        self.assertEqual(done.code, CHECK_FAILED, done.err)
        self.cluster.heal("gpu-node-lost")
        self.wait_for_status(0)
        self.assert_green(self.up())

    def test_3_an_api_server_that_says_429_is_ridden_out(self):
        self.take_down()
        self.inject("api-429")
        done = self.up()
        self.cluster.heal("api-429")
        self.assert_green(done)

    def test_4_an_api_server_that_restarts_is_ridden_out(self):
        self.take_down()
        running = self.cluster.begin("up", "--yes")
        # Somewhere on the way; every place on it is the kill test's to cover.
        wait_for(lambda: "approve InstallPlan" in self.cluster.said(running), "up approves a plan")
        self.cluster.inject("api-restart")
        self.assert_green(self.cluster.ended(running))

    def test_5_a_field_that_an_operator_puts_back_is_a_conflict_that_names_both(self):
        self.inject("operator-reverts-field")
        wait_for(lambda: self.cluster.slipway("plan").code == CHANGES, "plan sees the change")
        done = self.up()
        self.assertEqual(done.code, CONFLICT, done.err)
        self.assertIn(".spec.dcgmExporter.serviceMonitor.enabled is owned by 'gpu-operator'",
                      done.err)
        self.assertIn("'gpu-operator' has set .spec.dcgmExporter.serviceMonitor.enabled of "
                      "ClusterPolicy.nvidia.com gpu-cluster-policy",
                      self.explain("gpu-operator-nvidia"))

    def take_down(self):
        done = self.cluster.slipway("down", "--yes")
        self.assertEqual(done.code, 0, done.err)


if __name__ == "__main__":
    BIN = sys.argv.pop(1)
    unittest.main(verbosity=2, catchbreak=True)
