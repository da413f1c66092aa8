// Programs that block, random ones and those that once came out wrong: the reduced search sees the outcomes that the search
// of every interleaving sees, and a deadlock where that sees one.
#include "harness.hpp"

#include <weft/atomic/seam.hpp>

#include <chrono>
#include <cstdio>
#include <random>

namespace selftest {

namespace {

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

std::string print(const blocking& it) {
  static constexpr const char* names[] = {"add", "look", "locked", "tried", "wait", "timed_wait", "wake", "spin"};
  std::string text;
  for (const auto& steps : it.threads) {
    for (const step& s : steps)
      text += std::string(" ") + names[s.what] + "(" + std::to_string(s.word) + "," + std::to_string(s.value) + ")";
    text += " |";
  }
  return text;
}

enum class compared { too_large, equal, deadlock };

compared compare_searches(const blocking& it) {
  const auto reduced = explore(it);
  weft::model::search_options every;
  every.how = weft::model::strategy::brute;
  every.max_executions = 30'000;
  const auto brute = explore(it, {}, every);
  if (!brute.complete && !brute.failed) return compared::too_large;
  expect(reduced.failed == brute.failed, "blocking, deadlock or not:" + print(it) + reduced.failure + brute.failure);
  if (reduced.failed || brute.failed) return compared::deadlock;
  expect(reduced.outcomes == brute.outcomes, "blocking, outcomes " + std::to_string(reduced.outcomes.size()) + " against " +
                                                 std::to_string(brute.outcomes.size()) + ":" + print(it));
  return compared::equal;
}

// A change of a mutex or queue that goes before one of several looks at it still comes after the others.
void test_known() {
  const step look{step::look, 1, 0}, try_it{step::tried, 0, 0}, lock_it{step::locked, 0, 0}, timed{step::timed_wait, 1, 1};
  const blocking programs[] = {
      {{{look, try_it}, {try_it, lock_it}, {lock_it}}},
      {{{try_it}, {timed, try_it}, {try_it, try_it}}},
  };
  for (const blocking& it : programs) expect(compare_searches(it) == compared::equal, "compared in full:" + print(it));
}

blocking make_blocking(std::mt19937_64& random) {
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  blocking it;
  const int threads = 2 + pick(2);
  for (int t = 0; t < threads; ++t) {
    std::vector<step> steps;
    const int length = 1 + pick(threads == 2 ? 3 : 2);
    for (int k = 0; k < length; ++k) {
      const auto what = static_cast<step::kind>(pick(8));
      const int value = (what == step::wake ? 1 : 0) + pick(2);
      steps.push_back({what, pick(3) == 0 ? 1 : 0, value});
    }
    it.threads.push_back(steps);
  }
  return it;
}

}  // namespace

void test_blocking(unsigned count, std::uint64_t seed) {
  test_known();
  std::mt19937_64 random(seed);
  unsigned done = 0, deadlocks = 0;
  for (unsigned i = 0; i < count; ++i) {
    const compared how = compare_searches(make_blocking(random));
    done += how != compared::too_large ? 1 : 0;
    deadlocks += how == compared::deadlock ? 1 : 0;
  }
  std::printf("  %u random programs that block, by both searches; %u of them with a deadlock\n", done, deadlocks);
}

}  // namespace selftest
