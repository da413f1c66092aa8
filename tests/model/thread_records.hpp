// par's thread records for a model: they live as long as this object, one per thread, never lent twice.
#pragma once

namespace model_support {

/// Make one first thing in the body of a model that uses par; join every thread before its end.
class thread_records {
 public:
  thread_records();
  thread_records(const thread_records&) = delete;
  thread_records& operator=(const thread_records&) = delete;
  ~thread_records();
};

}  // namespace model_support
