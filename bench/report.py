"""How a bench says what it found. tools/bench gathers these lines."""
import sys


def results(total, different, what):
    """First thing: `total` results of ours beside the peer's; `different` are descriptions of those that differ.
    Ends the bench with 1 where there are any: what is not the same is not compared in time."""
    for text in different[:10]:
        print(f"  {text}")
    print(f"results: {total} {what}, {total - len(different)} same", flush=True)
    if different:
        sys.exit(1)


def figure(what, value, unit, at_least=None, at_most=None):
    """One number: what it is, its value, and beside it the goal. A missed goal is said, and is no error."""
    beside = ""
    if at_least is not None:
        beside = f" (goal: at least {at_least:,}; {'met' if value >= at_least else 'missed'})"
    elif at_most is not None:
        beside = f" (goal: at most {at_most:,}; {'met' if value <= at_most else 'missed'})"
    places = 0 if value >= 1000 or isinstance(value, int) else 1 if value >= 10 else 2
    shown = f"{value:,.{places}f}"
    print(f"figure: {what}: {shown} {unit}{beside}", flush=True)
