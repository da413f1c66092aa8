// Litmus programs with their exact outcomes. Those of straight-line programs are checked against the axioms as well.
#include "harness.hpp"

#include <cstdio>
#include <sstream>

namespace selftest {

namespace {

struct litmus {
  const char* name;
  const char* text;
  const char* outcomes;  // what is read, thread by thread; - for a read that didn't happen
  bool last_values = false;
};

// clang-format off
constexpr litmus table[] = {
  // Store buffering: a store, then a load of the other's word.
  {"SB relaxed",                 "Wx1. Ry. | Wy1. Rx.",                 "00 01 10 11"},
  {"SB release acquire",         "Wx1l Rya | Wy1l Rxa",                 "00 01 10 11"},
  {"SB seq_cst",                 "Wx1s Rys | Wy1s Rxs",                 "01 10 11"},
  {"SB one side seq_cst",        "Wx1s Rys | Wy1l Rxa",                 "00 01 10 11"},
  {"SB seq_cst stores only",     "Wx1s Rya | Wy1s Rxa",                 "00 01 10 11"},
  {"SB fences",                  "Wx1. Fs Ry. | Wy1. Fs Rx.",           "01 10 11"},
  {"SB one fence",               "Wx1. Fs Ry. | Wy1. Rx.",              "00 01 10 11"},
  {"SB acq_rel fences",          "Wx1. Fb Ry. | Wy1. Fb Rx.",           "00 01 10 11"},
  {"SB fence and seq_cst",       "Wx1. Fs Ry. | Wy1s Rxs",              "01 10 11"},
  {"SB fetch_add acq_rel",       "Ax1b Ry. | Ay1b Rx.",                 "0000 0001 0100 0101"},
  {"SB fetch_add seq_cst",       "Ax1s Rys | Ay1s Rxs",                 "0001 0100 0101"},
  {"SB add of zero as fence",    "Wx1. Az0s Rys | Wy1. Az0s Rxs",       "0001 0100 0101"},
  // The asymmetric pair.
  {"SB light heavy",             "Wx1. L Ry. | Wy1. H Rx.",             "01 10 11"},
  {"SB light light",             "Wx1. L Ry. | Wy1. L Rx.",             "00 01 10 11"},
  {"SB heavy heavy",             "Wx1. H Ry. | Wy1. H Rx.",             "01 10 11"},
  {"SB heavy and fence",         "Wx1. H Ry. | Wy1. Fs Rx.",            "01 10 11"},
  {"SB light and fence",         "Wx1. L Ry. | Wy1. Fs Rx.",            "00 01 10 11"},
  {"MP light heavy",             "Wx1. L Wy1. | Ry. H Rx.",             "00 01 11"},
  {"MP heavy light",             "Wx1. H Wy1. | Ry. L Rx.",             "00 01 11"},
  {"MP light light",             "Wx1. L Wy1. | Ry. L Rx.",             "00 01 10 11"},
  // Message passing: data, then a flag.
  {"MP relaxed",                 "Wx1. Wy1. | Ry. Rx.",                 "00 01 10 11"},
  {"MP release acquire",         "Wx1. Wy1l | Rya Rx.",                 "00 01 11"},
  {"MP release relaxed",         "Wx1. Wy1l | Ry. Rx.",                 "00 01 10 11"},
  {"MP relaxed acquire",         "Wx1. Wy1. | Rya Rx.",                 "00 01 10 11"},
  {"MP seq_cst",                 "Wx1s Wy1s | Rys Rxs",                 "00 01 11"},
  {"MP release fence",           "Wx1. Fl Wy1. | Rya Rx.",              "00 01 11"},
  {"MP acquire fence",           "Wx1. Wy1l | Ry. Fa Rx.",              "00 01 11"},
  {"MP both fences",             "Wx1. Fl Wy1. | Ry. Fa Rx.",           "00 01 11"},
  {"MP seq_cst fences",          "Wx1. Fs Wy1. | Ry. Fs Rx.",           "00 01 11"},
  {"MP fence on one side",       "Wx1. Fs Wy1. | Ry. Rx.",              "00 01 10 11"},
  {"MP fence too late",          "Wx1. Wy1. Fl | Ry. Fa Rx.",           "00 01 10 11"},
  {"MP three stores",            "Wx1. Wx2. Wx3. Wy1. | Ry. Rx.",       "00 01 02 03 10 11 12 13"},
  {"MP three stores, released",  "Wx1. Wx2. Wy1l Wx3. | Rya Rx.",       "00 01 02 03 12 13"},
  {"MP only if seen",            "Wx1. Wy1l | Rya ?1 Rx.",              "0- 11"},
  // Release sequences: read-modify-writes carry on, stores do not (C++20).
  {"release sequence add",       "Wx1. Wy1l | Ay1. | Rya ?2 Rx.",       "00- 01- 10- 11- 121"},
  {"release sequence store",     "Wx1. Wy1l Wy2. | Rya ?2 Rx.",         "0- 1- 20 21"},
  {"release sequence cut",       "Wx1. Wy1l | Wy2. | Rya ?2 Rx.",       "0- 1- 20 21"},
  {"release sequence two adds",  "Wx1. Wy1l | Ay1. Ay1. | Rya ?3 Rx.",  "010- 011- 012- 120- 121- 122- 1231"},
  // Coherence of one word.
  {"CoRR",                       "Wx1. | Rx. Rx.",                      "00 01 11"},
  {"CoRR two writers",           "Wx1. | Wx2. | Rx. Rx. | Rx. Rx.",     "0000 0001 0002 0011 0012 0021 0022 0100 0101 0102 0111 0112 0121 0122 0200 0201 0202 0211 0212 0221 0222 1100 1101 1102 1111 1112 1121 1122 1200 1201 1202 1211 1212 1222 2100 2101 2102 2111 2121 2122 2200 2201 2202 2211 2212 2221 2222"},
  {"CoWR",                       "Wx1. Rx. | Wx2.",                     "1 2"},
  {"CoRW",                       "Rx. Wx1. | Wx2.",                     "0100 0200 2100", true},
  {"CoWW last",                  "Wx1. Wx2.",                           "200", true},
  {"2+2W relaxed",               "Wx1. Wy2. | Wy1. Wx2.",               "110 120 210 220", true},
  {"2+2W release",               "Wx1l Wy2l | Wy1l Wx2l",               "110 120 210 220", true},
  {"2+2W seq_cst",               "Wx1s Wy2s | Wy1s Wx2s",               "120 210 220", true},
  {"2+2W fences",                "Wx1. Fs Wy2. | Wy1. Fs Wx2.",         "120 210 220", true},
  {"R relaxed",                  "Wx1. Wy1. | Wy2. Rx.",                "0110 0120 1110 1120", true},
  {"R fences",                   "Wx1. Fs Wy1. | Wy2. Fs Rx.",          "0110 1110 1120", true},
  {"R seq_cst",                  "Wx1s Wy1s | Wy2s Rxs",                "0110 1110 1120", true},
  {"S release acquire",          "Wx2. Wy1l | Rya Wx1.",                "0110 0210 1110", true},
  {"S relaxed",                  "Wx2. Wy1. | Ry. Wx1.",                "0110 0210 1110 1210", true},
  // Several observers.
  {"IRIW acquire",               "Wx1l | Wy1l | Rxa Rya | Rya Rxa",     "0000 0001 0010 0011 0100 0101 0110 0111 1000 1001 1010 1011 1100 1101 1110 1111"},
  {"IRIW seq_cst",               "Wx1s | Wy1s | Rxs Rys | Rys Rxs",     "0000 0001 0010 0011 0100 0101 0110 0111 1000 1001 1011 1100 1101 1110 1111"},
  {"IRIW fences",                "Wx1. | Wy1. | Rx. Fs Ry. | Ry. Fs Rx.", "0000 0001 0010 0011 0100 0101 0110 0111 1000 1001 1011 1100 1101 1110 1111"},
  {"WRC release acquire",        "Wx1. | Rx. ?1 Wy1l | Rya ?1 Rx.",     "00- 10- 111"},
  {"WRC with acquire",           "Wx1l | Rxa ?1 Wy1l | Rya ?1 Rx.",     "00- 10- 111"},
  {"ISA2",                       "Wx1. Wy1l | Rya ?1 Wz1l | Rza ?1 Rx.", "00- 10- 111"},
  {"RWC fences",                 "Wx1. | Rx. Fs Ry. | Wy1. Fs Rx.",     "000 001 010 011 101 110 111"},
  {"Z6.U",                       "Wx1s Wy1l | Ay1s Ry. | Wy3s Rxs",     "010 011 030 031 120 121 130 131 310 311 340 341"},
  // No load buffering: program order ∪ reads-from has no cycle in this model.
  {"LB relaxed",                 "Rx. Wy1. | Ry. Wx1.",                 "00 01 10"},
  {"T1 reads, T2 reads and writes", "Rx. | Rx. Wx1.",                   "00 10"},
  // Read-modify-writes.
  {"two adds",                   "Ax1. | Ax1.",                         "01200 10200", true},
  {"add and store",              "Ax1. | Wx5.",                         "0500 5600", true},
  {"exchange twice",             "Xx1. | Xx2.",                         "01200 20100", true},
  {"cas one winner",             "Cx01.. | Cx02..",                     "01 20"},
  {"cas wants what was",         "Wx1. | Cx02..",                       "0100 1100", true},
  {"failed cas reads stale",     "Wx1. Wy1. | Ry. Cx12..",              "00 01 10 11"},
  {"failed cas with acquire",    "Wx1. Wy1l | Cy20.a Rx.",              "00 01 11"},
  {"failed cas relaxed",         "Wx1. Wy1l | Cy20.. Rx.",              "00 01 10 11"},
  {"cas success acquires",       "Wx1. Wy1l | Cy12a. Rx.",              "00 01 11"},
  {"cas success releases",       "Wx1. Cy01l. | Rya Rx.",               "000 001 011"},
  {"lock by cas",                "Cz01a. ?0 Rx. Wx1. Wz0l | Cz01a. ?0 Rx. Wx2.", "0001 001- 1-00"},
};
// clang-format on

bool is_straight(const program& it) {
  for (const thread_program& thread : it) {
    for (const instruction& i : thread) {
      if (i.what == instruction::only_if || i.what == instruction::light || i.what == instruction::heavy) return false;
    }
  }
  return true;
}

std::string joined(const std::set<std::string>& all) {
  std::string text;
  for (const std::string& one : all) text += " " + one;
  return text;
}

}  // namespace

void test_litmus() {
  unsigned count = 0;
  std::uint64_t executions = 0, redundant = 0;
  for (const litmus& it : table) {
    const program text = parse(it.text);
    const auto report = run(text, it.last_values);
    std::set<std::string> wanted;
    std::istringstream in(it.outcomes);
    for (std::string one; in >> one;) wanted.insert(one);
    const std::set<std::string> got = outcomes(report);
    expect(report.complete && got == wanted, std::string(it.name) + ": " + it.text + "\n  gave  " + joined(got) +
                                                 "\n  wanted" + joined(wanted) + report.failure);
    if (is_straight(text)) {
      const std::set<std::string> axioms = axiomatic_outcomes(text, it.last_values);
      expect(got == axioms, std::string(it.name) + " against the axioms:" + joined(axioms));
    }
    weft::model::search_options every;
    every.how = weft::model::strategy::brute;
    every.max_executions = 20'000;
    if (const auto brute = run(text, it.last_values, every); brute.complete) {
      expect(got == outcomes(brute), std::string(it.name) + " against brute force:" + joined(outcomes(brute)));
    }
    ++count;
    executions += report.executions;
    redundant += report.redundant;
  }
  const auto adds = run(parse("Ax1. Ax1. | Ax1. Ax1. | Ax1. Ax1."), false);
  expect(adds.executions == 90,
         "3 threads of 2 read-modify-writes: 90 executions, the least possible; got " + std::to_string(adds.executions));
  const auto loads = run(parse("Wx1. Ry. Wx2. Ry. | Wy1. Rx. Wy2. Rx."), false);
  std::printf(
      "  %u litmus programs: %llu executions (+%llu cut short); 3 x 2 read-modify-writes: %llu; 2 x (st ld st ld): %llu "
      "(+%llu)\n",
      count, static_cast<unsigned long long>(executions), static_cast<unsigned long long>(redundant),
      static_cast<unsigned long long>(adds.executions), static_cast<unsigned long long>(loads.executions),
      static_cast<unsigned long long>(loads.redundant));
}

}  // namespace selftest
