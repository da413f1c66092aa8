// Each transition of the sleep word moves its own fields and no other, and both questions follow from the fields.
#include <weft/par/detail/sleep_word.hpp>

#include "weft_catch.hpp"

using weft::par::detail::sleep_word;

TEST_CASE("sleep_word smoke: two workers and a guest", "[par][sleep]") {
  sleep_word w;
  CHECK(w.look().room() == 0);
  CHECK_FALSE(w.look().wants_helper());
  w.start_searching();
  w.start_searching();
  CHECK(w.look().searching() == 2);
  CHECK(w.look().room() == 0);
  w.worker_sleeps();
  CHECK_FALSE(w.look().wants_helper());  // the other one still searches
  CHECK_FALSE(w.look().wants_worker());
  w.worker_sleeps();
  CHECK(w.look().searching() == 0);
  CHECK(w.look().room() == 2);
  CHECK(w.look().workers_asleep() == 2);
  CHECK(w.look().wants_helper());
  w.add_guest();
  CHECK(w.look().room() == 1);
  CHECK(w.look().wants_helper());
  w.add_guest();
  CHECK_FALSE(w.look().wants_helper());  // two busy: the cores are taken
  CHECK(w.look().wants_worker());        // but workers sleep
  w.add_guest();
  CHECK(w.look().room() == -1);
  CHECK_FALSE(w.look().wants_helper());
  CHECK(w.remove_guest().room() == -1);
  CHECK(w.remove_guest().room() == 0);
  w.worker_wakes();
  CHECK(w.look().searching() == 1);
  CHECK(w.stop_searching().searching() == 0);
  CHECK(w.look().room() == 0);
  CHECK(w.look().workers_asleep() == 1);
}

TEST_CASE("sleep_word guests sleep without counting as workers", "[par][sleep]") {
  sleep_word w;
  w.add_guest();
  CHECK(w.look().room() == -1);
  w.start_searching();
  w.guest_sleeps();
  CHECK(w.look().room() == 0);
  CHECK(w.look().workers_asleep() == 0);
  CHECK(w.look().searching() == 0);
  w.guest_wakes();
  CHECK(w.look().room() == -1);
  CHECK(w.look().searching() == 1);
}

TEST_CASE("sleep_word capacity: the most workers and many guests stay in their fields", "[par][sleep]") {
  sleep_word w;
  for (std::size_t i = 0; i < sleep_word::most_workers; ++i) w.start_searching();
  CHECK(w.look().searching() == sleep_word::most_workers);
  for (std::size_t i = 0; i < sleep_word::most_workers; ++i) w.worker_sleeps();
  CHECK(w.look().room() == sleep_word::most_workers);
  CHECK(w.look().workers_asleep() == sleep_word::most_workers);
  CHECK(w.look().searching() == 0);
  CHECK(w.look().wants_helper());
  for (int i = 0; i < 100'000; ++i) w.add_guest();
  CHECK(w.look().room() == static_cast<std::int64_t>(sleep_word::most_workers) - 100'000);
  CHECK_FALSE(w.look().wants_helper());
  CHECK(w.look().searching() == 0);
}
