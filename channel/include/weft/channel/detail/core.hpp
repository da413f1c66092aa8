// core: one channel of any kind, and the count of those who hold its ends.
//
// Words           states                                     moved by
//   senders_      how many senders there are                 handles and operations, as they come and go
//   receivers_    how many receivers                         likewise
//   left_         0 → 1                                      the first of the two sides to be all gone
// Invariants
//   C1  A count that has come to zero stays there: only who holds an end can make another.
//   C2  The side that goes first closes the channel; the side that goes second destroys it.
//   C3  When the last receiver has gone, all messages that were sent have been destroyed.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/assert.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/channel/detail/buffered.hpp>
#include <weft/channel/detail/meeting.hpp>
#include <weft/channel/detail/ring.hpp>
#include <weft/channel/detail/segments.hpp>
#include <weft/channel/outcome.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace weft::inline WEFT_ABI::channel::detail {

enum class flavour : std::uint8_t { bounded, unbounded, rendezvous };

template <class T>
struct bounded_core;
template <class T>
struct unbounded_core;
template <class T>
struct rendezvous_core;

template <class T>
class core {
 public:
  core(const core&) = delete;
  core& operator=(const core&) = delete;

  /// Calls f with the engine of this channel's kind. The kinds are three, known, and fixed at birth: a branch, not a table.
  template <class F>
  decltype(auto) visit(F f) {
    switch (kind_) {
      [[likely]] case flavour::bounded : return f(static_cast<bounded_core<T>*>(this)->engine);
      case flavour::unbounded:
        return f(static_cast<unbounded_core<T>*>(this)->engine);
      case flavour::rendezvous:
        break;
    }
    return f(static_cast<rendezvous_core<T>*>(this)->engine);
  }

  void add_sender() noexcept { add(senders_); }
  void add_receiver() noexcept { add(receivers_); }
  void drop_sender() noexcept {
    // order(core.senders): acq_rel; pairs with drop_sender().
    //   what other senders did happens before the close that a receiver sees.
    if (senders_.fetch_sub(1, acq_rel) == 1) {
      visit([](auto& engine) noexcept { engine.close(); });
      leave();
    }
  }
  void drop_receiver() noexcept {
    // order(core.receivers): acq_rel; pairs with drop_receiver().
    if (receivers_.fetch_sub(1, acq_rel) == 1) {
      visit([](auto& engine) noexcept {
        engine.close();
        engine.discard();
      });
      leave();
    }
  }

  [[nodiscard]] std::size_t senders() const noexcept {
    // relaxed(count): a number for the curious.
    return senders_.load(relaxed);
  }
  [[nodiscard]] std::size_t receivers() const noexcept {
    // relaxed(count): a number for the curious.
    return receivers_.load(relaxed);
  }

 protected:
  explicit core(flavour kind) noexcept : kind_(kind) {}
  ~core() = default;

 private:
  static void add(atom<std::uint32_t>& count) noexcept {
    // relaxed(count): whoever adds one holds one (C1).
    const std::uint32_t before = count.fetch_add(1, relaxed);
    WEFT_ASSERT(before < std::uint32_t{1} << 31, "a channel has more than 2^31 senders or receivers: handles are leaking");
  }
  void leave() noexcept {
    // order(core.left): acq_rel; pairs with leave().
    //   what the other side did happens before the destruction.
    if (left_.exchange(1, acq_rel) == 1) destroy();
  }
  void destroy() noexcept {
    switch (kind_) {
      case flavour::bounded:
        return delete static_cast<bounded_core<T>*>(this);
      case flavour::unbounded:
        return delete static_cast<unbounded_core<T>*>(this);
      case flavour::rendezvous:
        return delete static_cast<rendezvous_core<T>*>(this);
    }
  }

  const flavour kind_;
  atom<std::uint32_t> senders_{1};
  atom<std::uint32_t> receivers_{1};
  atom<std::uint32_t> left_{0};
};

template <class T>
struct bounded_core final : core<T> {
  explicit bounded_core(std::size_t capacity) : core<T>(flavour::bounded), engine(capacity) {}
  buffered<T, ring<T>> engine;
};

template <class T>
struct unbounded_core final : core<T> {
  unbounded_core() noexcept : core<T>(flavour::unbounded) {}
  buffered<T, segments<T>> engine;
};

template <class T>
struct rendezvous_core final : core<T> {
  rendezvous_core() noexcept : core<T>(flavour::rendezvous) {}
  meeting<T> engine;
};

/// True for the engine that hands over from hand to hand.
template <class Engine>
inline constexpr bool is_meeting = false;
template <class T>
inline constexpr bool is_meeting<meeting<T>> = true;

/// A task's operation on a channel, between polls; nothing is half done while it waits.
template <class T>
struct pending_operation {
  polling place;                                      // in a buffered channel
  std::unique_ptr<typename meeting<T>::guest> guest;  // in a rendezvous channel

  /// `full`: will be woken; a rendezvous channel keeps the message meanwhile.
  [[nodiscard]] outcome poll_send(core<T>& in, const waker& task, std::optional<T>& message) {
    return in.visit([&]<class Engine>(Engine& engine) {
      if constexpr (is_meeting<Engine>) {
        return engine.poll_send(guest, task, message);
      } else {
        return engine.poll_send(place, task, *message);
      }
    });
  }
  /// `empty`: will be woken.
  [[nodiscard]] outcome poll_recv(core<T>& in, const waker& task, std::optional<T>& target) {
    return in.visit([&]<class Engine>(Engine& engine) {
      if constexpr (is_meeting<Engine>) {
        return engine.poll_recv(guest, task, target);
      } else {
        return engine.poll_recv(place, task, target);
      }
    });
  }
  std::optional<T> cancel_send(core<T>& in) noexcept {
    return in.visit([&]<class Engine>(Engine& engine) noexcept -> std::optional<T> {
      if constexpr (is_meeting<Engine>) {
        return engine.cancel_send(std::move(guest));
      } else {
        engine.cancel_send(place);
        return std::nullopt;
      }
    });
  }
  void cancel_recv(core<T>& in) noexcept {
    in.visit([&]<class Engine>(Engine& engine) noexcept {
      if constexpr (is_meeting<Engine>) {
        engine.cancel_recv(std::move(guest));
      } else {
        engine.cancel_recv(place);
      }
    });
  }
};

}  // namespace weft::inline WEFT_ABI::channel::detail
