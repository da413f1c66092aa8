// Wrong programs that the checker must reject, and right ones beside them that it must let pass.
#include "harness.hpp"

#include <weft/atomic/assert.hpp>
#include <weft/atomic/seam.hpp>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace selftest {

using namespace weft;
using atomic::futex_outcome;
using atomic::futex_wait;
using atomic::futex_wake;

namespace {

unsigned rejected = 0, passed_count = 0;

/// Keeps the compiler from leaving an allocation out.
template <class T>
T* escape(T* pointer) {
  __asm__ __volatile__("" : "+r"(pointer)::"memory");
  return pointer;
}

template <class F>
void must_fail(const char* name, const char* sentence, F body, const weft::model::options& wanted = {}) {
  const auto report = explore(body, wanted);
  const bool right = report.failed && report.sentence.find(sentence) != std::string::npos;
  expect(right, std::string(name) + ": should fail with \"" + sentence + "\"; " +
                    (report.failed ? "failed with " + report.failure : "passed after " + std::to_string(report.executions)));
  if (!right) return;
  ++rejected;
  expect(report.seconds < 1, std::string(name) + ": rejected within a second");
  weft::model::search_options again;
  again.how = weft::model::strategy::replay;
  again.replay = report.replay;
  const auto replayed = explore(body, wanted, again);
  expect(replayed.sentence == report.sentence,
         std::string(name) + ": the replay string brings it back; got " + replayed.failure);
  for (const auto how : {weft::model::strategy::random, weft::model::strategy::pct}) {
    weft::model::search_options walk;
    walk.how = how;
    walk.max_executions = 20'000;
    expect(explore(body, wanted, walk).failed, std::string(name) + ": found by walking, too");
  }
}

template <class F>
void must_pass(const char* name, F body, const weft::model::options& wanted = {}) {
  const auto report = explore(body, wanted);
  expect(report.complete && !report.failed, std::string(name) + ": should pass; " + report.failure);
  ++passed_count;
  std::printf("  %-40s %6llu executions (+%llu) %.4f s\n", name, static_cast<unsigned long long>(report.executions),
              static_cast<unsigned long long>(report.redundant), report.seconds);
}

// ---------------------------------------------------------------------------------------------- plain memory

template <class Store, class Load>
auto message_passing(Store store_order, Load load_order) {
  return [=] {
    plain<int> data{0};
    atom<int> flag{0};
    weft::model::threads(
        [&] {
          data.write() = 1;
          flag.store(1, store_order);
        },
        [&] {
          if (flag.load(load_order) == 1) weft::model::check(data.read() == 1, "the data came with the flag");
        });
  };
}

void test_plain_memory() {
  must_pass("plain data behind release/acquire", message_passing(release, acquire));
  must_fail("release missing", "data race", message_passing(relaxed, acquire));
  must_fail("acquire missing", "data race", message_passing(release, relaxed));
  must_fail("two writers", "data race", [] {
    plain<int> data{0};
    weft::model::threads([&] { data.write() = 1; }, [&] { data.write() = 2; });
  });
  must_pass("two readers", [] {
    plain<int> data{1};
    weft::model::threads([&] { weft::model::check(data.read() == 1, "one"); },
                         [&] { weft::model::check(data.read() == 1, "one"); });
  });
  must_fail("slot taken twice", "empty", [] {
    slot<std::unique_ptr<int>> room;
    room.construct(std::make_unique<int>(1));
    static_cast<void>(room.take());
    static_cast<void>(room.take());
  });
  // R55: a seqlock whose reader has no fence before it looks at the counter again.
  const auto seqlock = [](auto fence_order) {
    return [=] {
      atom<int> counter{0}, a{0}, b{0};
      weft::model::threads(
          [&] {
            counter.store(1, relaxed);
            fence(release);
            a.store(1, relaxed);
            b.store(1, relaxed);
            counter.store(2, release);
          },
          [&] {
            const int before = counter.load(acquire);
            const int x = a.load(relaxed), y = b.load(relaxed);
            fence(fence_order);
            if (before % 2 == 0 && counter.load(relaxed) == before)
              weft::model::check(x == y, "a seqlock's reader sees no half");
          });
    };
  };
  must_pass("seqlock", seqlock(acquire));
  must_fail("R55 seqlock without the reader's fence", "no half", seqlock(release));
}

// ---------------------------------------------------------------------------------------------- lives

struct node {
  atom<int> value{0};
};

void test_lives() {
  must_fail("R07 latch touched after it was set", "", [] {
    atom<std::uint32_t> count{0};
    auto latch = std::make_unique<atom<std::uint32_t>>(0u);
    auto other = weft::model::spawn([&, raw = latch.get()] {
      raw->store(1, release);
      static_cast<void>(raw->load(relaxed));  // the waiter may have freed it
    });
    while (latch->load(acquire) == 0) cpu_relax();
    latch.reset();
  });
  must_pass("latch left alone", [] {
    auto latch = std::make_unique<atom<std::uint32_t>>(0u);
    auto other = weft::model::spawn([raw = latch.get()] { raw->store(1, release); });
    while (latch->load(acquire) == 0) cpu_relax();
    latch.reset();
  });
  must_fail("R01 published by a relaxed store", "construction", [] {
    atom<node*> shared{nullptr};
    weft::model::threads([&] { shared.store(new node, relaxed); },
                         [&] {
                           if (node* n = shared.load(acquire)) static_cast<void>(n->value.load(relaxed));
                         });
    delete shared.load(relaxed);
  });
  must_fail("leak", "leak", [] { escape(::operator new(8)); });
  must_fail("freed twice", "freed twice", [] {
    atom<int*> shared{new int(1)};
    weft::model::threads([&] { delete shared.load(relaxed); }, [&] { delete shared.load(relaxed); });
  });
  must_fail("freed under a reader", "still use it", [] {
    atom<node*> shared{new node};
    atom<int> done{0};
    weft::model::threads(
        [&] {
          static_cast<void>(shared.load(relaxed)->value.load(relaxed));
          done.store(1, relaxed);  // should release
        },
        [&] {
          if (done.load(acquire) == 1) delete shared.exchange(nullptr, relaxed);
        });
    delete shared.load(relaxed);
  });
  // Reference counts: the last one out needs an acquire.
  const auto counted = [](auto order) {
    return [=] {
      struct thing {
        atom<int> references{2};
        plain<int> data{0};
      };
      auto* it = new thing;
      const auto drop = [=] {
        static_cast<void>(it->data.read());
        if (it->references.fetch_sub(1, order) == 1) delete it;
      };
      weft::model::threads(drop, drop);
    };
  };
  must_pass("reference count acq_rel", counted(acq_rel));
  must_fail("R57 reference count without acquire", "", counted(release));
  must_fail("R57 reference count without release", "", counted(acquire));
  // R30: a Treiber stack whose pop frees what another pop still looks at, and reuse of the address.
  must_fail("R30 ABA", "pushed once, popped once", [] {
    struct item {
      atom<item*> next{nullptr};
      int value = 0;
    };
    atom<item*> head{nullptr};
    item a, b;
    a.value = 1;
    b.value = 2;
    const auto push = [&](item* it) {
      item* top = head.load(relaxed);
      do {
        it->next.store(top, relaxed);
      } while (!head.compare_exchange_strong(top, it, release, relaxed));
    };
    const auto pop = [&]() -> item* {
      item* top = head.load(acquire);
      while (top != nullptr && !head.compare_exchange_strong(top, top->next.load(relaxed), acq_rel, acquire)) {
      }
      return top;
    };
    push(&b);
    push(&a);
    atom<int> popped_a{0}, popped_b{0};
    const auto note = [&](item* it) {
      if (it == &b) weft::model::check(popped_b.fetch_add(1, relaxed) == 0, "pushed once, popped once");
    };
    weft::model::threads([&] { note(pop()); },
                         [&] {
                           item* first = pop();
                           item* second = pop();
                           note(second);
                           if (first == &a) push(first);
                         });
    while (item* it = pop()) note(it);
  });
  must_fail("bad_alloc not handled", "exception", [] { delete escape(new int(1)); }, {.allocation_failures = 1});
  must_pass("bad_alloc handled",
            [] {
              try {
                delete escape(new int(1));
              } catch (const std::bad_alloc&) {
              }
            },
            {.allocation_failures = 1});
  must_fail("thread refused", "exception", [] { weft::model::threads([] {}); }, {.thread_failures = 1});
  must_fail("exception escapes", "exception left a thread",
            [] { weft::model::threads([] { throw std::runtime_error("no"); }); });
  must_pass("exceptions cross switches", [] {
    atom<int> x{0};
    const auto body = [&] {
      try {
        x.fetch_add(1, relaxed);
        throw 1;
      } catch (int) {
        x.fetch_add(1, relaxed);
        try {
          throw std::runtime_error("two");
        } catch (const std::exception& e) {
          x.fetch_add(1, relaxed);
          weft::model::check(std::strcmp(e.what(), "two") == 0, "each thread has its own exception");
        }
      }
    };
    weft::model::threads(body, body);
  });
  must_fail("memory reused", "same address",
            [] {
              atom<int*> first{new int(1)};
              int* const before = first.load(relaxed);
              delete before;
              int* const after = new int(2);
              weft::model::check(before != after, "same address");
              delete after;
            },
            {.reuse_memory = true});
}

// ---------------------------------------------------------------------------------------------- waiting

// R13: a store, then a look at the count of waiters; the twin of a waiter that counts itself, then looks at the store.
template <class Fence>
auto dekker_wake(Fence with) {
  return [=] {
    atom<std::uint32_t> ready{0}, waiters{0}, bell{0};
    weft::model::threads(
        [&] {
          ready.store(1, relaxed);
          with();
          if (waiters.load(relaxed) != 0) {
            bell.store(1, release);
            futex_wake(bell, 1);
          }
        },
        [&] {
          waiters.store(1, relaxed);
          with();
          if (ready.load(relaxed) == 0) {
            while (bell.load(acquire) == 0) static_cast<void>(futex_wait(bell, 0));
          }
        });
  };
}

void test_waiting() {
  must_pass("R13 sleep behind a fence", dekker_wake([] { fence(seq_cst); }));
  must_fail("R13 sleep without a fence", "deadlock", dekker_wake([] {}));
  must_fail("R13 sleep behind acq_rel", "deadlock", dekker_wake([] { fence(acq_rel); }));
  must_pass("futex handshake", [] {
    atom<std::uint32_t> word{0};
    weft::model::threads(
        [&] {
          word.store(1, relaxed);
          futex_wake(word, 1);
        },
        [&] {
          while (word.load(relaxed) == 0) static_cast<void>(futex_wait(word, 0));
        });
  });
  must_pass("futex with spurious wakes",
            [] {
              atom<std::uint32_t> word{0};
              weft::model::threads(
                  [&] {
                    word.store(1, release);
                    futex_wake(word, 1);
                  },
                  [&] {
                    while (word.load(acquire) == 0) static_cast<void>(futex_wait(word, 0));
                  });
            },
            {.spurious_wakes = 2});
  must_fail("futex without a loop", "woken for a reason",
            [] {
              atom<std::uint32_t> word{0};
              weft::model::threads(
                  [&] {
                    word.store(1, release);
                    futex_wake(word, 1);
                  },
                  [&] {
                    static_cast<void>(futex_wait(word, 0));
                    weft::model::check(word.load(acquire) == 1, "woken for a reason");
                  });
            },
            {.spurious_wakes = 1});
  must_fail("wake before store", "deadlock", [] {
    atom<std::uint32_t> word{0};
    weft::model::threads(
        [&] {
          futex_wake(word, 1);
          word.store(1, release);
        },
        [&] {
          while (word.load(acquire) == 0) static_cast<void>(futex_wait(word, 0));
        });
  });
  must_fail("R15 one wake for two", "deadlock", [] {
    atom<std::uint32_t> word{0};
    const auto wait = [&] {
      while (word.load(acquire) == 0) static_cast<void>(futex_wait(word, 0));
    };
    weft::model::threads(wait, wait, [&] {
      word.store(1, release);
      futex_wake(word, 1);
    });
  });
  must_pass("wake for all", [] {
    atom<std::uint32_t> word{0};
    const auto wait = [&] {
      while (word.load(acquire) == 0) static_cast<void>(futex_wait(word, 0));
    };
    weft::model::threads(wait, wait, [&] {
      word.store(1, release);
      futex_wake(word, 2);
    });
  });
  must_pass("timeout or wake", [] {
    using namespace std::chrono_literals;
    atom<std::uint32_t> word{0};
    bool timed_out = false;
    weft::model::threads(
        [&] {
          word.store(1, release);
          futex_wake(word, 1);
        },
        [&] {
          const auto deadline = deadline_after(1ms);
          while (word.load(acquire) == 0) {
            if (futex_wait(word, 0, deadline) == futex_outcome::timed_out) {
              weft::model::check(clock::now() >= deadline, "the deadline has passed");
              timed_out = true;
              return;
            }
          }
        });
    weft::model::outcome({timed_out ? 1 : 0});
  });
  {
    // Both ways must be found.
    const auto report = explore([] {
      using namespace std::chrono_literals;
      atom<std::uint32_t> word{0};
      int how = -1;
      weft::model::threads(
          [&] {
            word.store(1, release);
            futex_wake(word, 1);
          },
          [&] { how = static_cast<int>(futex_wait(word, 0, deadline_after(1ms))); });
      weft::model::outcome({how});
    });
    expect(report.complete && report.outcomes == std::set<std::vector<std::int64_t>>{{0}, {1}, {2}},
           "a timed wait ends in each of its three ways: got " + std::to_string(report.outcomes.size()));
  }
  must_pass("nobody wakes but the deadline",
            [] {
              using namespace std::chrono_literals;
              atom<std::uint32_t> word{0};
              weft::model::check(futex_wait(word, 0, deadline_after(1ms)) == futex_outcome::timed_out,
                                 "time passes when nothing else can");
            },
            {.timeouts = 0});
  must_pass("mutex", [] {
    bare_mutex m;
    plain<int> count{0};
    const auto add = [&] {
      const bare_lock held(m);
      ++count.write();
    };
    weft::model::threads(add, add, add);
    weft::model::check(count.read() == 3, "no addition is lost");
  });
  must_fail("two mutexes in two orders", "deadlock", [] {
    bare_mutex a, b;
    weft::model::threads(
        [&] {
          const bare_lock first(a);
          const bare_lock second(b);
        },
        [&] {
          const bare_lock first(b);
          const bare_lock second(a);
        });
  });
  must_pass("try_lock backs off", [] {
    bare_mutex a, b;
    atom<int> x{0};
    weft::model::threads(
        [&] {
          const bare_lock first(a);
          const bare_lock second(b);
        },
        [&] {
          const bare_lock first(b);
          if (a.try_lock()) a.unlock();
        });
  });
  {
    const auto report = explore([] {
      bare_mutex a;
      int got = -1;
      weft::model::threads([&] { const bare_lock held(a); },
                           [&] {
                             got = a.try_lock() ? 1 : 0;
                             if (got == 1) a.unlock();
                           });
      weft::model::outcome({got});
    });
    expect(report.complete && report.outcomes.size() == 2, "try_lock succeeds and fails");
  }
  must_pass("spin lock", [] {
    atom<int> word{0};
    plain<int> data{0};
    const auto body = [&] {
      while (word.exchange(1, acquire) != 0) cpu_relax();
      ++data.write();
      word.store(0, release);
    };
    weft::model::threads(body, body);
    weft::model::check(data.read() == 2, "no addition is lost");
  });
  must_pass("test and test-and-set lock", [] {
    atom<int> word{0};
    plain<int> data{0};
    const auto body = [&] {
      for (int expected = 0; !word.compare_exchange_weak(expected, 1, acquire, relaxed); expected = 0) {
        while (word.load(relaxed) != 0) cpu_relax();
      }
      ++data.write();
      word.store(0, release);
    };
    weft::model::threads(body, body);
    weft::model::check(data.read() == 2, "no addition is lost");
  });
  must_fail("spin lock without release", "data race", [] {
    atom<int> word{0};
    plain<int> data{0};
    const auto body = [&] {
      while (word.exchange(1, acquire) != 0) cpu_relax();
      ++data.write();
      word.store(0, relaxed);
    };
    weft::model::threads(body, body);
  });
  must_fail("spins for nobody", "deadlock", [] {
    atom<int> word{0};
    weft::model::threads([&] {
      while (word.load(acquire) == 0) cpu_relax();
    });
  });
  must_fail("loop without a pause", "livelock", [] {
    atom<int> word{0};
    while (word.load(acquire) == 0) {
    }
  });
  must_pass("compare_exchange loop", [] {
    atom<int> word{0};
    const auto add = [&] {
      int seen = word.load(relaxed);
      while (!word.compare_exchange_weak(seen, seen + 1, relaxed, relaxed)) cpu_relax();
    };
    weft::model::threads(add, add);
    weft::model::check(word.load(relaxed) == 2, "no addition is lost");
  });
  must_fail("compare_exchange_weak taken for strong", "exchanged", [] {
    atom<int> word{0};
    int expected = 0;
    weft::model::check(word.compare_exchange_weak(expected, 1, relaxed, relaxed), "exchanged");
  });
}

// ---------------------------------------------------------------------------------------------- structures

// R31: Vyukov's ring with capacity 1; R05: a thief that reads after its CAS; R45, R46: oneshots.
void test_structures() {
  const auto oneshot_drop = [](bool reads_after) {
    return [=] {
      // R46: the receiver's drop reads its waker after it has published that it is gone.
      atom<int> state{0};
      plain<int> waker{0};
      weft::model::threads(
          [&] {
            int expected = 0;
            if (reads_after) {
              if (state.compare_exchange_strong(expected, 2, acq_rel, acquire)) static_cast<void>(waker.read());
            } else {
              static_cast<void>(waker.read());
              state.compare_exchange_strong(expected, 2, acq_rel, acquire) ? void() : void();
            }
          },
          [&] {
            if (state.exchange(1, acq_rel) == 2) waker.write() = 7;  // the sender cleans up
          });
    };
  };
  must_pass("oneshot drop", oneshot_drop(false));
  must_fail("R46 oneshot drop reads too late", "data race", oneshot_drop(true));

  const auto deque = [](bool fenced, bool reads_late) {
    return [=] {
      // A Chase-Lev deque of two slots, enough for its heart: the last item.
      atom<int> top{0}, bottom{0}, slots[2];
      atom<int> taken[3];
      const auto use = [&](int item) {
        weft::model::check(taken[item].fetch_add(1, relaxed) == 0, "each item is taken once");
      };
      const auto push = [&](int item) {
        const int b = bottom.load(relaxed);
        if (b - top.load(acquire) == 2) return;
        slots[b % 2].store(item, relaxed);
        bottom.store(b + 1, release);
      };
      const auto pop = [&] {
        const int b = bottom.load(relaxed) - 1;
        bottom.store(b, relaxed);
        fenced ? fence(seq_cst) : fence(acq_rel);
        int t = top.load(relaxed);
        if (t < b) return use(slots[b % 2].load(relaxed));
        if (t == b && top.compare_exchange_strong(t, t + 1, seq_cst, relaxed)) use(slots[b % 2].load(relaxed));
        bottom.store(b + 1, relaxed);
      };
      const auto steal = [&] {
        int t = top.load(acquire);
        fenced ? fence(seq_cst) : fence(acq_rel);
        if (t >= bottom.load(acquire)) return;
        const int early = slots[t % 2].load(relaxed);
        if (!top.compare_exchange_strong(t, t + 1, seq_cst, relaxed)) return;
        use(reads_late ? slots[t % 2].load(relaxed) : early);
      };
      weft::model::threads(
          [&] {
            push(0);
            push(1);
            pop();
            push(2);
            pop();
          },
          [&] { steal(); }, [&] { steal(); });
    };
  };
  must_pass("deque", deque(true, false));
  must_fail("R13 deque without the seq_cst fence", "taken once", deque(false, false));
  must_fail("R05 deque reads after its compare_exchange", "taken once", deque(true, true));

  const auto ring = [](int capacity) {
    return [=] {
      // Vyukov's bounded queue: with capacity 1 a full slot looks like a free one of the next round.
      struct cell {
        atom<int> sequence{0};
        plain<int> value{0};
      };
      cell cells[2];
      atom<int> head{0}, tail{0};
      for (int i = 0; i < capacity; ++i) cells[i].sequence.store(i, relaxed);
      const auto push = [&](int value) {
        int at = tail.load(relaxed);
        cell& c = cells[at % capacity];
        if (c.sequence.load(acquire) != at) return;
        if (!tail.compare_exchange_strong(at, at + 1, relaxed, relaxed)) return;
        c.value.write() = value;
        c.sequence.store(at + 1, release);
      };
      const auto pop = [&] {
        int at = head.load(relaxed);
        cell& c = cells[at % capacity];
        if (c.sequence.load(acquire) != at + 1) return;
        if (!head.compare_exchange_strong(at, at + 1, relaxed, relaxed)) return;
        static_cast<void>(c.value.read());
        c.sequence.store(at + capacity, release);
      };
      weft::model::threads(
          [&] {
            push(1);
            push(2);
          },
          [&] { pop(); }, [&] { pop(); });
    };
  };
  must_pass("ring of 2", ring(2));
  must_fail("R31 ring of 1", "data race", ring(1));

  // R14: the protocol of libstdc++ 12's atomic wait: a release store, then a look at the count of waiters.
  const auto atomic_wait = [](auto store_order) {
    return [=] {
      atom<std::uint32_t> value{0}, waiters{0}, proxy{0};
      weft::model::threads(
          [&] {
            value.store(1, store_order);
            if (waiters.load(seq_cst) == 0) return;
            proxy.fetch_add(1, seq_cst);
            futex_wake(proxy, 1);
          },
          [&] {
            waiters.fetch_add(1, seq_cst);
            while (true) {
              const std::uint32_t key = proxy.load(seq_cst);
              if (value.load(seq_cst) != 0) break;
              static_cast<void>(futex_wait(proxy, key));
            }
          });
    };
  };
  must_pass("R14 wait after a seq_cst store", atomic_wait(seq_cst));
  must_fail("R14 wait after a release store", "deadlock", atomic_wait(release));

  // R60: an object freed after one step of the epoch instead of two; here in its smallest form, a hazard that nobody looks
  // at.
  const auto hazard = [](auto fence_between) {
    return [=] {
      atom<node*> shared{new node};
      atom<node*> hazard_of_reader{nullptr};
      weft::model::threads(
          [&] {
            node* const seen = shared.load(acquire);
            if (seen == nullptr) return;
            hazard_of_reader.store(seen, relaxed);
            fence_between();
            if (shared.load(acquire) == seen) static_cast<void>(seen->value.load(relaxed));
            hazard_of_reader.store(nullptr, release);
          },
          [&] {
            node* const old = shared.exchange(nullptr, acq_rel);
            fence_heavy();
            while (hazard_of_reader.load(acquire) == old) cpu_relax();
            delete old;
          });
    };
  };
  must_pass("hazard behind a light fence", hazard([] { fence_light(); }));
  must_fail("hazard without a fence", "", hazard([] {}));
}

}  // namespace

void test_seeded_bugs() {
  test_plain_memory();
  test_lives();
  test_waiting();
  test_structures();
  std::printf("  %u wrong programs rejected, %u right ones passed\n", rejected, passed_count);
}

}  // namespace selftest
