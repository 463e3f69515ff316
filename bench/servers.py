"""The servers that a bench runs: begun, found by the address that they print, measured, ended with the bench."""
import atexit
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time


class Server:
    def __init__(self, command, log, says=None):
        """`says`: a pattern for the line that tells where it serves; its group is `address`."""
        self.log = pathlib.Path(log)
        with open(self.log, "w") as out:
            self.process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=subprocess.STDOUT)
        atexit.register(self.end)
        self.address = self.wait_for(says) if says else None

    def wait_for(self, pattern):
        for _ in range(300):
            if found := re.search(pattern, self.log.read_text()):
                return found.group(1)
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        sys.stderr.write(self.log.read_text())
        sys.exit(2)

    def processor_seconds(self):
        """Of all its threads, those that have ended too; proc(5), stat."""
        after_name = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def work_folder():
    """A folder that goes with the bench."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="slipway-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def vllm_sim(build, work, *options):
    server = Server([build / "bin/vllm-sim", "--port", "0", *options], work / "vllm-sim.log", r" on (http://\S+)")
    server.url = server.address
    return server


def nanabush(build, work, upstream, *options):
    key = work / "audit.key"
    subprocess.run([build / "bin/nanabush", "audit", "keygen", key, "--name", "bench.local/audit"], check=True,
                   stdout=subprocess.DEVNULL)
    return Server([build / "bin/nanabush", "serve", "--listen", "127.0.0.1:0", "--upstream", upstream,
                   "--metrics-listen", "127.0.0.1:0", "--audit-dir", work / "audit", "--audit-key", key, *options],
                  work / "nanabush.log", r"serving on ([^\s,]+)")


def free_port():
    """For servers that cannot be given port 0 and say which they took."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
