// The engine: runs a model again and again, a different way each time, until no way is left or one fails.
#pragma once

#include "execution.hpp"

#include <cstdio>
#include <set>
#include <string>
#include <tuple>

namespace weft::inline WEFT_ABI::model {

enum class strategy : std::uint8_t {
  reduced,  ///< Source-DPOR with sleep sets: one execution per graph, more or less
  brute,    ///< every interleaving and every choice
  random,   ///< random walks
  pct,      ///< random priorities with a few changes (Burckhardt et al. 2010)
  replay    ///< one execution, as the replay string says
};

struct search_options {
  strategy how = strategy::reduced;
  int preemption_bound = -1;
  std::uint64_t seed = 1;
  std::uint64_t max_executions = ~std::uint64_t{0};
  double max_seconds = 1e9;
  unsigned pct_depth = 3;
  std::string replay;
  bool trace_always = false;
};

struct report {
  std::uint64_t executions = 0;  ///< complete ones
  std::uint64_t redundant = 0;   ///< stopped early: equal to one seen before
  bool complete = false;
  bool failed = false;
  double seconds = 0;
  std::string sentence;  ///< what failed, first line of the failure text
  std::string failure;   ///< sentence, replay string and trace
  std::string replay;
  std::set<std::vector<std::int64_t>> outcomes;
};

/// A decision of the search: which thread, and which of its candidates.
struct decision {
  std::uint64_t todo = 0;  // candidates of `thread` still to be tried
  std::uint32_t enabled = 0;
  std::uint32_t backtrack = 0;
  std::uint32_t done = 0;
  std::uint32_t asleep = 0;
  std::array<std::uint16_t, max_threads> limit{};       // of sleepers: messages below it were tried
  std::array<std::uint16_t, max_threads> done_limit{};  // of done threads
  std::uint16_t choice = 0;
  std::uint16_t current_limit = 0;  // of `thread`, once all its candidates are tried
  std::uint8_t thread = 0;
  std::uint8_t previous = 0;
  std::uint16_t preemptions = 0;
  bool fresh = true;  // candidates not yet listed

  [[nodiscard]] unsigned preemptions_after(unsigned next) const noexcept {
    return preemptions + (next != previous && (enabled >> previous & 1) != 0 ? 1u : 0u);
  }
};

class engine {
 public:
  [[nodiscard]] report explore(const options& model, const search_options& search, void (*run)(void*), void* body);

  [[nodiscard]] bool is_running() const noexcept { return running_; }
  /// True while operator new serves the program under test.
  [[nodiscard]] bool takes_new() const noexcept { return running_ && !host_new_; }

  // ---- what runtime.cpp calls, on the stack of a model thread
  void word_born(const void* address, unsigned size, site where);
  void word_died(const void* address, site where);
  std::uint64_t word_load(const void* address, unsigned size, std::memory_order order, site where);
  void word_store(const void* address, unsigned size, std::uint64_t value, std::memory_order order, site where);
  std::uint64_t word_modify(const void* address, unsigned size, runtime::change how, std::uint64_t operand,
                            std::memory_order order, site where);
  bool word_compare(const void* address, unsigned size, std::uint64_t& expected, std::uint64_t desired,
                    std::memory_order success, std::memory_order failure, bool weak, site where);
  void fence(op kind, std::memory_order order, site where);
  void cell_born(const void* address, bool slot, site where);
  void cell_died(const void* address, site where);
  void cell_touched(const void* address, runtime::touch how, bool slot, bool trivial, site where);
  std::int64_t time_now(site where);
  void yield(site where);
  int futex_wait(const void* address, std::uint32_t expected, std::int64_t deadline, site where);
  int futex_wake(const void* address, int count, site where);
  void lock(const void* address, site where);
  bool try_lock(const void* address, site where);
  void unlock(const void* address, site where);
  unsigned spawn(void (*run)(void*), void* body, const char* name, site where);
  void join(unsigned thread, site where);
  unsigned choose(unsigned count, site where);
  bool thread_creation_fails(site where);
  void* thread_memory(const void* key, std::size_t size, std::size_t alignment, bool& fresh);
  void at_thread_end(void (*end)(void*), void* object);
  void* allocate(std::size_t size, std::size_t alignment, bool may_fail);
  void deallocate(void* block, std::size_t size_told);
  void outcome(const std::int64_t* values, std::size_t count);
  [[nodiscard]] moment moment_now() noexcept;
  [[nodiscard]] bool asymmetric() const noexcept { return model_.asymmetric_fences; }
  void name_word(const void* address, const char* text);
  [[noreturn]] void fail(const char* what, const char* detail, site where);
  [[noreturn]] void discard();
  [[nodiscard]] bool owns(const void* address) const noexcept;
  /// For the signal handler: turns a crash into a failure with a trace, printed at once.
  [[noreturn]] void crash(int signal, const void* address);

