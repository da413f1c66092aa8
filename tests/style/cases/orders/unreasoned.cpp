// rejects: unreasoned
struct flag {
  int count() {
    // Nobody minds.
    return word_.load(relaxed);
  }
};
