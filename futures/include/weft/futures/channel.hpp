// recv(rx) and send(tx, message): a channel's operations as futures that borrow the end they work on.
#pragma once

#include <weft/atomic/assert.hpp>
#include <weft/channel/channel.hpp>
#include <weft/channel/outcome.hpp>
#include <weft/futures/future.hpp>

#include <optional>
#include <utility>

namespace weft::inline WEFT_ABI::futures {

/// One receive of a receiver that outlives it. What recv_async() is for a future that must own its receiver.
template <class T>
class [[nodiscard]] recv_from {
 public:
  static constexpr bool moves_while_polled = true;  // what waits lies with the receiver

  explicit recv_from(channel::receiver<T>& from) noexcept : from_(&from) {}
  recv_from(recv_from&& other) noexcept : from_(other.from_), waits_(std::exchange(other.waits_, false)) {}
  recv_from& operator=(recv_from&&) = delete;
  ~recv_from() {
    if (waits_) from_->cancel_recv();
  }

  [[nodiscard]] atomic::poll<channel::received<T>> poll(context& cx) {
    atomic::poll<channel::received<T>> answer = from_->poll_recv(cx);
    waits_ = answer.is_pending();
    return answer;
  }

 private:
  channel::receiver<T>* from_;
  bool waits_ = false;
};

/// One send by a sender that outlives it. What send_async() is for a future that must own its sender.
template <class T>
class [[nodiscard]] send_to {
 public:
  static constexpr bool moves_while_polled = true;

  send_to(channel::sender<T>& to, T&& message) noexcept : to_(&to), message_(std::move(message)) {}
  send_to(send_to&& other) noexcept
      : to_(other.to_), message_(std::move(other.message_)), waits_(std::exchange(other.waits_, false)) {}
  send_to& operator=(send_to&&) = delete;
  ~send_to() {
    if (waits_) static_cast<void>(to_->cancel_send());
  }

  [[nodiscard]] atomic::poll<channel::sent<T>> poll(context& cx) {
    atomic::poll<channel::sent<T>> answer = to_->poll_send(cx, message_);
    waits_ = answer.is_pending();
    return answer;
  }

 private:
  channel::sender<T>* to_;
  std::optional<T> message_;
  bool waits_ = false;
};

/// The next message, or `disconnected`.
///
/// Threads   one pending recv per receiver handle; copies of the receiver are free. The receiver stays where it is meanwhile.
/// Cost      a message that is there: as try_recv. The first wait of a receiver allocates.
/// Cancel    loses no message.
///
///     auto [tx, rx] = weft::channel::bounded<int>(1);
///     static_cast<void>(tx.send(3));
///     int three = *weft::block_on(weft::futures::recv(rx));
template <class T>
[[nodiscard]] recv_from<T> recv(channel::receiver<T>& from) noexcept {
  return recv_from<T>(from);
}

/// Sends the message when there is room, or gives it back, `disconnected`.
///
/// Threads   one pending send per sender handle; copies of the sender are free. The sender stays where it is meanwhile.
/// Cancel    destroys the message; nothing is half sent.
template <class T>
[[nodiscard]] send_to<T> send(channel::sender<T>& to, T message) noexcept {
  return send_to<T>(to, std::move(message));
}

}  // namespace weft::inline WEFT_ABI::futures
