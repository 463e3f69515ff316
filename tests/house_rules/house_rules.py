#!/usr/bin/env python3
"""The house rules, checked: allowed arrows, what only the shells may call, and sizes as a ratchet.

    house_rules.py [ROOT]            checks; prints `file:line: error: X is not allowed here, use Y`
    house_rules.py --ratchet [ROOT]  writes tests/house_rules/ratchet.txt anew (only ever smaller)

Every rule is a pure function from (path, text) to findings, so that house_rules_test.py can plant
a violation of each without a file system.
"""
import pathlib
import re
import sys
from collections import namedtuple

Finding = namedtuple("Finding", "path line message")
SHELLS = {"net", "cli", "drydock", "gateway", "vllmsim"}
FUNCTION_LINES_MAX, FILE_LINES_MAX, COLUMNS_MAX, MAIN_LINES_MAX = 70, 800, 100, 40

# (what, replacement, pattern). Files that are the shells' side of an interface are named below.
BANNED = [
    ("the real clock", "a base::Clock parameter",
     r"\b(?:system_clock|steady_clock|high_resolution_clock)::now\b|base/system_clock\.h"
     r"|\bclock_gettime\s*\(|\bgettimeofday\s*\(|(?<![\w.>:])time\s*\(\s*(?:NULL|nullptr|0)\s*\)"),
    ("real randomness", "a base::Random parameter",
     r"base/system_random\.h|\brandom_device\b|(?<![\w.>])s?rand\s*\(|\bgetrandom\s*\("),
    ("sleeping", "a wait with a deadline that is a parameter",
     r"\bsleep_(?:for|until)\b|(?<![\w.>])(?:u|nano)?sleep\s*\("),
    ("a socket", "net",
     r"<sys/socket\.h>|<curl/|<boost/(?:asio|beast)"),
    ("a process call", "a shell",
     r"(?<![\w.>:])(?:fork|vfork|execve?|execvp|posix_spawnp?|system|popen)\s*\("),
    ("exit()", "a Result returned up to main",
     r"(?<![\w.>:])(?:std::)?(?:_exit|quick_exit|exit)\s*\("),
]
BANNED = [(what, use, re.compile(pattern)) for what, use, pattern in BANNED]
# The one place where the real thing stands behind its interface.
BEHIND_INTERFACE = {
    "src/base/system_clock.h", "src/base/system_clock.cc", "src/base/system_random.h",
    "src/base/system_random.cc", "src/base/check.cc",
}
# In tests: two that run side by side would write the same file.
SHARED_FOLDER = re.compile(r"\bTempDir\s*\(|\btemp_directory_path\s*\(|\bmkdtemp\s*\(")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([a-z0-9_]+)/[^"]+"')


def read_arrows(text):
    """The table between the markers of docs/architecture.md: {folder: {folders it may include}}."""
    block = text.split("<!-- arrows:begin -->")[1].split("<!-- arrows:end -->")[0]
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")]
            for line in block.splitlines() if line.startswith("| ")]
    return {row[0]: set(row[1].split()) for row in rows if row[0] not in ("from", "---")}


def strip_comments(text):
    """Comments and string contents blanked, line structure kept."""
    pattern = re.compile(r'R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*(?:.|\n)*?\*/')

    def blank(match):
        piece = match.group(0)
        if piece.startswith('"') and "/" in piece and piece.endswith('.h"'):
            return piece  # An include.
        return re.sub(r"[^\n]", " ", piece)
    return pattern.sub(blank, text)


def check_arrows(path, text, arrows):
    folder = folder_of(path)
    if folder is None:
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match or match.group(1) == folder:
            continue
        target = match.group(1)
        if folder not in arrows:
            yield Finding(path, number, f"folder '{folder}' is not allowed here, use a row of the "
                          "table of arrows in docs/architecture.md")
            return
        if target in arrows and target not in arrows[folder]:
            allowed = ", ".join(sorted(arrows[folder])) or "nothing"
            yield Finding(path, number, f"#include of {target} from {folder} is not allowed here, "
                          f"use {allowed} (docs/architecture.md)")


def check_cycles(arrows):
    """The table itself must not hold a cycle."""
    state = {}

    def visit(folder, trail):
        if state.get(folder) == "done":
            return None
        if folder in trail:
            return trail[trail.index(folder):] + [folder]
        for target in sorted(arrows.get(folder, ())):
            cycle = visit(target, trail + [folder])
            if cycle:
                return cycle
        state[folder] = "done"
        return None
    for folder in sorted(arrows):
        cycle = visit(folder, [])
        if cycle:
            yield Finding("docs/architecture.md", 1, f"the cycle {' -> '.join(cycle)} is not allowed "
                          "here, use a lower folder for what they share")
            return


