// rejects: untagged
struct flag {
  void look() { fence_light(); }
};
