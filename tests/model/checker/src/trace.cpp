// What a failure says: the sentence, how to see it again, and what every thread did.
#include "engine.hpp"

#include <csignal>
#include <cstring>
#include <unistd.h>

namespace weft::inline WEFT_ABI::model {

const char* order_name(std::memory_order order) noexcept {
  switch (order) {
    case std::memory_order_relaxed:
      return "relaxed";
    case std::memory_order_consume:
      return "consume";
    case std::memory_order_acquire:
      return "acquire";
    case std::memory_order_release:
      return "release";
    case std::memory_order_acq_rel:
      return "acq_rel";
    case std::memory_order_seq_cst:
      return "seq_cst";
  }
  return "?";
}

const char* op_name(op kind) noexcept {
  switch (kind) {
    case op::load:
      return "load";
    case op::store:
      return "store";
    case op::modify:
      return "modify";
    case op::cas:
      return "compare_exchange";
    case op::cas_weak:
      return "compare_exchange_weak";
    case op::lock:
      return "lock";
    case op::try_lock:
      return "try_lock";
    case op::unlock:
      return "unlock";
    case op::futex_wait:
      return "futex_wait enters";
    case op::futex_check:
      return "futex_wait looks at";
    case op::futex_sleep:
      return "futex_wait ends";
    case op::futex_wake:
      return "futex_wake";
    case op::time_read:
      return "clock::now";
    case op::heap:
      return "heap";
    case op::choose:
      return "choose";
    case op::begin:
      return "begin";
    case op::join:
      return "join";
    case op::resume:
      return "futex_wait woken";
    case op::spawn:
      return "spawn";
    case op::end:
      return "end";
    case op::fence:
      return "fence";
    case op::light:
      return "fence_light";
    case op::heavy:
      return "fence_heavy";
  }
  return "?";
}

namespace {
std::string value_text(std::uint64_t value) {
  if (value < 100000) return std::to_string(value);
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

std::string place(const site& where) {
  std::string file = where.file;
  std::size_t cut = file.size();
  for (int parts = 0; parts < 3 && cut != std::string::npos && cut != 0; ++parts) cut = file.rfind('/', cut - 1);
  if (cut != std::string::npos && cut != 0) file.erase(0, cut + 1);
  return file + ":" + std::to_string(where.line);
}
}  // namespace

std::string engine::word_name(std::uint16_t index) const {
  const word& it = words_[index];
  if (it.name != nullptr) return it.name;
  return "word" + std::to_string(index) + "(" + place(it.birth) + ")";
}

std::string engine::replay_string() const {
  std::string text;
  for (const auto& [thread, choice] : taken_) {
    text += static_cast<char>('a' + thread);
    if (choice != 0) text += std::to_string(choice);
  }
  return text;
}

void engine::read_replay(const std::string& text) {
  replay_.clear();
  for (std::size_t i = 0; i < text.size();) {
    const auto thread = static_cast<std::uint8_t>(text[i++] - 'a');
    unsigned choice = 0;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9')
      choice = choice * 10 + static_cast<unsigned>(text[i++] - '0');
    replay_.emplace_back(thread, static_cast<std::uint16_t>(choice));
  }
}

std::string engine::make_trace() const {
  std::string text;
  constexpr std::size_t most = 150;
  if (events_.size() > most) text += "  … " + std::to_string(events_.size() - most) + " events before\n";
  for (std::size_t i = events_.size() > most ? events_.size() - most : 0; i < events_.size(); ++i) {
    const event& e = events_[i];
    if (e.kind == op::end && e.thread == 0) continue;
    std::string line = "  " + std::to_string(i);
    line.resize(7, ' ');
    line += std::string(2u * e.thread, ' ') + "T" + std::to_string(e.thread) + " ";
    line += op_name(e.kind);
    const bool on_word = e.read != none || e.written != none;
    if (on_word) line += " " + word_name(e.word);
    if (on_word || e.kind == op::fence) line += std::string(" ") + order_name(e.order);
    if (e.read != none) line += " read " + value_text(e.value);
    if (e.written != none) line += (e.read != none ? ", wrote " : " ") + value_text(e.wrote);
    if (e.how == candidate::spurious) line += " (spurious)";
    if (e.how == candidate::timeout) line += " (timed out)";
    if (e.kind == op::spawn || e.kind == op::join) line += " T" + value_text(e.value);
    if (e.kind == op::choose || e.kind == op::try_lock || e.kind == op::futex_wake) line += " -> " + value_text(e.value);
    if (e.kind != op::end) line += "   at " + place(e.where);
    if (e.read != none) {
      const word& it = words_[e.word];
      const message& m = it.messages[e.read];
      if (!m.initial) line += "   <- " + std::to_string(m.made_by);
      if (e.newest != e.read) {
        const message& newer = it.messages[e.newest];
        line += "   STALE: newest is " + value_text(newer.value);
        if (!newer.initial)
          line += " (T" + std::to_string(events_[newer.made_by].thread) + ", " + std::to_string(newer.made_by) + ")";
      }
    }
    if (e.written != none && words_[e.word].newest() != e.written && e.newest != none && e.read == none &&
        words_[e.word].position(e.written) < words_[e.word].position(e.newest)) {
      line += "   BEHIND " + std::to_string(words_[e.word].messages[e.newest].made_by) + " in modification order";
    }
    text += line + "\n";
  }
  return text;
}

void engine::write_failure(const char* what, const std::string& detail, const site& where) {
  if (verdict_ == verdict::failed) return;
  const bool before = std::exchange(host_new_, true);
  verdict_ = verdict::failed;
  report_.failed = true;
  report_.sentence = what;
  if (!detail.empty()) report_.sentence += ": " + detail;
  report_.replay = replay_string();
  report_.failure = report_.sentence + "\n  thread T" + std::to_string(current_) + " at " + place(where) + "\n  --replay '" +
                    report_.replay + "'\n" + make_trace();
  host_new_ = before;
}

void engine::fail(const char* what, const char* detail, site where) {
  host_new_ = true;
  write_failure(what, detail == nullptr ? "" : detail, where);
  leave();
}

void engine::crash(int signal, const void* address) {
  host_new_ = true;
  if (!running_) {
    std::fprintf(stderr, "weft model: signal %d in the checker itself\n", signal);
    ::_exit(3);
  }
  std::string detail = "signal " + std::to_string(signal);
  for (unsigned t = 0; t < thread_count_; ++t) {
    if (threads_[t].stack.is_guard(address)) detail = "stack overflow of thread " + std::to_string(t);
  }
  // The program under test has crashed on its own stack; ours is whole, so this is a failure like every other.
  write_failure("crash", detail, self().next.where);
  leave();
}

}  // namespace weft::inline WEFT_ABI::model