def folder_of(path):
    parts = path.split("/")
    return parts[1] if len(parts) >= 3 and parts[0] == "src" else None


def check_banned(path, text):
    folder = folder_of(path)
    if path.endswith("_test.cc"):
        for number, line in enumerate(strip_comments(text).splitlines(), 1):
            if SHARED_FOLDER.search(line):
                yield Finding(path, number, "a folder that other tests see is not allowed here, use "
                              "base::TemporaryFolder")
        return
    if folder is None or folder in SHELLS or path in BEHIND_INTERFACE:
        return
    for number, line in enumerate(strip_comments(text).splitlines(), 1):
        for what, use, pattern in BANNED:
            if pattern.search(line):
                yield Finding(path, number, f"{what} is not allowed here, use {use}")


def function_lengths(text):
    """(line, lines) of each function whose head and closing brace stand in column 0."""
    start = None
    for number, line in enumerate(text.splitlines(), 1):
        if start is None and line.endswith("}") and not line.startswith("}"):
            continue  # Begins and ends on this line.
        if line.startswith("}") and start is not None:
            yield start, number - start + 1
            start = None
        elif start is None and re.match(r"[A-Za-z_~][^;=]*\(", line) and not re.match(
                r"(?:namespace|class|struct|enum|union|using|typedef|#|TEST|INSTANTIATE)", line):
            start = number
        elif start is not None and line.endswith(";") and not line.startswith((" ", "\t")):
            start = None  # A declaration.


def measure(path, text):
    """What the ratchet counts: {(kind, place): size} above the limits."""
    sizes = {}
    lines = text.splitlines()
    limit = MAIN_LINES_MAX if path.startswith("apps/") else FILE_LINES_MAX
    if len(lines) > limit:
        sizes[("file", path)] = len(lines)
    for start, length in function_lengths(text):
        if length > FUNCTION_LINES_MAX:
            name = re.sub(r"\s*\(.*", "", lines[start - 1]).split()[-1].lstrip("*&")
            sizes[("function", f"{path}:{name}")] = length
    # What stands in a raw string is data and keeps its lines; so do addresses.
    code = re.sub(r'R"(\w*)\((?:.|\n)*?\)\1"', lambda m: re.sub(r"[^\n]", "", m.group(0)), text)
    wide = sum(1 for line in code.splitlines() if len(line) > COLUMNS_MAX and "http" not in line)
    if wide:
        sizes[("wide", path)] = wide
    return sizes


def read_ratchet(text):
    ratchet = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kind, place, size = line.split()
            ratchet[(kind, place)] = int(size)
    return ratchet


def check_ratchet(sizes, ratchet):
    advice = {"file": f"files of at most {FILE_LINES_MAX} lines (main.cc {MAIN_LINES_MAX})",
              "function": f"functions of at most {FUNCTION_LINES_MAX} lines",
              "wide": f"lines of at most {COLUMNS_MAX} columns"}
    for (kind, place), size in sorted(sizes.items()):
        if size > ratchet.get((kind, place), 0):
            path = place.split(":")[0]
            yield Finding(path, 1, f"{kind} {place} of size {size} is not allowed here, "
                          f"use {advice[kind]}")


def sources(root):
    for top in ("src", "apps"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in (".h", ".cc"):
                yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def check_tree(root):
    arrows = read_arrows((root / "docs/architecture.md").read_text(encoding="utf-8"))
    findings, sizes, count = list(check_cycles(arrows)), {}, 0
    for path, text in sources(root):
        count += 1
        findings += check_arrows(path, text, arrows)
        findings += check_banned(path, text)
        sizes.update(measure(path, text))
    return findings, sizes, count


def main(arguments):
    rewrite = "--ratchet" in arguments
    places = [a for a in arguments if not a.startswith("--")]
    root = pathlib.Path(places[0] if places else ".").resolve()
    ratchet_file = root / "tests/house_rules/ratchet.txt"
    findings, sizes, count = check_tree(root)
    if rewrite:
        head = ratchet_file.read_text(encoding="utf-8").split("\n\n")[0]
        rows = "\n".join(f"{kind} {place} {size}" for (kind, place), size in sorted(sizes.items()))
        ratchet_file.write_text(f"{head}\n\n{rows}\n", encoding="utf-8")
    findings += check_ratchet(sizes, read_ratchet(ratchet_file.read_text(encoding="utf-8")))
    for finding in findings:
        print(f"{finding.path}:{finding.line}: error: {finding.message}")
    if count == 0:
        print(f"{root}:1: error: no sources found, use the project's root")
        return 1
    print(f"house rules: {count} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
