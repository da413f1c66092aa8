// Pairs of functions that say the same through the seam (seam_…) and through the standard library (std_…).
#include <weft/atomic/seam.hpp>

#include <atomic>
#include <cstdint>

using weft::atom;
using word = std::uint64_t;

extern "C" {

word seam_load_relaxed(const atom<word>& a) { return a.load(weft::relaxed); }
word std_load_relaxed(const std::atomic<word>& a) { return a.load(std::memory_order_relaxed); }

word seam_load_acquire(const atom<word>& a) { return a.load(weft::acquire); }
word std_load_acquire(const std::atomic<word>& a) { return a.load(std::memory_order_acquire); }

void seam_store_release(atom<word>& a, word value) { a.store(value, weft::release); }
void std_store_release(std::atomic<word>& a, word value) { a.store(value, std::memory_order_release); }

void seam_store_seq_cst(atom<word>& a, word value) { a.store(value, weft::seq_cst); }
void std_store_seq_cst(std::atomic<word>& a, word value) { a.store(value, std::memory_order_seq_cst); }

word seam_exchange(atom<word>& a, word value) { return a.exchange(value, weft::acq_rel); }
word std_exchange(std::atomic<word>& a, word value) { return a.exchange(value, std::memory_order_acq_rel); }

word seam_fetch_add(atom<word>& a) { return a.fetch_add(1, weft::relaxed); }
word std_fetch_add(std::atomic<word>& a) { return a.fetch_add(1, std::memory_order_relaxed); }

bool seam_lower(atom<word>& a) {
  word seen = a.load(weft::relaxed);
  while (seen != 0) {
    if (a.compare_exchange_weak(seen, seen - 1, weft::acq_rel, weft::acquire)) return true;
  }
  return false;
}
bool std_lower(std::atomic<word>& a) {
  word seen = a.load(std::memory_order_relaxed);
  while (seen != 0) {
    if (a.compare_exchange_weak(seen, seen - 1, std::memory_order_acq_rel, std::memory_order_acquire)) return true;
  }
  return false;
}
}
