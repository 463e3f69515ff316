#!/usr/bin/env python3
"""Everything that the catalog applies is accepted by the real CRDs, with strict field validation.

    real_crds_test.py BIN_FOLDER

The real CRDs lie beside the project (../shared/crds, or $SLIPWAY_SHARED/crds) and are no part of it.
Without them the same road runs on drydock's own shapes in tests/road, and this test says so.
"""
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "standin"))
from standin import ROOT, StandIn  # noqa: E402

BIN = None
CRDS = pathlib.Path(os.environ.get("SLIPWAY_SHARED", ROOT.parent / "shared")) / "crds"


class RealCrds(unittest.TestCase):
    def test_the_catalog_is_applied_to_real_crds_and_ends_green(self):
        if not CRDS.is_dir():
            print(f"real CRDs: none at {CRDS}; tests/road ran the same road on the shapes")
            return
        cluster = StandIn(BIN, "real-crds")
        self.addCleanup(cluster.__exit__)
        cluster.start("--crds", str(CRDS))
        crd = cluster.api.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"
                              "clusterversions.config.openshift.io")
        self.assertGreater(len(str(crd)), 20000, "a shape stands where the real CRD should")
        done = cluster.slipway("up", "--yes")
        self.assertEqual(done.code, 0, done.err)
        applied = [write for write in cluster.writes() if write.startswith("patch ")]
        self.assertGreaterEqual(len(applied), 16, applied)
        print(f"real CRDs: {len(applied)} writes accepted, green")


if __name__ == "__main__":
    BIN = sys.argv.pop(1)
    unittest.main(verbosity=2)
