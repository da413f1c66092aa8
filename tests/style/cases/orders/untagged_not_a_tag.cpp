// rejects: untagged
struct flag {
  void raise() {
    // order(up): release; pairs with raise().
    word_.store(1, release);
  }
};
