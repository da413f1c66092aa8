// sender<T> and receiver<T>: the two ends of a channel, for threads and tasks at once; bounded, unbounded, rendezvous.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/assert.hpp>
#include <weft/atomic/poll.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>
#include <weft/channel/detail/core.hpp>
#include <weft/channel/outcome.hpp>

#include <chrono>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

namespace weft::inline WEFT_ABI::channel {

template <class T>
class sender;
template <class T>
class receiver;

namespace detail {

/// How a core is born, and ends are made of it.
template <class T>
struct maker {
  static sender<T> make_sender(core<T>* of) noexcept { return sender<T>(of); }
  static receiver<T> make_receiver(core<T>* of) noexcept { return receiver<T>(of); }
};

/// A counted hold on one side of a channel.
template <class T, bool Sends>
class hold_on {
 public:
  explicit hold_on(core<T>* of) noexcept : core_(of) {}
  hold_on(const hold_on& other) noexcept : core_(&other.get()) {
    if constexpr (Sends) {
      core_->add_sender();
    } else {
      core_->add_receiver();
    }
  }
  hold_on(hold_on&& other) noexcept : core_(std::exchange(other.core_, nullptr)) {}
  hold_on& operator=(hold_on other) noexcept {
    std::swap(core_, other.core_);
    return *this;
  }
  ~hold_on() {
    if (core_ == nullptr) return;
    if constexpr (Sends) {
      core_->drop_sender();
    } else {
      core_->drop_receiver();
    }
  }
  [[nodiscard]] core<T>& get() const noexcept {
    WEFT_ASSERT(core_ != nullptr, "a channel handle was used after it had been moved from");
    return *core_;
  }
  [[nodiscard]] core<T>* peek() const noexcept { return core_; }

 private:
  core<T>* core_;
};

}  // namespace detail

/// A send that a task waits for: a future whose output is sent<T>.
///
/// Threads   one at a time. May be moved until it is first polled.
/// Cancel    destroying it before it is ready takes the message back and destroys it; nothing is half sent.
template <class T>
class [[nodiscard]] send_future {
 public:
  using output = sent<T>;

  send_future(send_future&&) noexcept = default;
  send_future& operator=(send_future&&) = delete;
  ~send_future() {
    if (side_.peek() != nullptr) static_cast<void>(operation_.cancel_send(side_.get()));
  }

  /// Errors    bad_alloc, and then nothing has happened.
  weft::poll<sent<T>> poll(context& task) {
    WEFT_ASSERT(!finished_, "send_future::poll() was called again after it had been ready");
    const outcome result = operation_.poll_send(side_.get(), task.get_waker(), message_);
    if (result == outcome::full) return pending;
    finished_ = true;
    if (result == outcome::ok) return sent<T>{};
    return sent<T>{result, std::move(*message_)};
  }

 private:
  friend class sender<T>;
  send_future(const detail::hold_on<T, true>& side, T&& message) : side_(side), message_(std::move(message)) {}

  detail::hold_on<T, true> side_;
  detail::pending_operation<T> operation_;
  std::optional<T> message_;
  bool finished_ = false;
};

/// A receive that a task waits for: a future whose output is received<T>.
///
/// Threads   one at a time. May be moved until it is first polled.
/// Cancel    destroying it before it is ready loses no message, and what it had been told goes on to another receiver.
template <class T>
class [[nodiscard]] recv_future {
 public:
  using output = received<T>;

  recv_future(recv_future&&) noexcept = default;
  recv_future& operator=(recv_future&&) = delete;
  ~recv_future() {
    if (side_.peek() != nullptr) operation_.cancel_recv(side_.get());
  }

  /// Errors    bad_alloc, and then nothing has happened.
  weft::poll<received<T>> poll(context& task) {
    WEFT_ASSERT(!finished_, "recv_future::poll() was called again after it had been ready");
    std::optional<T> message;
    const outcome result = operation_.poll_recv(side_.get(), task.get_waker(), message);
    if (result == outcome::empty) return pending;
    finished_ = true;
    if (result == outcome::ok) return received<T>(std::in_place, std::move(*message));
    return received<T>(result);
  }

 private:
  friend class receiver<T>;
  explicit recv_future(const detail::hold_on<T, false>& side) : side_(side) {}

