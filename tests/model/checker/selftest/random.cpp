// Random straight-line programs: the reduced search finds the outcomes that the axioms allow, no more and no fewer, and so
// does the search of every interleaving.
#include "harness.hpp"

#include <weft/atomic/seam.hpp>

#include <chrono>
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

// ---------------------------------------------------------------------------------------------- what blocks

struct step {
  enum kind { add, look, locked, tried, wait, timed_wait, wake, spin } what;
  int word;
  int value;
};

// Threads that lock, try, sleep, wake and wait in a loop; what they see is the outcome, a deadlock is a failure.
struct blocking {
  std::vector<std::vector<step>> threads;

  void operator()() const {
    using namespace weft;
    using namespace std::chrono_literals;
    atom<std::uint32_t> words[2];
    bare_mutex mutex;
    std::int64_t seen[16];
    for (auto& s : seen) s = -1;
    int count = 0;
    const auto body = [&](const std::vector<step>& steps, std::int64_t* out) {
      for (const step& s : steps) {
        atom<std::uint32_t>& word = words[s.word];
        switch (s.what) {
          case step::add:
            *out++ = word.fetch_add(1, relaxed);
            break;
          case step::look:
            *out++ = word.load(relaxed);
            break;
          case step::locked: {
            const bare_lock held(mutex);
            *out++ = count++;
            break;
          }
          case step::tried:
            if (mutex.try_lock()) {
              *out++ = count++;
              mutex.unlock();
            } else {
              *out++ = 9;
            }
            break;
          case step::wait:
            *out++ = 20 + static_cast<int>(atomic::futex_wait(word, static_cast<std::uint32_t>(s.value)));
            break;
          case step::timed_wait:
            *out++ =
                20 + static_cast<int>(atomic::futex_wait(word, static_cast<std::uint32_t>(s.value), deadline_after(1ms)));
            break;
          case step::wake:
            *out++ = 30 + atomic::futex_wake(word, s.value);
            break;
          case step::spin:
            while (word.load(relaxed) < static_cast<std::uint32_t>(s.value)) cpu_relax();
            *out++ = 40;
            break;
        }
      }
    };
    {
      const weft::model::running first = weft::model::spawn([&] { body(threads[0], seen); });
      const weft::model::running second = weft::model::spawn([&] { body(threads[1], seen + 4); });
      if (threads.size() > 2) {
        const weft::model::running third = weft::model::spawn([&] { body(threads[2], seen + 8); });
      }
    }
    weft::model::the_engine().outcome(seen, 12);
  }
};

void test_blocking(unsigned count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  unsigned compared = 0, deadlocks = 0;
  for (unsigned i = 0; i < count; ++i) {
    blocking it;
    const int threads = 2 + pick(2);
    for (int t = 0; t < threads; ++t) {
      std::vector<step> steps;
      const int length = 1 + pick(threads == 2 ? 3 : 2);
      for (int k = 0; k < length; ++k) {
        const auto what = static_cast<step::kind>(pick(8));
        const int value = what == step::wake ? 1 + pick(2) : what == step::spin ? pick(2) : pick(2);
        steps.push_back({what, pick(3) == 0 ? 1 : 0, value});
      }
      it.threads.push_back(steps);
    }
    const auto reduced = explore(it);
    weft::model::search_options every;
    every.how = weft::model::strategy::brute;
    every.max_executions = 30'000;
    const auto brute = explore(it, {}, every);
    if (!brute.complete && !brute.failed) {
      expect(!reduced.failed || brute.executions >= 1, "");
      continue;
    }
    ++compared;
    deadlocks += reduced.failed ? 1 : 0;
    std::string text;
    for (const auto& steps : it.threads) {
      for (const step& s : steps)
        text += " " + std::to_string(s.what) + "/" + std::to_string(s.word) + "/" + std::to_string(s.value);
      text += " |";
    }
    expect(reduced.failed == brute.failed, "blocking, deadlock or not:" + text + reduced.failure + brute.failure);
    if (!reduced.failed && !brute.failed) {
      expect(reduced.outcomes == brute.outcomes, "blocking, outcomes " + std::to_string(reduced.outcomes.size()) +
                                                     " against " + std::to_string(brute.outcomes.size()) + ":" + text);
    }
  }
  std::printf("  %u random programs that block, by both searches; %u of them with a deadlock\n", compared, deadlocks);
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
  test_blocking(count / 4, seed);
}

}  // namespace selftest
