// One execution of a model: threads, the execution graph over atomic words, plain memory, heap, futexes.
//
// The graph    events in program order; each read names the write that it reads (rf), each word keeps its writes in
//              modification order (mo). Happens-before and causality (program order ∪ rf, plus the order of operations on
//              mutexes and futex queues) are vector clocks. An event is added only if the graph stays consistent:
//              coherence and atomicity by construction (memory.cpp), the order S of seq_cst by a check (order.cpp).
// No dead end  the newest write can always be read and a write can always be appended, so the graph can always grow.
#pragma once

#include "basics.hpp"
#include "fiber.hpp"

#include <weft_model/model.hpp>
#include <weft_model/runtime.hpp>
#include <weft_model/site.hpp>

#include <utility>

namespace weft::inline WEFT_ABI::model {

enum class op : std::uint8_t {
  load,
  store,
  modify,
  cas,
  cas_weak,  // on a word
  lock,
  try_lock,
  unlock,  // on a mutex
  futex_wait,
  futex_check,
  futex_sleep,
  futex_wake,  // on a futex queue; check: on its word
  time_read,
  heap,
  choose,  // on the clock, the allocator, nothing
  begin,
  join,
  resume,
  spawn,
  end,
  fence,
  light,
  heavy  // never a scheduling point
};

inline constexpr std::uint16_t none = 0xffff;

/// What a thread is about to do.
struct request {
  op kind = op::begin;
  runtime::change how{};
  std::uint8_t size = 0;
  bool must_be_newer = false;
  std::memory_order order{};
  std::memory_order failure{};
  std::uint16_t word = none;    // index of the word
  std::uint16_t object = none;  // index of the mutex, queue, …
  std::uint64_t operand = 0;
  std::uint64_t expected = 0;
  std::int64_t deadline = 0;
  std::uint16_t older_than = none;  // must_be_newer: than this message
  site where;
};

/// One way in which a request can go.
struct candidate {
  enum kind : std::uint8_t { plain_read, failure, success, spurious, sleep, changed, timeout };
  std::uint16_t message = none;  // what is read; for a store: none
  std::uint16_t position = 0;    // where the write goes in modification order
  kind how = plain_read;
};

struct event {
  view causes;  // all events that this one depends on, itself included
  site where;
  std::uint64_t value = 0;  // read or written
  std::uint64_t wrote = 0;
  std::uint32_t node = 0;  // the decision that granted it
  std::int16_t index = 0;  // within its thread, from 1
  std::uint16_t word = none;
  std::uint16_t object = none;
  std::uint16_t read = none;
  std::uint16_t written = none;
  std::uint16_t newest = none;  // the newest message when `read` was read
  std::uint8_t thread = 0;
  op kind = op::begin;
  candidate::kind how = candidate::plain_read;
  std::memory_order order{};
};

/// A write of a word.
struct message {
  view released;  // what an acquire of it learns
  view lightly;   // what fence_heavy learns after reading it: released by fence_light
  view heavily;   // what fence_light learns after reading it: released by fence_heavy
  view causes;
  std::uint64_t value = 0;
  std::uint32_t made_by = 0;  // event
  std::uint32_t taker = 0;    // the read-modify-write that read it
  std::uint16_t position = 0;
  bool taken = false;
  bool is_modify = false;
  bool initial = false;
};

/// A read or write in the history of a word.
struct access {
  node_set before;  // fences that happen before it, and itself if seq_cst
  std::uint32_t made_by = 0;
  std::int16_t index = 0;
  std::uint16_t message = 0;
  std::uint8_t thread = 0;
  bool reads = false;
  bool writes = false;
  std::int16_t node = -1;
};

struct word {
  const void* address = nullptr;
  const char* name = nullptr;
  site birth;
  std::int16_t born_at = 0;
  std::uint8_t born_by = 0;
  std::uint8_t size = 0;
  bool alive = false;
  bool is_shared = false;
  std::uint8_t last_thread = 0xff;
  const char* end = nullptr;  // how it died
  vec<message> messages;
  vec<std::uint16_t> order;  // messages in modification order
  vec<access> accesses;

  [[nodiscard]] std::uint16_t newest() const noexcept { return order.back(); }
  [[nodiscard]] unsigned position(std::uint16_t index) const noexcept { return messages[index].position; }
};

/// Plain memory that the program shows us.
struct cell {
  const void* address = nullptr;
  std::array<std::int16_t, max_threads> reads{};
  site write_where;
  site read_where;
  std::int16_t written = 0;
  std::uint8_t writer = 0;
  bool alive = false;
  bool full = false;
  const char* end = nullptr;
};

/// A mutex, a futex queue, the clock, the allocator: things whose operations are ordered as they were executed.
struct object {
  const void* address = nullptr;
  view known;                // happens-before through it
  view causes;               // its changes
  view read_causes;          // and what looked at it since
  vec<std::uint32_t> reads;  // events since the last change that do not change it
  std::uint32_t last = 0;    // last change
  std::uint32_t acquired = 0;
  bool has_last = false;
  bool has_acquired = false;
  std::int16_t owner = -1;
  std::uint16_t changes = 0;
  vec<std::uint8_t> sleepers;
  node_set wakes;
};

/// A member of S, the total order of seq_cst events.
struct sc_node {
  enum kind : std::uint8_t { access, fence, light, heavy };
  view known;  // happens before it, itself included
  node_set reach;
  std::int16_t index = 0;
  std::uint8_t thread = 0;
  kind what = access;
};

/// Address → index, emptied in O(1).
class address_map {
 public:
  void clear() noexcept;
  [[nodiscard]] std::uint16_t find(const void* address) const noexcept;
  void set(const void* address, std::uint16_t index);

 private:
  struct entry {
    const void* address = nullptr;
    std::uint32_t era = 0;
    std::uint16_t index = 0;
  };
  void grow();
  vec<entry> entries_;
  std::uint32_t era_ = 0;
  std::size_t used_ = 0;
};

struct thread_state {
  enum class status : std::uint8_t { unused, beginning, at_request, sleeping, woken, joining, done };

  fiber stack;
  request next;
  view known, acquirable, released, lightly, heavily, acquirable_lightly, acquirable_heavily;
  view causes;
  std::int16_t events = 0;
  status state = status::unused;

  // Spinning: what was seen since the last yield, and the same for the round before.
  vec<std::pair<std::uint16_t, std::uint16_t>> seen, seen_before;
  std::uint16_t news_word = none, news_message = none;
  bool tried = false;  // a compare_exchange or read-modify-write in this round
  bool waits_for_news = false;
  bool released_by_force = false;
  unsigned forced = 0;
  // Old values read by the same call again and again: a write is seen in the end, so that isn't allowed for ever.
  struct old_read {
    unsigned line;
    std::uint16_t word, message;
    unsigned count;
  };
  vec<old_read> stale;

  std::uint8_t spurious_cas = 0, spurious_wakes = 0, timeouts = 0, allocation_failures = 0, thread_failures = 0;
  bool was_spurious = false;
  candidate::kind woken_how = candidate::plain_read;

  void (*run)(void*) = nullptr;
  void* body = nullptr;
  unsigned joins = 0;
  char name[16] = {};
  vec<std::pair<const void*, void*>> memory;
  vec<std::pair<void (*)(void*), void*>> at_end;
};

/// Why an execution stopped.
enum class verdict : std::uint8_t { running, complete, redundant, discarded, failed };

}  // namespace weft::inline WEFT_ABI::model
