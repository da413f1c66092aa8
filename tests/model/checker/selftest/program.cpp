#include "harness.hpp"

#include <sstream>

namespace selftest {

using weft::model::search_options;

namespace {

std::memory_order order_of(char letter) {
  switch (letter) {
    case 'a':
      return std::memory_order_acquire;
    case 'l':
      return std::memory_order_release;
    case 'b':
      return std::memory_order_acq_rel;
    case 's':
      return std::memory_order_seq_cst;
    default:
      return std::memory_order_relaxed;
  }
}

char letter_of(std::memory_order order) {
  switch (order) {
    case std::memory_order_acquire:
      return 'a';
    case std::memory_order_release:
      return 'l';
    case std::memory_order_acq_rel:
      return 'b';
    case std::memory_order_seq_cst:
      return 's';
    default:
      return '.';
  }
}

instruction parse_one(const std::string& token) {
  instruction it;
  const auto word = [&] { return token[1] - 'x'; };
  const auto digit = [&](std::size_t at) { return token[at] - '0'; };
  it.order = order_of(token.back());
  switch (token[0]) {
    case 'W':
      it.what = instruction::store;
      it.word = word();
      it.value = digit(2);
      break;
    case 'R':
      it.what = instruction::load;
      it.word = word();
      break;
    case 'A':
      it.what = instruction::add;
      it.word = word();
      it.value = digit(2);
      break;
    case 'X':
      it.what = instruction::exchange;
      it.word = word();
      it.value = digit(2);
      break;
    case 'C':
      it.what = instruction::cas;
      it.word = word();
      it.expected = digit(2);
      it.value = digit(3);
      it.order = order_of(token[4]);
      it.failure = order_of(token[5]);
      break;
    case 'F':
      it.what = instruction::fence;
      break;
    case 'L':
      it.what = instruction::light;
      break;
    case 'H':
      it.what = instruction::heavy;
      break;
    default:
      it.what = instruction::only_if;
      it.value = digit(1);
      break;
  }
  return it;
}

constexpr unsigned words = 3;

// One object per run: the words are born in each execution, the results are plain memory of the host.
struct runner {
  const program* text;
  bool last_values;

  void operator()() const {
    using namespace weft::model;
    int word[words] = {0, 0, 0};
    std::int64_t read[24];
    unsigned first[weft::model::max_threads + 1] = {};
    for (std::size_t t = 0; t < text->size(); ++t) {
      unsigned reads = 0;
      for (const instruction& i : (*text)[t]) {
        reads += i.what == instruction::load || i.what == instruction::add || i.what == instruction::exchange ||
                 i.what == instruction::cas;
      }
      first[t + 1] = first[t] + reads;
    }
    for (auto& r : read) r = -1;  // not read
    for (int& w : word) runtime::born(&w, sizeof w, site::here());
    const auto body = [&](std::size_t t) {
      std::int64_t* out = read + first[t];
      std::int64_t last = 0;
      for (const instruction& i : (*text)[t]) {
        int* const at = &word[i.word];
        const site where{"litmus", "", static_cast<unsigned>(&i - (*text)[t].data() + 1)};
        switch (i.what) {
          case instruction::store:
            runtime::store(at, 4, static_cast<std::uint64_t>(i.value), i.order, where);
            break;
          case instruction::load:
            *out++ = last = static_cast<std::int64_t>(runtime::load(at, 4, i.order, where));
            break;
          case instruction::add:
            *out++ = last = static_cast<std::int64_t>(
                runtime::modify(at, 4, runtime::change::add, static_cast<std::uint64_t>(i.value), i.order, where));
            break;
          case instruction::exchange:
            *out++ = last = static_cast<std::int64_t>(
                runtime::modify(at, 4, runtime::change::exchange, static_cast<std::uint64_t>(i.value), i.order, where));
            break;
          case instruction::cas: {
            auto seen = static_cast<std::uint64_t>(i.expected);
            runtime::compare_exchange(at, 4, seen, static_cast<std::uint64_t>(i.value), i.order, i.failure, false, where);
            *out++ = last = static_cast<std::int64_t>(seen);
            break;
          }
          case instruction::fence:
            runtime::fence(i.order, where);
            break;
          case instruction::light:
            runtime::fence_light(where);
            break;
          case instruction::heavy:
            runtime::fence_heavy(where);
            break;
          case instruction::only_if:
            if (last != i.value) return;
        }
      }
    };
    {
      // The threads' handles lie in a fixed array: no allocation, so the run is as small as the program.
      struct start {
        const decltype(body)* run;
        std::size_t thread;
      } starts[max_threads];
      unsigned handles[max_threads];
      for (std::size_t t = 0; t < text->size(); ++t) {
        starts[t] = {&body, t};
        handles[t] = runtime::spawn([](void* s) { (*static_cast<start*>(s)->run)(static_cast<start*>(s)->thread); },
                                    &starts[t], "", site::here());
      }
      for (std::size_t t = 0; t < text->size(); ++t) runtime::join(handles[t], site::here());
    }
    unsigned count = first[text->size()];
    if (last_values) {
      for (int& w : word)
        read[count++] = static_cast<std::int64_t>(runtime::load(&w, 4, std::memory_order_relaxed, site::here()));
    }
    the_engine().outcome(read, count);
    for (int& w : word) runtime::died(&w, site::here());
  }
};

}  // namespace

program parse(const std::string& text) {
  program it(1);
  std::istringstream in(text);
  std::string token;
  while (in >> token) {
    if (token == "|") {
      it.emplace_back();
    } else {
      it.back().push_back(parse_one(token));
    }
  }
  return it;
}

std::string print(const program& it) {
  std::string text;
  for (const thread_program& thread : it) {
    if (&thread != &it.front()) text += " |";
    for (const instruction& i : thread) {
      if (!text.empty()) text += ' ';
      const char word = static_cast<char>('x' + i.word);
      const auto digit = [](int d) { return std::to_string(d); };
      switch (i.what) {
        case instruction::store:
          text += std::string("W") + word + digit(i.value) + letter_of(i.order);
          break;
        case instruction::load:
          text += std::string("R") + word + letter_of(i.order);
          break;
        case instruction::add:
          text += std::string("A") + word + digit(i.value) + letter_of(i.order);
          break;
        case instruction::exchange:
          text += std::string("X") + word + digit(i.value) + letter_of(i.order);
          break;
        case instruction::cas:
          text += std::string("C") + word + digit(i.expected) + digit(i.value) + letter_of(i.order) + letter_of(i.failure);
          break;
        case instruction::fence:
          text += std::string("F") + letter_of(i.order);
          break;
        case instruction::light:
          text += "L";
          break;
        case instruction::heavy:
          text += "H";
          break;
        case instruction::only_if:
          text += "?" + digit(i.value);
          break;
      }
    }
  }
  return text;
}

weft::model::report run(const program& it, bool last_values, const search_options& search) {
  return explore(runner{&it, last_values}, {}, search);
}

std::set<std::string> outcomes(const weft::model::report& report) {
  std::set<std::string> texts;
  for (const auto& values : report.outcomes) {
    std::string text;
    for (const std::int64_t v : values) text += v < 0 ? std::string("-") : std::to_string(v);
    texts.insert(text);
  }
  return texts;
}

}  // namespace selftest
