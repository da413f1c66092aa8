// rejects: untagged
struct flag {
  void raise() {
    // order in words is no tag: release.
    word_.store(1, release);
  }
};
