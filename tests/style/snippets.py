#!/usr/bin/env python3
"""Takes the C++ snippets out of READMEs and docstrings and makes one program of them.

    snippets.py OUTPUT FILE...

A snippet is a ```cpp fence in a README, or a run of lines in a header that are indented by four or more behind `///`.
Each becomes the body of a function; one with a main of its own becomes a program in a namespace, whose main is called.
Its includes move to the top. The program runs them one after the other, or those that its arguments are part of the name of.
"""

import pathlib
import re
import sys

import house

INCLUDES = """algorithm array chrono concepts coroutine cstddef cstdint deque exception functional iostream list map memory
numeric optional ranges set span stdexcept stop_token string string_view thread tuple unordered_map utility variant
vector""".split()

FRAME = """// Made by tests/style/snippets.py; do not edit.
#include <weft/weft.hpp>
{includes}

#define main snippet_main

{snippets}

#undef main

namespace {{
struct entry {{
  const char* name;
  void (*run)();
}};
constexpr entry entries[] = {{
{entries}
}};
}}  // namespace

int main(int argc, char** argv) {{
  int ran = 0;
  int failed = 0;
  for (const entry& each : entries) {{
    bool wanted = argc < 2;
    for (int i = 1; i < argc; ++i) wanted = wanted || std::string_view(each.name).find(argv[i]) != std::string_view::npos;
    if (!wanted) continue;
    ++ran;
    std::cout << each.name << std::endl;
    try {{
      each.run();
    }} catch (const std::exception& error) {{
      ++failed;
      std::cout << each.name << ": threw " << error.what() << std::endl;
    }}
  }}
  std::cout << ran << " snippets, " << failed << " failed\\n";
  return ran == 0 || failed != 0 ? 1 : 0;
}}
"""


def from_readme(text):
    """(line, snippet) for each ```cpp fence."""
    for found in re.finditer(r"^```cpp\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        yield text.count("\n", 0, found.start()) + 2, found.group(1)


# The fields of a docstring: what stands indented below one goes on with its sentence.
FIELD = re.compile(r"\s*/// ?(?:Returns|Threads|Progress|Cost|Order|Errors|Source|Words|Data|Invariants)\b")


def from_header(text):
    """(line, snippet) for each indented run behind ///, set off from the words by an empty comment line."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        first = re.match(r"\s*///     ?(?=\s*\S)", lines[number])
        set_off = number > 0 and re.fullmatch(r"\s*///\s*", lines[number - 1])
        if not (first and set_off):
            number += 1
            continue
        start, taken = number, []
        while number < len(lines) and re.match(r"\s*///(?:     .*|\s*)$", lines[number]):
            taken.append(re.sub(r"^\s*/// {0,5}", "", lines[number]))
            number += 1
        yield start + 1, "\n".join(taken).rstrip() + "\n"


def snippets_of(path):
    text = path.read_text()
    return from_readme(text) if path.suffix == ".md" else from_header(text)


def compose(index, path, line, snippet):
    """(code, includes, entry) for one snippet."""
    name = f"{house.name_of(path)}:{line}"
    includes = re.findall(r"^\s*#\s*include\s*[<\"].*?[>\"].*$", snippet, re.MULTILINE)
    body = re.sub(r"^\s*#\s*include\s*[<\"].*$", "", snippet, flags=re.MULTILINE)
    place = f'#line {line} "{path}"\n'
    whole = re.search(r"\bint main\(", body)
    space = f"snippet_{index}"
    if whole:
        code = f"namespace {space} {{\n{place}{body}}}\n"
        run = f"+[] {{ if ({space}::snippet_main() != 0) throw std::runtime_error(\"main returned an error\"); }}"
    else:
        code = (f"namespace {space} {{\n[[maybe_unused]] static void run() {{\nusing namespace weft;\n{place}{body}\n"
                f"}}\n}}\n")
        run = f"&{space}::run"
    return code, includes, f'  {{"{name}", {run}}},'


def main(arguments):
    output, paths = arguments[0], [pathlib.Path(argument) for argument in arguments[1:]]
    codes, includes, entries = [], [f"#include <{name}>" for name in INCLUDES], []
    for path in paths:
        for line, snippet in snippets_of(path):
            code, more, entry = compose(len(codes), path, line, snippet)
            codes.append(code)
            includes += [include for include in more if include not in includes]
            entries.append(entry)
    if not codes:
        codes, entries = ["namespace none { static void run() {} }"], ['  {"nothing to run", &none::run},']
    text = FRAME.format(includes="\n".join(includes), snippets="\n".join(codes), entries="\n".join(entries))
    pathlib.Path(output).write_text(text)


main(sys.argv[1:])
