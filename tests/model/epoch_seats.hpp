// Threads that are known to the default collector before they start. Registering is a dance of counters, which multiplies
// the executions of every model that pins and proves nothing about what it is there for (epoch_reclaim.cpp has it).
#pragma once

#include <weft/epoch/pin.hpp>
#include <weft_model/model.hpp>

#include <utility>

namespace model_support {

/// A place in the default collector: made and ended by the model's body, taken by one of its threads.
class epoch_seat {
 public:
  epoch_seat() {
    static_cast<void>(weft::epoch::pin());  // so that this thread has a record, which knows its domain
    record_ = &weft::epoch::detail::default_record::get()->home().acquire_record();
  }
  epoch_seat(const epoch_seat&) = delete;
  epoch_seat& operator=(const epoch_seat&) = delete;
  ~epoch_seat() { record_->abandon(); }

  void take() const noexcept { weft::epoch::detail::default_record::get() = record_; }

 private:
  weft::epoch::detail::record* record_;
};

/// model::threads() with a seat for each. After a model_default_collector.
template <class... Bodies>
void seated_threads(Bodies... bodies) {
  const auto seated = []<class Body>(const epoch_seat& seat, Body& body) {
    return [&seat, mine = std::move(body)]() mutable {
      seat.take();
      mine();
    };
  };
  const epoch_seat seats[sizeof...(Bodies)];
  const epoch_seat* next = seats;
  weft::model::running all[] = {weft::model::spawn(seated(*next++, bodies))...};
  for (weft::model::running& one : all) one.join();
}

}  // namespace model_support
