// rejects: stranger
struct flag {
  void raise() {
    // order(flag.up): release; pairs with is_down().
    word_.store(1, release);
  }
  bool is_up() {
    // order(flag.up): acquire; pairs with raise().
    return word_.load(acquire);
  }
  bool is_down() { return false; }
};
