// The part of a task<T> coroutine's frame that doesn't depend on T, and the loop that drives a stack of awaiting frames.
//
// A task that awaits another doesn't poll it: both frames join one chain, whose root alone is polled from outside. The root
// remembers the innermost frame, and its loop resumes that one, wherever it is. So a wake costs the same at any depth, and no
// chain of completions uses stack: no compiler's tail call is relied on.
//
// Data (no thread shares it: a task is polled by one thread at a time, and its executor orders the polls)
//   root_       null before the first poll; then the frame that is polled from outside (itself for the root)
//   parent_     the frame that awaits this one; null for the root
//   owner_      the task object, inside the parent's frame, that owns this frame
//   innermost_, leaf_, context_, done_   only the root's are used
//
// Invariants
//   F1  innermost_ leads through parent_ to the root, and every frame on the way is suspended in a co_await of the one before.
//   F2  leaf_ is set exactly while innermost_ is suspended in a co_await of a future that said pending.
//   F3  context_ is set exactly while the root is inside poll().
#pragma once

#include <weft/atomic/assert.hpp>
#include <weft/atomic/waker.hpp>

#include <coroutine>
#include <exception>
#include <utility>

namespace weft::inline WEFT_ABI::futures::detail {

/// A co_await of a future that said pending: what the loop polls before it resumes the coroutine.
class leaf {
 public:
  /// True when the coroutine is to be resumed, with the answer or an exception.
  virtual bool poll_again(context& cx) noexcept = 0;

 protected:
  ~leaf() = default;
};

class frame {
 public:
  explicit frame(std::coroutine_handle<> self) noexcept : self_(self) {}
  frame(const frame&) = delete;
  frame& operator=(const frame&) = delete;

  [[nodiscard]] bool has_begun() const noexcept { return root_ != nullptr; }
  [[nodiscard]] bool is_done() const noexcept { return done_; }

  /// Polls the root: resumes whatever is innermost until it has to wait or the root's coroutine ends. True at the end.
  [[nodiscard]] bool advance(context& cx) {
    WEFT_ASSERT(!done_, "a task is not polled again after it was ready");
    if (!has_begun()) become_root();
    const context_scope scope(*this, cx);
    if (leaf_ != nullptr) {
      if (!leaf_->poll_again(cx)) return false;
      leaf_ = nullptr;
    }
    do {
      innermost_->self_.resume();
      if (done_) return true;
    } while (leaf_ == nullptr);
    return false;
  }

  /// This frame awaits a future that said pending.
  void wait_for(leaf& what) noexcept { root_->leaf_ = &what; }

  /// This frame awaits `child`, kept by `owner`: the loop goes on there.
  void wait_for(frame& child, frame*& owner) noexcept {
    child.root_ = root_;
    child.parent_ = this;
    child.owner_ = &owner;
    root_->innermost_ = &child;
  }

  /// This frame's coroutine has run to its end: the loop goes on in the one that awaits it.
  void return_to_parent() noexcept {
    done_ = true;
    if (parent_ != nullptr) root_->innermost_ = parent_;
  }

  /// The context of the poll that is under way.
  [[nodiscard]] context& current_context() noexcept {
    WEFT_ASSERT(root_ != nullptr && root_->context_ != nullptr, "a weft task is resumed by its poll() only");
    return *root_->context_;
  }

  /// Destroys the coroutine; a root that has not ended takes its chain along, innermost first, whatever its depth.
  void destroy() noexcept {
    if (root_ == this && !done_) {
      while (innermost_ != this) {
        frame* const gone = innermost_;
        innermost_ = gone->parent_;
        *gone->owner_ = nullptr;
        gone->self_.destroy();
      }
    }
    self_.destroy();
  }

 private:
  class context_scope {
   public:
    context_scope(frame& root, context& cx) noexcept : root_(root) { root.context_ = &cx; }
    ~context_scope() { root_.context_ = nullptr; }
    context_scope(const context_scope&) = delete;
    context_scope& operator=(const context_scope&) = delete;

   private:
    frame& root_;
  };

  void become_root() noexcept {
    root_ = this;
    innermost_ = this;
  }

  std::coroutine_handle<> self_;
  frame* root_ = nullptr;
  frame* parent_ = nullptr;
  frame** owner_ = nullptr;
  frame* innermost_ = nullptr;
  leaf* leaf_ = nullptr;
  context* context_ = nullptr;
  bool done_ = false;
};

/// Owns a frame, as task<T> does.
class frame_owner {
 public:
  frame_owner() noexcept = default;
  explicit frame_owner(frame& owned) noexcept : frame_(&owned) {}
  frame_owner(frame_owner&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  frame_owner& operator=(frame_owner&& other) noexcept {
    const frame_owner old(std::move(*this));
    frame_ = std::exchange(other.frame_, nullptr);
    return *this;
  }
  ~frame_owner() {
    if (frame_ != nullptr) frame_->destroy();
  }

  [[nodiscard]] explicit operator bool() const noexcept { return frame_ != nullptr; }
  [[nodiscard]] frame& operator*() const noexcept { return *frame_; }
  [[nodiscard]] frame* operator->() const noexcept { return frame_; }
  /// Where the pointer lies, for frame::wait_for().
  [[nodiscard]] frame*& place() noexcept { return frame_; }

 private:
  frame* frame_ = nullptr;
};

}  // namespace weft::inline WEFT_ABI::futures::detail