  detail::hold_on<T, false> side_;
  detail::pending_operation<T> operation_;
  bool finished_ = false;
};

/// The sending end. Copies send into the same channel; when the last of them is gone, receivers get what is left, and then
/// `disconnected`.
///
/// Threads   send, try_send, close and the questions: any, at the same time on one handle. poll_send and cancel_send: one at a time per
///           handle. A handle that was moved from may only be destroyed or assigned to.
/// Progress  try_send of a bounded channel as array_queue::push, of an unbounded one as seg_queue::push; a rendezvous takes a lock for
///           a few instructions. The others block: they spin for some microseconds, then sleep in the kernel.
/// Order     FIFO per channel; what happened before a send is visible to the thread that receives the message, and what happened
///           before a close to those who see `disconnected`.
/// Errors    an unbounded channel: bad_alloc, and the message is destroyed with the call; the other kinds have no memory to ask for.
///           T needs a noexcept move constructor (checked).
template <class T>
class sender {
 public:
  using value_type = T;

  sender(const sender& other) noexcept : side_(other.side_) {}
  sender(sender&&) noexcept = default;
  sender& operator=(const sender& other) noexcept { return *this = sender(other); }
  sender& operator=(sender&& other) noexcept {
    if (this == &other) return *this;
    abandon();
    operation_ = std::move(other.operation_);
    side_ = std::move(other.side_);
    return *this;
  }
  ~sender() { abandon(); }

  /// Sends, waiting for room as long as it takes.
  ///
  /// Returns   `ok`, or `disconnected` with the message: closed, or no receiver is left.
  ///
  ///     auto [tx, rx] = weft::channel::bounded<int>(4);
  ///     if (tx.send(7)) static_cast<void>(*rx.recv() == 7);
  sent<T> send(T message) { return send_by(std::move(message), clock::time_point::max()); }

  /// Sends if that needs no waiting.
  ///
  /// Returns   `ok`; else, with the message, `full` (for a rendezvous: nobody is waiting for it) or `disconnected`.
  sent<T> try_send(T message) {
    return finish(side_.get().visit([&](auto& engine) { return engine.try_send(message); }), message);
  }

  /// Sends, waiting for room until the deadline, or for so long; however long that is.
  ///
  /// Returns   `ok`; else, with the message, `timed_out` or `disconnected`. Room that is there wins over a deadline that has passed.
  sent<T> send_until(T message, clock::time_point deadline) { return send_by(std::move(message), deadline); }
  template <class Rep, class Period>
  sent<T> send_for(T message, std::chrono::duration<Rep, Period> duration) {
    return send_by(std::move(message), deadline_after(duration));
  }

  /// For a task: a future that sends. May outlive this handle.
  send_future<T> send_async(T message) const { return send_future<T>(side_, std::move(message)); }

  /// For a task: sends `message`, or sees to it that the task is woken when it may try again.
  ///
  /// Returns   `ok`, `disconnected` with the message, or pending. While pending, a rendezvous channel keeps the message and `message`
  ///           is empty; so pass the same optional again, or give up by cancel_send().
  /// Errors    bad_alloc, and then nothing has happened.
  weft::poll<sent<T>> poll_send(context& task, std::optional<T>& message) {
    if (operation_ == nullptr) operation_ = std::make_unique<detail::pending_operation<T>>();
    WEFT_ASSERT(message.has_value() || operation_->guest != nullptr, "poll_send() needs a message to send");
    const outcome result = operation_->poll_send(side_.get(), task.get_waker(), message);
    if (result == outcome::full) return pending;
    std::optional<T> goods = std::exchange(message, std::nullopt);
    if (result == outcome::ok) return sent<T>{};
    return sent<T>{result, std::move(*goods)};
  }
  /// Gives up a pending poll_send(). Returns the message if the channel had it; a buffered channel leaves it with the caller.
  std::optional<T> cancel_send() noexcept {
    return operation_ == nullptr ? std::nullopt : operation_->cancel_send(side_.get());
  }

  /// No send succeeds from now on; receivers get what is left. Again: no effect.
  void close() noexcept {
    side_.get().visit([](auto& engine) noexcept { engine.close(); });
  }
  /// True when no send can succeed any more.
  [[nodiscard]] bool is_closed() const noexcept {
    return side_.get().visit([](auto& engine) noexcept { return engine.is_closed(); });
  }

  /// Messages inside; for an unbounded channel exact only while nobody sends or receives; 0 for a rendezvous.
  [[nodiscard]] std::size_t len() const {
    return side_.get().visit([](auto& engine) { return engine.len(); });
  }
  [[nodiscard]] bool is_empty() const {
    return side_.get().visit([](auto& engine) { return engine.is_empty(); });
  }
  /// A rendezvous is empty and full at once; an unbounded channel never full.
  [[nodiscard]] bool is_full() const noexcept {
    return side_.get().visit([](auto& engine) noexcept { return engine.is_full(); });
  }
  /// Nothing: unbounded.
  [[nodiscard]] std::optional<std::size_t> capacity() const noexcept {
    return side_.get().visit([](auto& engine) noexcept { return engine.capacity(); });
  }
  /// True when both handles are ends of one channel.
  [[nodiscard]] bool same_channel(const sender& other) const noexcept { return &side_.get() == &other.side_.get(); }
  [[nodiscard]] bool same_channel(const receiver<T>& other) const noexcept { return &side_.get() == &other.side_.get(); }

