// rejects: untagged
struct flag {
  void raise() {
    // order(flag.up): release; pairs with raise().
    word_.store(1, release);
    one();
    two();
    three();
    four();
    five();
    six();
    word_.store(2, release);
  }
};
