// A payload that counts its lives, so that a leak or a double free is seen even without a sanitizer.
#pragma once

#include <weft/atomic/seam.hpp>

namespace weft_test {

struct ledger {
  weft::atom<long> born{0};
  weft::atom<long> dead{0};
  long alive() const { return born.load(weft::acquire) - dead.load(weft::acquire); }
};

class counted {
 public:
  explicit counted(ledger& book, long value = 0) : book_(book), value_(value), check_(~value) {
    book_.born.fetch_add(1, weft::acq_rel);
  }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() {
    value_ = 1;
    check_ = 1;
    book_.dead.fetch_add(1, weft::acq_rel);
  }
  long value() const { return value_; }
  /// False once it has been destroyed.
  bool is_intact() const { return check_ == ~value_; }

 private:
  ledger& book_;
  long value_;
  long check_;
};

}  // namespace weft_test
