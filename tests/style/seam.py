#!/usr/bin/env python3
"""Only the seam names atomics, locks, threads, thread-local storage, the clock, the futex and raw fences."""

import re
import sys

import house

FORBIDDEN = [
    (r"std\s*::\s*(?:atomic\w*|memory_order\w*|kill_dependency)\b", "use atom<T>, fence() and the order types"),
    (r"std\s*::\s*(?:\w*mutex|lock_guard|unique_lock|shared_lock|scoped_lock|lock|try_lock|call_once|once_flag)\b",
     "use bare_mutex and bare_lock"),
    (r"std\s*::\s*(?:condition_variable\w*|latch|barrier|counting_semaphore|binary_semaphore)\b",
     "use parker, event_count or futex_wait"),
    (r"std\s*::\s*(?:thread|jthread|this_thread|async|future|shared_future|promise|packaged_task)\b",
     "use atomic::thread"),
    (r"\bthread_local\b|\b__thread\b", "use atomic::thread_word or atomic::thread_object"),
    (r"\b(?:steady_clock|system_clock|high_resolution_clock|clock_gettime|gettimeofday)\b", "use weft::clock"),
    (r"\b(?:SYS_futex|SYS_membarrier|FUTEX_\w+|MEMBARRIER_\w+)\b", "use futex_wait and fence_heavy"),
    (r"\b__(?:atomic|sync)_\w+|\b__builtin_ia32_(?:pause|[lms]fence)\b|\b_mm_(?:pause|[lms]fence)\b",
     "use atom<T>, fence() and cpu_relax()"),
    (r"\b(?:asm|__asm__)\b", "assembly belongs to the seam"),
    (r"\b(?:pthread_\w+|sched_yield|nanosleep|usleep)\b", "use atomic::thread, bare_mutex and yield_thread()"),
    (r"#\s*include\s*<(?:atomic|mutex|shared_mutex|thread|condition_variable|semaphore|latch|barrier|future|pthread\.h"
     r"|linux/futex\.h|linux/membarrier\.h|immintrin\.h|emmintrin\.h)>", "include <weft/atomic/seam.hpp>"),
]

# What the operating system's own interface forces on one file: (file, names that it may say, why).
GRANTED = {}


def models():
    """Models run on the checker's seam, so a name from the standard library would be invisible to it."""
    return sorted((house.ROOT / "tests" / "model").glob("*.cpp"))


def check(findings, path):
    findings.looked_at += 1
    for number, line in enumerate(house.without_comments(path.read_text()).split("\n"), 1):
        for pattern, instead in FORBIDDEN:
            found = re.search(pattern, line)
            if found and found.group() not in GRANTED.get(house.name_of(path), ()):
                findings.add(path, number, "seam", f"'{found.group()}' outside the seam: {instead}")


def main(arguments):
    findings = house.Findings("seam")
    named = [house.pathlib.Path(argument) for argument in arguments]
    for path in named or [*house.shipped(), *models()]:
        if house.name_of(path) not in house.SEAM:
            check(findings, path)
    findings.finish()


main(sys.argv[1:])
