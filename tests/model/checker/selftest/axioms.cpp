// An oracle that shares nothing with the checker: it tries every reads-from and every modification order of a straight-line
// program and keeps what the axioms allow (C++20 with program order ∪ reads-from acyclic). Relations are bit matrices.
#include "harness.hpp"

#include <algorithm>
#include <cstdint>

namespace selftest {

namespace {

struct node {
  instruction::kind what = instruction::store;
  int thread = -1;  // -1: the initial write
  int place = 0;
  int word = 0;
  const instruction* from = nullptr;
  // of one candidate execution
  int source = -1;  // what it reads
  int value = 0;    // what it writes
  bool reads = false, writes = false;
  std::memory_order order{};
};

using relation = std::vector<std::uint64_t>;  // row → columns

void close(relation& r) {
  for (std::size_t k = 0; k < r.size(); ++k) {
    for (std::size_t i = 0; i < r.size(); ++i) {
      if ((r[i] >> k & 1) != 0) r[i] |= r[k];
    }
  }
}
bool has_loop(const relation& r) {
  for (std::size_t i = 0; i < r.size(); ++i) {
    if ((r[i] >> i & 1) != 0) return true;
  }
  return false;
}
bool acquires(std::memory_order o) {
  return o == std::memory_order_acquire || o == std::memory_order_acq_rel || o == std::memory_order_seq_cst;
}
bool releases(std::memory_order o) {
  return o == std::memory_order_release || o == std::memory_order_acq_rel || o == std::memory_order_seq_cst;
}

class search {
 public:
  search(const program& text, bool last_values) : last_values_(last_values) {
    for (int w = 0; w < 3; ++w) {
      node n;
      n.word = w;
      n.writes = true;
      nodes_.push_back(n);
    }
    for (std::size_t t = 0; t < text.size(); ++t) {
      int place = 0;
      for (const instruction& i : text[t]) {
        node n;
        n.what = i.what;
        n.thread = static_cast<int>(t);
        n.place = place++;
        n.word = i.word;
        n.from = &i;
        nodes_.push_back(n);
      }
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (may_read(i)) readers_.push_back(i);
    }
    choose_source(0);
  }
  std::set<std::string> found;

 private:
  [[nodiscard]] bool may_read(std::size_t i) const {
    return nodes_[i].from != nullptr && (nodes_[i].what == instruction::load || nodes_[i].what == instruction::add ||
                                         nodes_[i].what == instruction::exchange || nodes_[i].what == instruction::cas);
  }
  [[nodiscard]] bool may_write(std::size_t i) const {
    return nodes_[i].from == nullptr || nodes_[i].what == instruction::store || nodes_[i].what == instruction::add ||
           nodes_[i].what == instruction::exchange || nodes_[i].what == instruction::cas;
  }

  void choose_source(std::size_t reader) {
    if (reader == readers_.size()) return evaluate();
    node& r = nodes_[readers_[reader]];
    for (std::size_t w = 0; w < nodes_.size(); ++w) {
      if (w == readers_[reader] || !may_write(w) || nodes_[w].word != r.word) continue;
      r.source = static_cast<int>(w);
      choose_source(reader + 1);
    }
  }

  // Values follow from the sources, if program order ∪ reads-from has no loop.
  void evaluate() {
    const std::size_t n = nodes_.size();
    before_.assign(n, 0);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        if (nodes_[i].thread < 0 ? nodes_[j].thread >= 0
                                 : nodes_[i].thread == nodes_[j].thread && nodes_[i].place < nodes_[j].place) {
          before_[i] |= std::uint64_t{1} << j;
        }
      }
    }
    relation causes = before_;
    for (const std::size_t r : readers_) causes[static_cast<std::size_t>(nodes_[r].source)] |= std::uint64_t{1} << r;
    close(causes);
    if (has_loop(causes)) return;
    std::vector<std::size_t> sorted(n);
    for (std::size_t i = 0; i < n; ++i) sorted[i] = i;
    std::sort(sorted.begin(), sorted.end(), [&](std::size_t a, std::size_t b) {
      return __builtin_popcountll(causes[a]) > __builtin_popcountll(causes[b]);
    });
    for (const std::size_t i : sorted) {
      node& it = nodes_[i];
      if (it.from == nullptr) continue;
      it.reads = may_read(i);
      it.writes = may_write(i);
      it.order = it.from->order;
      const int seen = it.reads ? nodes_[static_cast<std::size_t>(it.source)].value : 0;
      switch (it.what) {
        case instruction::add:
          it.value = seen + it.from->value;
          break;
        case instruction::cas:
          it.writes = seen == it.from->expected;
          if (!it.writes) it.order = it.from->failure;
          it.value = it.from->value;
          break;
        default:
          it.value = it.from->value;
      }
    }
    for (const std::size_t r : readers_) {
      if (!nodes_[static_cast<std::size_t>(nodes_[r].source)].writes) return;
    }
    order_writes(0);
  }

