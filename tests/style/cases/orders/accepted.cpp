// accepted
struct flag {
  void raise() {
    // order(flag.up): release; pairs with is_up() and lower().
    //   carries what the raiser did.
    word_.store(1, release);
  }
  bool is_up() const {
    return word_.load(acquire) == 1;  // order(flag.up): acquire; pairs with raise().
  }
  bool lower() {
    int seen = 1;
    // order(flag.up): acq_rel; pairs with
    //   raise().
    return word_.compare_exchange_strong(seen, 0, acq_rel, acquire);
  }
  int count() const {
    // relaxed(count): a statistic.
    return count_.load(relaxed);
  }
  void note() {
    // relaxed(under flag.up): published by raise().
    count_.store(1, relaxed);
  }
  // A lone word may pair with itself.
  int turn() {
    // order(flag.turn): acq_rel; pairs with turn().
    return turn_.exchange(1, acq_rel);
  }
  void look() {
    // order(flag.doze): light fence; twin in sleep().
    fence_light();
  }
  void sleep() {
    // order(flag.doze): heavy fence; twin in look().
    fence_heavy();
  }
};