  /// Mutation: weakens the order at file:line (suffix of the path) by one step.
  struct weakening {
    std::string file;
    unsigned line = 0;
    int variant = 0;
    bool hit = false;
    bool has_kind = false;  // only calls of this kind
    op kind{};
  };
  weakening weaken;
  [[nodiscard]] std::memory_order weakened(std::memory_order order, op kind, const site& where);

  /// For `--sites`: every ordered call seen, with its order.
  struct ordered_call {
    std::string file;
    unsigned line = 0;
    op kind{};
    std::memory_order order{};
    [[nodiscard]] bool operator<(const ordered_call& other) const noexcept {
      return std::tie(file, line, kind, order) < std::tie(other.file, other.line, other.kind, other.order);
    }
  };
  bool collect_sites = false;
  std::set<ordered_call> sites;

 private:
  // engine.cpp: the loop over executions
  void reset();
  void run_once(void (*run)(void*), void* body);
  bool advance();
  static void thread_main(void* state);
  [[nodiscard]] std::uint64_t random();

  // schedule.cpp: what runs next
  void announce(const request& next);
  void stop_here();  // on the stack of a model thread: lets others run until its request is granted
  [[nodiscard]] bool reduces() const noexcept { return search_.how == strategy::reduced && search_.preemption_bound < 0; }
  int decide();
  int decide_by_search(std::uint32_t enabled);
  int decide_by_chance(std::uint32_t enabled);
  int decide_by_replay(std::uint32_t enabled);
  [[nodiscard]] std::uint32_t enabled_threads();
  [[nodiscard]] bool is_enabled(unsigned thread);
  [[nodiscard]] bool is_last() const;
  [[nodiscard]] bool knows_all() const;
  [[nodiscard]] bool has_news(const thread_state& thread) const;
  [[nodiscard]] bool is_local(unsigned thread) const;
  int nothing_enabled();
  [[nodiscard]] bool is_awake(unsigned thread);
  [[nodiscard]] std::uint64_t open_candidates(unsigned thread);
  [[nodiscard]] unsigned rank(unsigned thread) const;
  void finish(verdict how);
  [[noreturn]] void leave();
  void wake_sleep_set(std::uint16_t object);
  void reverse(const event& first, const view& causes, unsigned thread, std::uint16_t read);
  void take_news(thread_state& self);
  void note_seen(thread_state& self, std::uint16_t key, std::uint16_t value);

  // memory.cpp: words
  std::uint16_t word_at(const void* address, unsigned size, site where);
  std::uint16_t make_word(const void* address, unsigned size, bool is_static, site where);
  void kill_word(word& it, const char* end, site where);
  void check_usable(const word& it, site where);
  [[nodiscard]] unsigned floor_of(const word& it, const view& known) const;
  void list_candidates(unsigned thread);
  void list_reads(unsigned thread, word& it);
  void add_candidate(candidate c);
  [[nodiscard]] static bool was_read_too_often(const thread_state& who, std::uint16_t message);
  static void note_old_read(thread_state& me, std::uint16_t message);
  event& record(op kind, std::memory_order order, site where);
  void read_message(thread_state& self, const message& m, std::memory_order order);
  access& add_access(word& it, event& e, std::uint16_t message, bool reads, bool writes);
  std::uint16_t add_message(word& it, event& e, std::uint64_t value, unsigned position, std::memory_order order,
                            const message* continued);
  void race_with_readers(const word& it, const event& e);
  void race_with_takers(const word& it, const view& before, unsigned thread);
  std::uint64_t perform_access(unsigned thread);

