#!/usr/bin/env python3
"""What a timeline writes can be read by others and says what happened: check.py run|memory|demo PROGRAM [ARGUMENT...]

  run     the sample's JSON parses and holds the sample's events; its SVG is well-formed and has the same lanes
  memory  a pool without a timeline allocates nothing while it works, and shows no lanes; one with a full log allocates
          nothing either
  demo    the quickstart's --timeline FILE writes a picture, and FILE.json beside it
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

SVG = "{http://www.w3.org/2000/svg}"
WORKERS = ['<"wo\\r&ker">-0', '<"wo\\r&ker">-1']


def expect(right, what, *seen):
    if not right:
        print(f"timeline: {what}", *seen, sep="\n")
        sys.exit(1)


def lanes_of(trace):
    """{lane's number: its name}"""
    return {event["tid"]: event["args"]["name"] for event in trace if event["name"] == "thread_name"}


def check_nesting(trace):
    """The stretches of a lane lie within each other or apart, and a sleep lies in a search."""
    for lane in lanes_of(trace):
        around = []
        for event in (each for each in trace if each["ph"] == "X" and each["tid"] == lane):
            begin, end = event["ts"], event["ts"] + event["dur"]
            expect(event["dur"] >= 0 and begin >= 0, "a stretch ends before it begins", event)
            while around and around[-1][1] <= begin and around[-1][1] < end:
                around.pop()
            expect(not around or end <= around[-1][1] + 0.0015, "stretches overlap", event, around)
            expect(event["name"] != "sleep" or around[-1][0] == "search", "a sleep outside a search", event)
            around.append((event["name"], end))


def check_picture(path, names):
    root = ElementTree.parse(path).getroot()
    expect(root.tag == SVG + "svg", "no picture", root.tag)
    lanes = [each for each in root.iter(SVG + "g") if each.get("class") == "lane"]
    expect([lane.find(SVG + "text").text for lane in lanes] == names, "other lanes than threads", names)
    words = " ".join(each.text or "" for each in root.iter(SVG + "text"))
    for wanted in ("runs a job", "searches", "sleeps", "steal, near"):
        expect(wanted in words, f"the legend lacks '{wanted}'")
    expect(re.search(r"time in (?:µs|ms|s)\b", words), "the axis has no unit", words)
    width = float(root.get("width"))
    for each in root.iter(SVG + "rect"):
        if each.get("width") != "100%":
            expect(0 <= float(each.get("x")) and float(each.get("x")) + float(each.get("width")) <= width, "outside", each.attrib)
    # However narrow, the first stretch of each kind in a lane is drawn. In the legend: job, own code, search, sleep.
    drawn = {each.get("fill") for lane in lanes for each in lane.iter(SVG + "rect")}
    legend = [each.get("fill") for each in root.findall(SVG + "rect") if each.get("width") != "100%"]
    expect(len(legend) == 4 and drawn >= set(legend), "a kind of stretch isn't drawn", legend, drawn)
    titles = [each.text for lane in lanes for each in lane.iter(SVG + "title")]
    expect(sum(title.startswith("steal near from guest-0") for title in titles) >= 1, "no steal is drawn", *titles)


def run(program):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, folder], check=True)
        trace = json.loads(pathlib.Path(folder, "run.json").read_text())["traceEvents"]
        lanes = lanes_of(trace)
        expect(lanes == dict(enumerate([*WORKERS, "guest-0"])), "other lanes", lanes)
        by_workers = [each for each in trace if each["tid"] < 2]
        count = lambda name, where: sum(each["name"] == name for each in where)
        expect(count("run", by_workers) == 30, "20 stolen and 10 spawned jobs have run")
        expect(count("takes part", trace) == 2 + 20, "two workers and 20 visits of a guest")
        steals = [each for each in by_workers if each["name"].startswith("steal")]
        expect(len(steals) == 20 and all(each["args"]["from"] == "guest-0" for each in steals), "20 steals from the guest")
        expect(count("sleep", by_workers) >= 2, "both slept in the end")
        expect(count("from outside", by_workers) == 10, "10 jobs came from outside")
        check_nesting(trace)
        check_picture(pathlib.Path(folder, "run.svg"), list(lanes.values()))


def memory(program):
    off = subprocess.run([program, "off"], check=True, capture_output=True, text=True).stdout
    expect(off == "0 allocations, 0 lanes\n", "an unwatched pool is watched", off)
    full = subprocess.run([program, "on"], check=True, capture_output=True, text=True).stdout
    expect(full == "0 allocations, 3 lanes\n", "a full log grows", full)


def demo(program, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        picture = pathlib.Path(folder, "demo.svg")
        subprocess.run([program, "--small", "--timeline", picture, *arguments], check=True, cwd=folder, stdout=subprocess.DEVNULL)
        trace = json.loads(pathlib.Path(folder, "demo.json").read_text())["traceEvents"]
        lanes = lanes_of(trace)
        expect("guest-0" in lanes.values() and len(lanes) >= 2, "no lanes", lanes)
        check_nesting(trace)
        expect(any(each["name"] == "run" for each in trace), "no job has run")
        ElementTree.parse(picture)


{"run": run, "memory": memory, "demo": demo}[sys.argv[1]](*sys.argv[2:])
