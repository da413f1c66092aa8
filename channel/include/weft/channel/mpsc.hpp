// mpsc<T>: channels with one receiver that can't be copied. The engines are those of bounded and unbounded.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/channel/channel.hpp>

#include <cstddef>
#include <utility>

namespace weft::inline WEFT_ABI::channel {

/// A receiver that can be moved but not copied: whoever has it gets every message, in order.
///
/// As receiver<T> in all else; each sender's messages arrive in the order in which it sent them.
template <class T>
class mpsc_receiver : private receiver<T> {
 public:
  using typename receiver<T>::value_type;
  using typename receiver<T>::iterator;

  explicit mpsc_receiver(receiver<T>&& only) noexcept : receiver<T>(std::move(only)) {}
  mpsc_receiver(mpsc_receiver&&) noexcept = default;
  mpsc_receiver& operator=(mpsc_receiver&&) noexcept = default;
  mpsc_receiver(const mpsc_receiver&) = delete;
  mpsc_receiver& operator=(const mpsc_receiver&) = delete;

  using receiver<T>::recv;
  using receiver<T>::try_recv;
  using receiver<T>::recv_until;
  using receiver<T>::recv_for;
  using receiver<T>::recv_async;
  using receiver<T>::poll_recv;
  using receiver<T>::cancel_recv;
  using receiver<T>::close;
  using receiver<T>::is_closed;
  using receiver<T>::len;
  using receiver<T>::is_empty;
  using receiver<T>::is_full;
  using receiver<T>::capacity;
  using receiver<T>::begin;
  using receiver<T>::end;
  [[nodiscard]] bool same_channel(const sender<T>& other) const noexcept { return receiver<T>::same_channel(other); }
};

/// The two ends of a new channel with one receiver.
template <class T>
struct mpsc_ends {
  sender<T> tx;
  mpsc_receiver<T> rx;
};

/// As bounded<T>(capacity), with one receiver. Capacity 0: a rendezvous.
template <class T>
[[nodiscard]] mpsc_ends<T> mpsc(std::size_t capacity) {
  auto [tx, rx] = bounded<T>(capacity);
  return {std::move(tx), mpsc_receiver<T>(std::move(rx))};
}

/// As unbounded<T>(), with one receiver.
///
///     auto [tx, rx] = weft::channel::mpsc<int>();
///     static_cast<void>(tx.send(1));
///     std::optional<int> one = rx.recv().into_optional();
template <class T>
[[nodiscard]] mpsc_ends<T> mpsc() {
  auto [tx, rx] = unbounded<T>();
  return {std::move(tx), mpsc_receiver<T>(std::move(rx))};
}

}  // namespace weft::inline WEFT_ABI::channel
