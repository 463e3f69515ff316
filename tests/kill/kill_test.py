#!/usr/bin/env python3
"""`slipway up`, killed before and after every write it makes, then run again: the same end state.

    kill_test.py BIN_FOLDER [--each] [--points A-B]

One uninterrupted run on a fresh stand-in is the reference: what it owns in the end, and how many
writes it makes. Then, on the same stand-in taken back by `slipway down`:

  - the road (always): up is killed (SIGKILL, on itself, through the hook SLIPWAY_KILL_AT) before its
    first write, run again and killed after its first write, and so on until a run gets through. Each
    run makes at most one write, so the cluster passes through every state that a kill between two
    writes can leave. At each kill point what is owned must be part of the reference, nothing
    doubled, nothing else; and the end state must be the reference.
  - each (--each; the long form, an hour): for every kill point by itself: down, up killed there, up
    to the end, compare. --points 3-9 does some of them.

Prints `N kill points, N same end state`.
"""
import argparse
import collections
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "standin"))
from standin import StandIn, killed, ours, steady  # noqa: E402

RUNS_MAX = 400  # Twice the writes, with room: a road that does not end is a failure.


EndState = collections.namedtuple("EndState", "ours whole")


def say(text):
    print(f"kill-test: {text}", file=sys.stderr, flush=True)


def difference(wanted, found):
    """The first things that differ, in words; "" when nothing does."""
    lines = [f"missing: {path}" for path in sorted(wanted.keys() - found.keys())]
    lines += [f"too much: {path}" for path in sorted(found.keys() - wanted.keys())]
    for path in sorted(wanted.keys() & found.keys()):
        if wanted[path] != found[path]:
            lines.append(f"differs: {path}\n  {json.dumps(wanted[path], sort_keys=True)}"
                         f"\n  {json.dumps(found[path], sort_keys=True)}")
    return "\n".join(lines[:5])


def must(done, what):
    if done.code != 0:
        raise SystemExit(f"kill-test: {what} ended with {done.code}:\n{done.err}")
    return done


def reference(cluster):
    with tempfile.NamedTemporaryFile("r") as counted:
        done = must(cluster.slipway("up", "--yes", SLIPWAY_COUNT_WRITES=counted.name), "slipway up")
        writes = counted.read().splitlines()
    say(f"uninterrupted: {len(writes)} writes in {done.seconds:.0f} s")
    owned = cluster.api.owned()
    return EndState(ours(owned), steady(owned)), writes


def end_state_differs(cluster, wanted):
    """"" when the objects, and every field of theirs that slipway owns, are as `wanted`. Fields that
    operators put beside ours may depend on who was first (default-dsci may be made by its operator):
    where they differ it is said, and is no failure."""
    owned = cluster.api.owned()
    left = difference(wanted.ours, ours(owned))
    if not left:
        others = difference(wanted.whole, steady(owned))
        if others:
            say("beside slipway's own fields: " + others)
    return left


def road(cluster, wanted):
    """Kills at every write on one road: (kill points, what was wrong)."""
    points, wrong, phase = 0, [], "before"
    for _ in range(RUNS_MAX):
        done = cluster.slipway("up", "--yes", SLIPWAY_KILL_AT=f"{phase}:1")
        if not killed(done.code):
            must(done, "slipway up")
            break
        points += 1
        strange = [path for path, fields in ours(cluster.api.owned()).items()
                   if path not in wanted.ours
                   or (fields != wanted.ours[path] and not is_inventory(path))]
        if strange:
            wrong.append(f"{phase} write {(points + 1) // 2}: " + ", ".join(sorted(strange)))
        phase = "after" if phase == "before" else "before"
    else:
        wrong.append(f"no end after {RUNS_MAX} runs")
    left = end_state_differs(cluster, wanted)
    if left:
        wrong.append("the end state differs:\n" + left)
    return points, wrong


def is_inventory(path):
    return path.endswith("/configmaps/slipway")  # It grows on the way.


def each(cluster, wanted, count, chosen):
    points, wrong = 0, []
    for number in range(1, count + 1):
        if number not in chosen:
            continue
        for phase in ("before", "after"):
            must(cluster.slipway("down", "--yes"), "slipway down")
            done = cluster.slipway("up", "--yes", SLIPWAY_KILL_AT=f"{phase}:{number}")
            if not killed(done.code):
                # Fewer writes than the reference: two that ran side by side became one wait.
                must(done, "slipway up")
                continue
            points += 1
            must(cluster.slipway("up", "--yes"), f"slipway up after a kill {phase} write {number}")
            left = end_state_differs(cluster, wanted)
            say(f"{phase} write {number}: {'same' if not left else left}")
            if left:
                wrong.append(f"{phase} write {number}: {left}")
    return points, wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin")
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--points", default="")
    options = parser.parse_args()
    with StandIn(options.bin, "kill") as cluster:
        cluster.start()
        wanted, writes = reference(cluster)
        if options.each:
            first, _, last = options.points.partition("-")
            chosen = range(int(first or 1), int(last or first or len(writes)) + 1)
            points, wrong = each(cluster, wanted, len(writes), chosen)
        else:
            must(cluster.slipway("down", "--yes"), "slipway down")
            points, wrong = road(cluster, wanted)
            if points < 2 * len(writes):
                wrong.append(f"only {points} kill points for {len(writes)} writes")
        second = must(cluster.slipway("up", "--yes"), "a last slipway up")
        if "nothing to write" not in second.out:
            wrong.append("a last up had something to write: " + second.out)
    for line in wrong:
        print(f"kill-test: {line}", file=sys.stderr)
    print(f"{points} kill points, {0 if wrong and not options.each else points - len(wrong)} "
          "same end state")
    return 1 if wrong or points == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
