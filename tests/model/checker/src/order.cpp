// S: one order of all seq_cst events must exist. Nodes are those events, edges what C++20 [atomics.order] demands:
//
//   program  a before b in the same thread, or something after a in its thread happens before something before b in its own
//   eco      x coherence-ordered before y, where a is x or a fence that happens before x, and b is y or a fence that y
//            happens before
//
// An execution is consistent while this graph has no cycle. `reach` of each node is kept closed. A new event can only close
// a cycle by an edge that leaves it, that is, if it reads or writes something that isn't newest in modification order.
// fence_light and fence_heavy are fences whose eco edges count only when one end is heavy; light ones are invisible to
// others.
#include "engine.hpp"

namespace weft::inline WEFT_ABI::model {

node_set engine::fences_before(const view& known) const {
  node_set found;
  for (unsigned i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].what != sc_node::access && known.covers(nodes_[i].thread, nodes_[i].index)) found.add(i);
  }
  return found;
}

// Sources of eco edges into an access at `position`: x is earlier, or x wrote what is read.
node_set engine::into_access(const word& it, unsigned position, bool writes) const {
  node_set found;
  for (const access& a : it.accesses) {
    const unsigned at = it.position(a.message);
    if (at < position || (at == position && a.writes && !writes)) found.merge(a.before);
  }
  return found;
}

node_set engine::program_order_into(const view& before, unsigned thread) const {
  node_set found;
  for (unsigned i = 0; i < nodes_.size(); ++i) {
    const sc_node& node = nodes_[i];
    if (node.thread == thread || before.at[node.thread] > node.index) found.add(i);
  }
  return found;
}

// Targets of eco edges out of an event at `position`: seq_cst accesses further on, fences that know of one.
node_set engine::out_of(const word& it, unsigned position) const {
  node_set found;
  for (const access& a : it.accesses) {
    if (a.node >= 0 && it.position(a.message) > position) found.add(static_cast<unsigned>(a.node));
  }
  for (unsigned i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].what != sc_node::access && floor_of(it, nodes_[i].known) > position) found.add(i);
  }
  return found;
}

node_set engine::allowed_after(const node_set& targets, unsigned source) const {
  if (light_nodes_.has(source)) return targets.within(heavy_nodes_);
  if (heavy_nodes_.has(source)) return targets;
  return targets.without(light_nodes_);
}

// Would an event at `position` close a cycle? A write pushes what stands there behind itself; a read stands with its
// message.
bool engine::closes_cycle(const word& it, unsigned position, bool writes, bool seq_cst, const view& known,
                          const view& before, unsigned thread) const {
  const node_set targets = out_of(it, writes ? position - 1 : position);
  if (targets.is_empty()) return false;
  const node_set sources = fences_before(known);
  for (unsigned p = 0; p < nodes_.size(); ++p) {
    if (!sources.has(p)) continue;
    const node_set after = allowed_after(targets, p);
    if (after.has(p)) return true;
    for (unsigned b = 0; b < nodes_.size(); ++b) {
      if (after.has(b) && nodes_[b].reach.has(p)) return true;
    }
  }
  if (!seq_cst) return false;
  node_set into = into_access(it, position, writes);
  into.merge(program_order_into(before, thread));
  into = into.without(light_nodes_);
  const node_set after = targets.without(light_nodes_);
  if (after.meets(into)) return true;
  for (unsigned b = 0; b < nodes_.size(); ++b) {
    if (after.has(b) && nodes_[b].reach.meets(into)) return true;
  }
  return false;
}

// Nobody else is left and all that the others did happens before: what happens now comes last in every order, and first in
// the eyes of threads still to come. It can't be part of a cycle.
bool engine::knows_all() const {
  if (!is_last()) return false;
  for (unsigned t = 0; t < thread_count_; ++t) {
    if (!threads_[current_].known.covers(t, threads_[t].events)) return false;
  }
  return true;
}

unsigned engine::add_node(sc_node::kind what, const event& e, const view& known, node_set in) {
  if (nodes_.size() == node_set::capacity) fail("too many seq_cst events in one execution", "", e.where);
  const auto index = static_cast<unsigned>(nodes_.size());
  sc_node node;
  node.what = what;
  node.known = known;
  node.index = e.index;
  node.thread = e.thread;
  nodes_.push_back(node);
  if (what == sc_node::light) light_nodes_.add(index);
  if (what == sc_node::heavy) heavy_nodes_.add(index);
  for (unsigned q = 0; q < index; ++q) {
    if (in.has(q) || nodes_[q].reach.meets(in)) nodes_[q].reach.add(index);
  }
  return index;
}

void engine::add_edges(const node_set& sources, const node_set& targets) {
  for (unsigned p = 0; p < nodes_.size(); ++p) {
    if (!sources.has(p)) continue;
    const node_set direct = allowed_after(targets, p);
    node_set further = direct;
    for (unsigned b = 0; b < nodes_.size(); ++b) {
      if (direct.has(b)) further.merge(nodes_[b].reach);
    }
    if (further.is_empty()) continue;
    for (unsigned q = 0; q < nodes_.size(); ++q) {
      if (q == p || nodes_[q].reach.has(p)) nodes_[q].reach.merge(further);
    }
  }
}

void engine::order_access(word& it, access& a, unsigned position, bool seq_cst, const view& known, const view& before) {
  if ((nodes_.empty() && !seq_cst) || knows_all()) return;
  a.before = fences_before(known);
  if (seq_cst) {
    node_set in = into_access(it, position, a.writes);
    in.merge(program_order_into(before, a.thread));
    a.node = static_cast<std::int16_t>(add_node(sc_node::access, events_[a.made_by], known, in.without(light_nodes_)));
    a.before.add(static_cast<unsigned>(a.node));
  }
  if (position + 1 < it.order.size()) add_edges(a.before, out_of(it, position));
}

void engine::add_fence_node(sc_node::kind what, const event& e, const view& before, const node_set& more) {
  if (knows_all()) return;
  const view known = self().known;
  node_set in = more;
  in.merge(fences_before(before));
  for (std::size_t w = 0; w < word_count_; ++w) {
    const word& it = words_[w];
    if (!it.is_shared) continue;
    const unsigned floor = floor_of(it, known);
    bool read_there = false;
    for (const access& a : it.accesses) {
      read_there |= a.reads && !a.writes && it.position(a.message) == floor && known.covers(a.thread, a.index);
    }
    for (const access& a : it.accesses) {
      const unsigned at = it.position(a.message);
      if (at < floor || (at == floor && read_there && a.writes)) in.merge(a.before);
    }
  }
  if (what == sc_node::light) in = in.within(heavy_nodes_);
  if (what == sc_node::fence) in = in.without(light_nodes_);
  in.merge(program_order_into(before, e.thread));
  add_node(what, e, known, in);
}

}  // namespace weft::inline WEFT_ABI::model
