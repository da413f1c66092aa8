// rejects: lonely stranger
struct flag {
  void raise() {
    // order(flag.up): release; pairs with is_up().
    word_.store(1, release);
  }
  bool is_up() { return false; }
};
