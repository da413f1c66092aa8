"""What the figures were measured on, and a moment of work before the clock starts."""

import multiprocessing
import os
import platform
import re
import time
from pathlib import Path


def _first(pattern, path):
    try:
        found = re.search(pattern, Path(path).read_text(), re.MULTILINE)
    except OSError:
        return ""
    return found.group(1).strip() if found else ""


def describe():
    """The machine in one line."""
    cpu = _first(r"^(?:model name|Hardware|Model)\s*:\s*(.+)$", "/proc/cpuinfo") or platform.machine()
    memory = _first(r"^MemTotal:\s*(\d+)", "/proc/meminfo")
    caches = []
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index[0-9]*")):
        kind = _first(r"(\w+)", index / "type")
        if kind != "Instruction":
            caches.append(f"L{_first(r'(.+)', index / 'level')} {_first(r'(.+)', index / 'size')}")
    governor = _first(r"(\w+)", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    guest = " (a virtual machine)" if re.search(r"\bhypervisor\b", _first(r"^flags\s*:(.*)$", "/proc/cpuinfo")) else ""
    parts = [
        f"{len(os.sched_getaffinity(0))} processors of {cpu}{guest}", ", ".join(caches),
        f"{int(memory) / 2**20:.0f} GiB" if memory else "", f"governor {governor}" if governor else "",
        f"Linux {platform.release()}", _first(r'^PRETTY_NAME="?([^"\n]*)', "/etc/os-release"),
    ]
    return "; ".join(part for part in parts if part)


def load():
    """The mean number of busy threads during the last minute."""
    return os.getloadavg()[0]


def _spin(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def warm_up(seconds):
    """Keeps every processor busy, so that the first round finds the clock speed of the last one."""
    spinners = [multiprocessing.Process(target=_spin, args=(seconds,)) for _ in os.sched_getaffinity(0)]
    for spinner in spinners:
        spinner.start()
    for spinner in spinners:
        spinner.join()
