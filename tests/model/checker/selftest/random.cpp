// Random straight-line programs: the reduced search finds the outcomes that the axioms allow, no more and no fewer, and so
// does the search of every interleaving.
#include "harness.hpp"

#include <cstdio>
#include <random>

namespace selftest {

namespace {

program make_program(std::mt19937_64& random) {
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  constexpr std::memory_order any[] = {std::memory_order_relaxed, std::memory_order_relaxed, std::memory_order_acquire,
                                       std::memory_order_release, std::memory_order_acq_rel, std::memory_order_seq_cst};
  constexpr std::memory_order loads[] = {std::memory_order_relaxed, std::memory_order_acquire, std::memory_order_seq_cst};
  constexpr std::memory_order stores[] = {std::memory_order_relaxed, std::memory_order_release, std::memory_order_seq_cst};
  constexpr std::memory_order fences[] = {std::memory_order_acquire, std::memory_order_release, std::memory_order_acq_rel,
                                          std::memory_order_seq_cst, std::memory_order_seq_cst};
  const int threads = 2 + pick(2);
  const int words = 1 + pick(2);
  int left = 5 + pick(4);  // accesses in all: the oracle is exponential
  program it(static_cast<std::size_t>(threads));
  int next_value = 1;
  for (thread_program& thread : it) {
    const int length = 1 + pick(threads == 2 ? 5 : 3);
    for (int i = 0; i < length && left > 0; ++i) {
      instruction made;
      made.word = pick(words);
      const int kind = pick(20);
      if (kind < 6) {
        made.what = instruction::store;
        made.value = next_value++ % 7;
        made.order = stores[pick(3)];
      } else if (kind < 12) {
        made.what = instruction::load;
        made.order = loads[pick(3)];
      } else if (kind < 14) {
        made.what = instruction::add;
        made.value = 1;
        made.order = any[pick(6)];
      } else if (kind < 15) {
        made.what = instruction::exchange;
        made.value = next_value++ % 7;
        made.order = any[pick(6)];
      } else if (kind < 17) {
        made.what = instruction::cas;
        made.expected = pick(2);
        made.value = next_value++ % 7;
        made.order = any[pick(6)];
        made.failure = loads[pick(3)];
      } else {
        made.what = instruction::fence;
        made.order = fences[pick(5)];
      }
      if (made.what != instruction::fence) --left;
      thread.push_back(made);
    }
  }
  return it;
}

void compare(const program& it, const char* what, const std::set<std::string>& got, const std::set<std::string>& wanted) {
  if (got == wanted) return expect(true, "");
  std::string text = std::string(what) + ": " + print(it);
  for (const std::string& o : got) {
    if (!wanted.contains(o)) text += " +" + o;
  }
  for (const std::string& o : wanted) {
    if (!got.contains(o)) text += " -" + o;
  }
  expect(false, text);
}

}  // namespace

void test_random(unsigned count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uint64_t reduced_runs = 0, redundant = 0, brute_runs = 0;
  unsigned against_brute = 0;
  for (unsigned i = 0; i < count; ++i) {
    const program it = make_program(random);
    const auto reduced = run(it, true);
    expect(reduced.complete, "reduced search finishes: " + print(it) + reduced.failure);
    reduced_runs += reduced.executions;
    redundant += reduced.redundant;
    compare(it, "reduced search against axioms", outcomes(reduced), axiomatic_outcomes(it, true));
    if (i % 4 != 0) continue;
    weft::model::search_options every;
    every.how = weft::model::strategy::brute;
    every.max_executions = 20'000;
    const auto brute = run(it, true, every);
    if (!brute.complete) continue;  // too many interleavings to try
    ++against_brute;
    brute_runs += brute.executions;
    compare(it, "reduced search against brute force", outcomes(reduced), outcomes(brute));
  }
  std::printf("  %u random programs: %llu executions (+%llu cut short); %u of them also by brute force: %llu executions\n",
              count, static_cast<unsigned long long>(reduced_runs), static_cast<unsigned long long>(redundant),
              against_brute, static_cast<unsigned long long>(brute_runs));
}

}  // namespace selftest