 private:
  friend struct detail::maker<T>;
  friend class receiver<T>;
  explicit sender(detail::core<T>* of) noexcept : side_(of) {}

  void abandon() noexcept {
    if (operation_ != nullptr && side_.peek() != nullptr) static_cast<void>(operation_->cancel_send(side_.get()));
    operation_.reset();
  }
  sent<T> send_by(T&& message, clock::time_point deadline) {
    return finish(side_.get().visit([&](auto& engine) { return engine.send_until(message, deadline); }), message);
  }
  static sent<T> finish(outcome result, T& message) {
    if (result == outcome::ok) [[likely]]
      return {};
    return {result, std::move(message)};
  }

  detail::hold_on<T, true> side_;
  std::unique_ptr<detail::pending_operation<T>> operation_;
};

/// The receiving end. Copies receive from the same channel, each message once; when the last of them is gone, the messages
/// inside are destroyed and sends come back `disconnected`.
///
/// Threads   recv, try_recv, close and the questions: any, at the same time on one handle. poll_recv and cancel_recv: one at a time per
///           handle. A handle that was moved from may only be destroyed or assigned to.
/// Progress  try_recv as array_queue::pop or seg_queue::pop; a rendezvous takes a lock for a few instructions. The others block: they spin for
///           some microseconds, then sleep in the kernel.
/// Order     see sender.
template <class T>
class receiver {
 public:
  using value_type = T;

  receiver(const receiver& other) noexcept : side_(other.side_) {}
  receiver(receiver&&) noexcept = default;
  receiver& operator=(const receiver& other) noexcept { return *this = receiver(other); }
  receiver& operator=(receiver&& other) noexcept {
    if (this == &other) return *this;
    abandon();
    operation_ = std::move(other.operation_);
    side_ = std::move(other.side_);
    return *this;
  }
  ~receiver() { abandon(); }

  /// Receives the oldest message, waiting for one as long as it takes.
  ///
  /// Returns   `ok` with the message, or `disconnected`: nothing is left, and nothing will come.
  received<T> recv() { return recv_by(clock::time_point::max()); }

  /// Receives if that needs no waiting.
  ///
  /// Returns   `ok` with the message, `empty` (for a rendezvous: nobody is waiting to send) or `disconnected`.
  received<T> try_recv() {
    std::optional<T> message;
    const outcome result = side_.get().visit([&](auto& engine) { return engine.try_recv(message); });
    return finish(result, message);
  }

  /// Receives, waiting until the deadline, or for so long; however long that is.
  ///
  /// Returns   `ok` with the message, `timed_out` or `disconnected`. A message that is there wins over a deadline that has passed.
  received<T> recv_until(clock::time_point deadline) { return recv_by(deadline); }
  template <class Rep, class Period>
  received<T> recv_for(std::chrono::duration<Rep, Period> duration) {
    return recv_by(deadline_after(duration));
  }

  /// For a task: a future that receives. May outlive this handle.
  recv_future<T> recv_async() const { return recv_future<T>(side_); }

  /// For a task: receives, or sees to it that the task is woken when it may try again.
  ///
  /// Returns   `ok` with the message, `disconnected`, or pending.
  /// Errors    bad_alloc, and then nothing has happened.
  weft::poll<received<T>> poll_recv(context& task) {
    if (operation_ == nullptr) operation_ = std::make_unique<detail::pending_operation<T>>();
    std::optional<T> message;
    const outcome result = operation_->poll_recv(side_.get(), task.get_waker(), message);
    if (result == outcome::empty) return pending;
    return finish(result, message);
  }
  /// Gives up a pending poll_recv(); no message is lost.
  void cancel_recv() noexcept {
    if (operation_ != nullptr) operation_->cancel_recv(side_.get());
  }

  /// No send succeeds from now on; what is inside can still be received. Again: no effect.
  void close() noexcept {
    side_.get().visit([](auto& engine) noexcept { engine.close(); });
  }
  /// True when no send can succeed any more.
  [[nodiscard]] bool is_closed() const noexcept {
    return side_.get().visit([](auto& engine) noexcept { return engine.is_closed(); });
  }

