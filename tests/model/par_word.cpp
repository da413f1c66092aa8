// The word of sleep and search carries jobs: what a searcher has moved into its queue before it stopped is seen by the last one to
// stop or to lie down, which looks around for all of them.
#include <weft/par/detail/sleep_word.hpp>
#include <weft_model/model.hpp>

using namespace weft;

namespace {

using par::detail::sleep_word;

// Whoever finds that nobody searches any more looks.
MODEL("par_word: stop || stop") {
  sleep_word word;
  word.start_searching();
  word.start_searching();
  atom<int> moved[2] = {};
  const auto look = [&](sleep_word::view after) {
    if (after.searching() != 0) return;
    model::check(moved[0].load(relaxed) == 1 && moved[1].load(relaxed) == 1, "the last one sees what all have moved");
  };
  model::threads(
      [&] {
        moved[0].store(1, relaxed);
        look(word.stop_searching());
      },
      [&] {
        moved[1].store(1, relaxed);
        look(word.stop_searching());
      });
}

// Who lies down has nothing to hand on: it has found no work.
template <class LieDown>
void who_lies_down_sees(LieDown lie_down) {
  sleep_word word;
  word.start_searching();
  word.start_searching();
  atom<int> moved{0};
  model::threads(
      [&] {
        moved.store(1, relaxed);
        static_cast<void>(word.stop_searching());
      },
      [&] {
        if (lie_down(word).searching() == 0) model::check(moved.load(relaxed) == 1, "it sees what the other has moved");
      });
}

MODEL("par_word: stop || a worker lies down") {
  who_lies_down_sees([](sleep_word& word) { return word.worker_sleeps(); });
}
MODEL("par_word: stop || a guest lies down") {
  who_lies_down_sees([](sleep_word& word) { return word.guest_sleeps(); });
}

}  // namespace
