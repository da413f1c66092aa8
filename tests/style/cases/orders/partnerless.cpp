// rejects: partnerless
struct flag {
  void raise() {
    // order(flag.up): release; the reader sees it.
    word_.store(1, release);
  }
  bool is_up() {
    // order(flag.up): acquire; pairs with raise().
    return word_.load(acquire);
  }
};