  void order_writes(int word) {
    if (word == 3) return check();
    std::vector<std::size_t> writes;
    for (std::size_t i = 3; i < nodes_.size(); ++i) {
      if (nodes_[i].writes && nodes_[i].from != nullptr && nodes_[i].word == word) writes.push_back(i);
    }
    std::sort(writes.begin(), writes.end());
    do {
      auto& mo = modification_[word];
      mo.assign(1, static_cast<std::size_t>(word));
      mo.insert(mo.end(), writes.begin(), writes.end());
      order_writes(word + 1);
    } while (std::next_permutation(writes.begin(), writes.end()));
  }

  void check() {
    const std::size_t n = nodes_.size();
    const auto to = [](std::size_t i) { return std::uint64_t{1} << i; };
    relation eco(n, 0), sync(n, 0);
    for (const auto& mo : modification_) {
      for (std::size_t i = 0; i < mo.size(); ++i) {
        for (std::size_t j = i + 1; j < mo.size(); ++j) eco[mo[i]] |= to(mo[j]);
      }
    }
    const auto position = [&](std::size_t write) {
      const auto& mo = modification_[nodes_[write].word];
      return static_cast<std::size_t>(std::find(mo.begin(), mo.end(), write) - mo.begin());
    };
    for (const std::size_t r : readers_) {
      const auto source = static_cast<std::size_t>(nodes_[r].source);
      eco[source] |= to(r);
      const auto& mo = modification_[nodes_[r].word];
      for (std::size_t j = position(source) + 1; j < mo.size(); ++j) {
        if (mo[j] != r) eco[r] |= to(mo[j]);
      }
      // Atomicity: a read-modify-write comes right behind what it read.
      if (nodes_[r].writes && position(r) != position(source) + 1) return;
    }
    close(eco);

    // Synchronizes-with: release side, release sequence of read-modify-writes, acquire side.
    for (const std::size_t r : readers_) {
      std::vector<std::size_t> heads;
      for (std::size_t w = static_cast<std::size_t>(nodes_[r].source);;) {
        if (nodes_[w].from != nullptr) {
          if (releases(nodes_[w].order)) heads.push_back(w);
          for (std::size_t f = 0; f < n; ++f) {
            if (nodes_[f].what == instruction::fence && nodes_[f].from != nullptr && releases(nodes_[f].order) &&
                (before_[f] & to(w)) != 0)
              heads.push_back(f);
          }
        }
        if (!nodes_[w].reads) break;
        w = static_cast<std::size_t>(nodes_[w].source);
      }
      std::vector<std::size_t> tails;
      if (acquires(nodes_[r].order)) tails.push_back(r);
      for (std::size_t f = 0; f < n; ++f) {
        if (nodes_[f].what == instruction::fence && nodes_[f].from != nullptr && acquires(nodes_[f].order) &&
            (before_[r] & to(f)) != 0)
          tails.push_back(f);
      }
      for (const std::size_t h : heads) {
        for (const std::size_t t : tails) sync[h] |= to(t);
      }
    }
    relation hb = before_;
    for (std::size_t i = 0; i < n; ++i) hb[i] |= sync[i];
    close(hb);
    if (has_loop(hb)) return;
    for (std::size_t i = 0; i < n; ++i) {  // coherence
      for (std::size_t j = 0; j < n; ++j) {
        if ((eco[i] & to(j)) != 0 && (hb[j] & to(i)) != 0) return;
      }
    }

    // S
    const auto is_sc = [&](std::size_t i) {
      return nodes_[i].from != nullptr && nodes_[i].order == std::memory_order_seq_cst;
    };
    const auto is_fence = [&](std::size_t i) { return nodes_[i].what == instruction::fence; };
    relation s(n, 0);
    for (std::size_t a = 0; a < n; ++a) {
      if (!is_sc(a)) continue;
      for (std::size_t b = 0; b < n; ++b) {
        if (a == b || !is_sc(b)) continue;
        bool edge = (before_[a] & to(b)) != 0;
        for (std::size_t x = 0; x < n && !edge; ++x) {
          for (std::size_t y = 0; y < n && !edge; ++y) {
            edge = (before_[a] & to(x)) != 0 && (x == y || (hb[x] & to(y)) != 0) && (before_[y] & to(b)) != 0;
            const bool from = x == a || (is_fence(a) && (hb[a] & to(x)) != 0);
            const bool into = y == b || (is_fence(b) && (hb[y] & to(b)) != 0);
            edge |= from && into && (eco[x] & to(y)) != 0;
          }
        }
        if (edge) s[a] |= to(b);
      }
    }
    close(s);
    if (has_loop(s)) return;

    std::string text;
    for (std::size_t i = 3; i < n; ++i) {
      if (nodes_[i].reads) text += std::to_string(nodes_[static_cast<std::size_t>(nodes_[i].source)].value);
    }
    if (last_values_) {
      for (const auto& mo : modification_) text += std::to_string(nodes_[mo.back()].value);
    }
    found.insert(text);
  }

  bool last_values_;
  std::vector<node> nodes_;
  std::vector<std::size_t> readers_;
  std::vector<std::size_t> modification_[3];
  relation before_;
};

}  // namespace

std::set<std::string> axiomatic_outcomes(const program& it, bool last_values) { return search(it, last_values).found; }

}  // namespace selftest
