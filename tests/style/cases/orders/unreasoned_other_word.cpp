// rejects: unreasoned
struct flag {
  int count() {
    // relaxed(fast): nobody minds.
    return word_.load(relaxed);
  }
};
