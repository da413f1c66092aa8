// The signal behind block_on.
//
// Words     states                    moved by
//   woken_  0 → 1 → 0 …               wake() sets it, wait() takes it back
//   refs_   owners of the block       the waiting thread and every waker
// Invariants
//   S1  A wake between two polls is seen by the later one: woken_ stays 1 until wait() takes it, and each wake writes it.
//   S2  Only the first wake after a wait() pays for waking the thread.
#include <weft/futures/detail/signal.hpp>

#include <weft/atomic/seam.hpp>
#include <weft/par/detail/engine.hpp>

#include <cstdint>

namespace weft::inline WEFT_ABI::futures::detail {

class signal_block {
 public:
  signal_block() : thread_(par::detail::thread_waker()) {}

  void wake() noexcept {
    // order(signal.woken): release; pairs with wait().
    //   carries what the waker did, to the poll that follows; also when the word was 1 already.
    if (woken_.exchange(1, release) == 0) thread_.wake_by_ref();
  }

  void wait() {
    // relaxed(under signal.woken): the exchange below reads this value or a later one.
    par::detail::wait_until([this] { return woken_.load(relaxed) == 1; });
    // order(signal.woken): acquire; pairs with wake().
    //   a wake that comes between the load and this exchange is for the same poll.
    woken_.exchange(0, acquire);
  }

  void add_ref() noexcept {
    // relaxed(count): whoever copies a reference holds one.
    refs_.fetch_add(1, relaxed);
  }
  void drop_ref() noexcept {
    // order(signal.refs): release and acquire; pairs with drop_ref().
    if (refs_.fetch_sub(1, acq_rel) == 1) delete this;
  }

 private:
  atom<std::uint32_t> woken_{0};
  atom<std::uint64_t> refs_{1};
  const waker thread_;
};

namespace {
signal_block* block(void* data) noexcept { return static_cast<signal_block*>(data); }

constexpr atomic::waker_vtable functions{
    [](void* data) noexcept {
      block(data)->add_ref();
      return data;
    },
    [](void* data) noexcept {
      block(data)->wake();
      block(data)->drop_ref();
    },
    [](void* data) noexcept { block(data)->wake(); },
    [](void* data) noexcept { block(data)->drop_ref(); },
};
}  // namespace

signal::signal() : block_(new signal_block) {}
signal::~signal() { block_->drop_ref(); }

waker signal::make_waker() const noexcept {
  block_->add_ref();
  return waker(functions, block_);
}

void signal::wait() const { block_->wait(); }

}  // namespace weft::inline WEFT_ABI::futures::detail