  /// Messages inside; for an unbounded channel exact only while nobody sends or receives; 0 for a rendezvous.
  [[nodiscard]] std::size_t len() const {
    return side_.get().visit([](auto& engine) { return engine.len(); });
  }
  [[nodiscard]] bool is_empty() const {
    return side_.get().visit([](auto& engine) { return engine.is_empty(); });
  }
  /// A rendezvous is empty and full at once; an unbounded channel never full.
  [[nodiscard]] bool is_full() const noexcept {
    return side_.get().visit([](auto& engine) noexcept { return engine.is_full(); });
  }
  /// Nothing: unbounded.
  [[nodiscard]] std::optional<std::size_t> capacity() const noexcept {
    return side_.get().visit([](auto& engine) noexcept { return engine.capacity(); });
  }
  /// True when both handles are ends of one channel.
  [[nodiscard]] bool same_channel(const receiver& other) const noexcept { return &side_.get() == &other.side_.get(); }
  [[nodiscard]] bool same_channel(const sender<T>& other) const noexcept { return &side_.get() == &other.side_.get(); }

  /// Walks over the messages as they come, waiting for each, until the channel is disconnected and empty.
  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using reference = T&;

    iterator(iterator&&) noexcept = default;
    iterator& operator=(iterator&& other) noexcept {
      from_ = other.from_;
      message_.reset();
      if (other.message_) message_.emplace(std::move(*other.message_));
      return *this;
    }
    [[nodiscard]] T& operator*() const noexcept { return *message_; }
    [[nodiscard]] T* operator->() const noexcept { return &*message_; }
    iterator& operator++() {
      message_.reset();
      received<T> next = from_->recv();
      if (next) message_.emplace(*std::move(next));
      return *this;
    }
    void operator++(int) { ++*this; }
    [[nodiscard]] friend bool operator==(const iterator& at, std::default_sentinel_t) noexcept { return !at.message_; }

   private:
    friend class receiver;
    explicit iterator(receiver& from) : from_(&from) { ++*this; }

    receiver* from_;
    mutable std::optional<T> message_;
  };

  ///     auto [tx, rx] = weft::channel::unbounded<int>();
  ///     for (int i = 0; i < 3; ++i) static_cast<void>(tx.send(i));
  ///     tx.close();
  ///     int sum = 0;
  ///     for (int& message : rx) sum += message;
  [[nodiscard]] iterator begin() { return iterator(*this); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  friend struct detail::maker<T>;
  friend class sender<T>;
  explicit receiver(detail::core<T>* of) noexcept : side_(of) {}

  void abandon() noexcept {
    if (operation_ != nullptr && side_.peek() != nullptr) operation_->cancel_recv(side_.get());
    operation_.reset();
  }
  received<T> recv_by(clock::time_point deadline) {
    std::optional<T> message;
    const outcome result = side_.get().visit([&](auto& engine) { return engine.recv_until(message, deadline); });
    return finish(result, message);
  }
  static received<T> finish(outcome result, std::optional<T>& message) noexcept {
    if (result == outcome::ok) [[likely]]
      return received<T>(std::in_place, std::move(*message));
    return received<T>(result);
  }

  detail::hold_on<T, false> side_;
  std::unique_ptr<detail::pending_operation<T>> operation_;
};

/// The two ends of a new channel.
template <class T>
struct ends {
  sender<T> tx;
  receiver<T> rx;
};

namespace detail {
/// Out of line, so that the optimizer forgets of which kind the core is: g++ 12 warns about the kinds that it isn't.
template <class T, class Core, class... Args>
[[nodiscard, gnu::noinline]] core<T>* make_core(Args... args) {
  return new Core(args...);
}
template <class T>
[[nodiscard]] ends<T> make_ends(core<T>* fresh) noexcept {
  return {maker<T>::make_sender(fresh), maker<T>::make_receiver(fresh)};
}
}  // namespace detail

/// A channel that holds `capacity` messages, exactly; of capacity 0: a rendezvous, where each send waits for its receive.
///
/// Errors    length_error: a capacity beyond the address space; bad_alloc.
///
///     auto [tx, rx] = weft::channel::bounded<std::string>(16);
///     static_cast<void>(tx.send("hello"));
///     std::string greeting = rx.recv().take();
template <class T>
[[nodiscard]] ends<T> bounded(std::size_t capacity) {
  if (capacity == 0) return detail::make_ends(detail::make_core<T, detail::rendezvous_core<T>>());
  return detail::make_ends(detail::make_core<T, detail::bounded_core<T>>(capacity));
}

/// A channel that holds any number of messages; send never waits.
///
/// Errors    bad_alloc, here and in send.
template <class T>
[[nodiscard]] ends<T> unbounded() {
  return detail::make_ends(detail::make_core<T, detail::unbounded_core<T>>());
}

}  // namespace weft::inline WEFT_ABI::channel
