// What the epoch's models that go below its public interface share: a pointer, and the records of who reads and who unlinks.
#pragma once

#include <weft/epoch/atomic_ptr.hpp>
#include <weft/epoch/detail/domain.hpp>
#include <weft/epoch/guard.hpp>
#include <weft_model/model.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace model_support {

using weft::epoch::detail::bag_word;
using weft::epoch::detail::domain;
using weft::epoch::detail::record;
using weft::epoch::detail::word;

struct thing {
  weft::plain<int> value{1};
};

inline std::size_t nothing(const bag_word*) noexcept { return 0; }

// A guard that can be dropped early.
class pin {
 public:
  explicit pin(record& who) : who_(&who), is_head_(who.enter()) {}
  pin(const pin&) = delete;
  pin& operator=(const pin&) = delete;
  ~pin() { drop(); }
  void drop() {
    if (record* const who = std::exchange(who_, nullptr)) who->leave(is_head_);
  }

 private:
  record* who_;
  bool is_head_;
};

struct epoch_stage {
  epoch_stage() = default;
  epoch_stage(const epoch_stage&) = delete;
  epoch_stage& operator=(const epoch_stage&) = delete;
  ~epoch_stage() {
    if (!reader_has_ended) reader.abandon();
    writer.abandon();
    if (const auto left = slot.load(weft::relaxed, weft::epoch::unprotected())) delete left.get();
    world.release_reference();
  }

  [[nodiscard]] const thing* find() const { return slot.load(weft::acquire, weft::epoch::unprotected()).get(); }
  static void look(const thing* found) {
    if (found != nullptr) weft::model::check(found->value.read() == 1, "what a pinned thread has found is alive");
  }
  // Both within a pin. The writer's first bag is sealed without a try to advance.
  void unlink() {
    thing* const old = slot.load(weft::relaxed, weft::epoch::unprotected()).get();
    slot.store(weft::epoch::shared<thing>{}, weft::relaxed);
    writer.defer(&weft::epoch::detail::delete_entry<thing>, std::array{reinterpret_cast<word>(old)}, sizeof(thing));
    seal();
  }
  void seal() {
    for (std::size_t i = 0; i <= weft::epoch::detail::bag::capacity; ++i) {
      writer.defer(&nothing, std::array<word, 0>{}, 0);
    }
  }
  void end_reader() {
    reader_has_ended = true;
    reader.abandon();
  }
  void collect() {
    const pin pinned(writer);
    writer.flush();
  }
  bool advance_to(std::uint64_t epoch) { return world.try_advance() == epoch; }

  domain& world = *new domain(weft::epoch::collector_options{});
  weft::epoch::atomic_ptr<thing> slot{weft::epoch::make_owned<thing>()};
  record& reader = world.acquire_record();
  record& writer = world.acquire_record();
  bool reader_has_ended = false;
};

}  // namespace model_support
