// xenium: ramalhete_queue and michael_scott_queue on its new_epoch_based; vyukov_bounded_queue, strong and weak.
//
// ramalhete_queue carries pointers, so the messages travel as pointers that nobody follows.
#include <array>  // the headers below forget it

#include <xenium/michael_scott_queue.hpp>
#include <xenium/ramalhete_queue.hpp>
#include <xenium/reclamation/generic_epoch_based.hpp>
#include <xenium/vyukov_bounded_queue.hpp>

#include <bit>

#include "problem.hpp"

namespace {

using reclaimer = xenium::policy::reclaimer<xenium::reclamation::new_epoch_based<>>;
using ramalhete = xenium::ramalhete_queue<std::uint64_t*, reclaimer, xenium::policy::entries_per_node<2048>>;
using michael_scott = xenium::michael_scott_queue<std::uint64_t, reclaimer>;
using vyukov = xenium::vyukov_bounded_queue<std::uint64_t>;

struct ramalhete_side {
  ramalhete& queue;
  // The low bits stay zero, as in a pointer.
  bool try_push(std::uint64_t m) {
    queue.push(std::bit_cast<std::uint64_t*>(m << 4));
    return true;
  }
  bool try_pop(std::uint64_t& m) {
    std::uint64_t* p = nullptr;
    if (!queue.try_pop(p)) return false;
    m = std::bit_cast<std::uint64_t>(p) >> 4;
    return true;
  }
};

struct michael_scott_side {
  michael_scott& queue;
  bool try_push(std::uint64_t m) {
    queue.push(m);
    return true;
  }
  bool try_pop(std::uint64_t& m) { return queue.try_pop(m); }
};

struct vyukov_side {
  vyukov& queue;
  bool try_push(std::uint64_t m) { return queue.try_push_strong(m); }
  bool try_pop(std::uint64_t& m) { return queue.try_pop_strong(m); }
};

struct vyukov_weak_side {
  vyukov& queue;
  bool try_push(std::uint64_t m) { return queue.try_push_weak(m); }
  bool try_pop(std::uint64_t& m) { return queue.try_pop_weak(m); }
};

}  // namespace

int main(int argc, char** argv) {
  constexpr auto peer = race::role::peer;
  constexpr auto fifo = queues::order::fifo;
  const auto make_vyukov = [] { return std::make_unique<vyukov>(queues::capacity); };
  return race::contest(
      argc, argv,
      {queues::entry_for<ramalhete_side>("xenium ramalhete_queue", "", peer, queues::unbounded_work, fifo,
                                         [] { return std::make_unique<ramalhete>(); }),
       queues::entry_for<michael_scott_side>("xenium michael_scott_queue", "", peer, queues::unbounded_work, fifo,
                                             [] { return std::make_unique<michael_scott>(); }),
       queues::entry_for<vyukov_side>("xenium vyukov_bounded_queue", "", peer, queues::bounded_work, fifo, make_vyukov),
       queues::entry_for<vyukov_weak_side>("xenium vyukov_bounded_queue weak", "", peer, queues::bounded_work, fifo,
                                           make_vyukov, "may refuse while another call is halfway")});
}
