// What the models of the channels share: ends of each kind, messages that are counted, and threads that may pin.
#pragma once

#include <weft/channel/channel.hpp>
#include <weft/epoch/pin.hpp>
#include <weft_model/model.hpp>

#include "epoch_seats.hpp"
#include "support.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace model_support {

using parcel = std::unique_ptr<std::uint32_t>;
using sender = weft::channel::sender<parcel>;
using receiver = weft::channel::receiver<parcel>;

enum class kind { rendezvous, bounded, unbounded };  // bounded: room for one

struct channel_stage {
  const kind which;
  // Unbounded channels reclaim their segments through the default collector, which a model must make first.
  std::optional<weft::epoch::model_default_collector> world;
  tally taken;
  unsigned put = 0;  // bits of what was sent

  explicit channel_stage(kind of) : which(of) {
    if (of == kind::unbounded) world.emplace();
  }
  [[nodiscard]] auto open() const {
    if (which == kind::unbounded) return weft::channel::unbounded<parcel>();
    return weft::channel::bounded<parcel>(which == kind::bounded ? 1 : 0);
  }
  /// An unbounded one whose first segment is there: its first send is another model's.
  [[nodiscard]] auto open_used() const {
    auto ends = open();
    if (which == kind::unbounded) {
      static_cast<void>(ends.tx.try_send(nullptr));
      static_cast<void>(ends.rx.try_recv());
    }
    return ends;
  }
  template <class... Bodies>
  void threads(Bodies... bodies) const {
    if (which == kind::unbounded) {
      seated_threads(std::move(bodies)...);
    } else {
      weft::model::threads(std::move(bodies)...);
    }
  }

  void note(std::uint32_t item, weft::channel::sent<parcel> result) {
    if (result) {
      put |= 1u << item;
    } else {
      weft::model::check(*std::move(result).take() == item, "a refusal hands the goods back");
    }
  }
  bool note(weft::channel::received<parcel> got) {
    if (got) taken.add(**got);
    return static_cast<bool>(got);
  }
  [[nodiscard]] static parcel make(std::uint32_t item) { return std::make_unique<std::uint32_t>(item); }

  void send(sender& tx, std::uint32_t item) { note(item, tx.send(make(item))); }
  void try_send(sender& tx, std::uint32_t item) { note(item, tx.try_send(make(item))); }
  bool receive(receiver& rx) { return note(rx.recv()); }
  bool try_receive(receiver& rx) { return note(rx.try_recv()); }
  void receive_all(receiver& rx) {
    while (receive(rx)) {
    }
  }
  /// Everything that was sent was received: for models whose receiver goes on to the end.
  void expect_all() const {
    for (unsigned i = 0; i < 8; ++i) {
      weft::model::check(taken.has(i) == ((put >> i & 1) != 0), "what is sent is received");
    }
  }
  void expect_sent(std::uint32_t item) const {
    weft::model::check((put >> item & 1) != 0, "a send that nothing refuses says ok");
  }
};

}  // namespace model_support
