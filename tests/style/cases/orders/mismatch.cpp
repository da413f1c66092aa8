// rejects: mismatch
struct flag {
  bool is_up() {
    // order(flag.up): release; pairs with is_up().
    return word_.load(acquire);
  }
};
