// rejects: unreasoned
struct flag {
  int count() {
    // relaxed(under flag.down): no such tag.
    return word_.load(relaxed);
  }
};