  // order.cpp: S
  [[nodiscard]] bool closes_cycle(const word& it, unsigned position, bool writes, bool seq_cst, const view& known,
                                  const view& before, unsigned thread) const;
  [[nodiscard]] node_set fences_before(const view& known) const;
  [[nodiscard]] node_set into_access(const word& it, unsigned position, bool writes) const;
  [[nodiscard]] node_set program_order_into(const view& before, unsigned thread) const;
  [[nodiscard]] node_set out_of(const word& it, unsigned position) const;
  [[nodiscard]] node_set allowed_after(const node_set& targets, unsigned source) const;
  unsigned add_node(sc_node::kind what, const event& e, const view& known, node_set in);
  void add_fence_node(sc_node::kind what, const event& e, const view& before, const node_set& more);
  void order_access(word& it, access& a, unsigned position, bool seq_cst, const view& known, const view& before);
  void add_edges(const node_set& sources, const node_set& targets);

  // sync.cpp
  std::uint16_t object_at(const void* address);
  void touch_object(object& it, event& e, bool changes);
  void release_bucket(std::uint16_t queue);
  void full_fence(op kind, event& e, const view& before, const node_set& more);
  void race_with_object(const object& it, const event& e, const view& before, bool changes);
  void race_with(std::uint32_t earlier, const event& e, const view& before);
  void run_thread_end(thread_state& self);

  // heap.cpp
  void check_leaks();
  void free_range(const void* begin, std::size_t size, site where);
  [[nodiscard]] const char* describe_heap(const void* address) const;

  // trace.cpp
  [[nodiscard]] std::string make_trace() const;
  [[nodiscard]] std::string replay_string() const;
  void read_replay(const std::string& text);
  [[nodiscard]] std::string word_name(std::uint16_t index) const;
  void write_failure(const char* what, const std::string& detail, const site& where);

  thread_state& self() noexcept { return threads_[current_]; }

  // ---- the search
  options model_;
  search_options search_;
  report report_;
  vec<decision> decisions_;
  std::size_t depth_ = 0;
  std::uint64_t random_state_ = 0;
  vec<std::pair<std::uint8_t, std::uint16_t>> replay_;  // thread, choice
  vec<std::pair<std::uint8_t, std::uint16_t>> taken_;   // what this execution did
  std::array<std::uint32_t, max_threads> priority_{};
  vec<std::uint32_t> change_points_;
  std::uint32_t last_steps_ = 100;

  // ---- the execution
  bool running_ = false;
  bool host_new_ = false;
  verdict verdict_ = verdict::running;
  fiber host_;
  std::array<thread_state, max_threads> threads_;
  unsigned thread_count_ = 0;
  unsigned current_ = 0;
  unsigned steps_ = 0;
  std::uint32_t moments_ = 0;
  std::uint32_t node_now_ = 0;
  candidate chosen_;
  vec<candidate> candidates_;
  vec<std::uint16_t> blocked_;  // messages that only another read-modify-write keeps from being read
  std::uint32_t asleep_ = 0;
  std::array<std::uint16_t, max_threads> limit_{};
  vec<event> events_;
  vec<word> words_;
  std::size_t word_count_ = 0;
  address_map word_index_;
  vec<cell> cells_;
  address_map cell_index_;
  vec<object> objects_;
  std::size_t object_count_ = 0;
  address_map object_index_;
  vec<sc_node> nodes_;
  node_set light_nodes_, heavy_nodes_;
  bool has_asymmetric_ = false;
  bool time_may_pass_ = false;
  std::size_t first_new_ = 0;
  std::int64_t time_ = 0;
  vec<vec<std::int64_t>> outcomes_now_;

  // ---- the heap
  struct block {
    char* begin;
    std::size_t size;
    view freed_known;
    view freed_causes;
    site made_where;  // last event of the thread before
    site freed_where;
    std::uint8_t made_by;
    std::uint8_t freed_by;
    bool alive;
    bool reused;
  };
  vec<block> blocks_;
  char* arena_ = nullptr;
  std::size_t arena_used_ = 0;
  [[nodiscard]] std::size_t block_of(const void* address) const;
};

const char* order_name(std::memory_order order) noexcept;
const char* op_name(op kind) noexcept;

/// The one engine of the process.
engine& the_engine() noexcept;

struct registered_model {
  const char* name;
  body_function body;
  options wanted;
  site where;
};
vec<registered_model>& registered_models();

}  // namespace weft::inline WEFT_ABI::model
