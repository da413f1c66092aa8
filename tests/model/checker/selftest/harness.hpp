// What the self-tests share: running a body under the checker, and litmus programs written as text.
#pragma once

#include "engine.hpp"

#include <set>
#include <string>
#include <vector>

namespace selftest {

template <class F>
weft::model::report explore(F body, const weft::model::options& model = {}, const weft::model::search_options& search = {}) {
  return weft::model::the_engine().explore(
      model, search, [](void* it) { (*static_cast<F*>(it))(); }, &body);
}

/// One instruction of a litmus program.
struct instruction {
  enum kind { store, load, add, exchange, cas, fence, light, heavy, only_if } what = load;
  int word = 0;
  int value = 0;
  int expected = 0;
  std::memory_order order = std::memory_order_relaxed;
  std::memory_order failure = std::memory_order_relaxed;
};

using thread_program = std::vector<instruction>;
using program = std::vector<thread_program>;

/// Threads are separated by |, instructions by spaces; the last letter is the order: . relaxed, a acquire, l release,
/// b acq_rel, s seq_cst.   Wx1.  Rya  Ax1b (fetch_add)  Xx2s (exchange)  Cx01s. (0 → 1)  Fs  L  H   ?1 (go on if 1 was read)
program parse(const std::string& text);
std::string print(const program& it);

/// Runs the program in the checker; each outcome lists what was read, thread by thread, then the last values if wanted.
weft::model::report run(const program& it, bool last_values, const weft::model::search_options& search = {});
std::set<std::string> outcomes(const weft::model::report& report);

/// All outcomes that the axioms allow, found by trying every reads-from and every modification order.
std::set<std::string> axiomatic_outcomes(const program& it, bool last_values);

/// Counts and prints; main returns nonzero if anything failed.
void expect(bool condition, const std::string& what);
int failures();

void test_litmus();
void test_random(unsigned count, std::uint64_t seed);
void test_blocking(unsigned count, std::uint64_t seed);
void test_seeded_bugs();
void test_linear();

}  // namespace selftest
