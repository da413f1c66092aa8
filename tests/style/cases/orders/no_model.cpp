// rejects: no_model
struct flag {
  void look() {
    // order(flag.doze): light fence; twin in look().
    //   forbids: both look away.
    //   model: tests/model/there_is_no_such_model.cpp
    fence_light();
  }
};
