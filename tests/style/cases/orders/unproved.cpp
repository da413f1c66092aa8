// rejects: unproved
struct flag {
  void look() {
    // order(flag.doze): light fence; twin in look().
    //   forbids: both look away.
    fence_light();
  }
};
