// hwloc, loaded when the first pool that can use it is made. No header of ours names it, no program of ours links it.
#include <weft/par/detail/topology.hpp>

#include <sched.h>

// The second is an architecture's own: without it this is a cross build that sees the host's headers.
#if __has_include(<hwloc.h>) && __has_include(<hwloc/autogen/config.h>)
#include <dlfcn.h>
#include <hwloc.h>
#define WEFT_HWLOC 1
#endif

#include <memory>
#include <utility>

namespace weft::inline WEFT_ABI::par::detail {

std::uint32_t current_processor() noexcept {
  const int processor = ::sched_getcpu();
  return processor < 0 ? 0 : static_cast<std::uint32_t>(processor);
}

#ifdef WEFT_HWLOC

namespace {

// The functions that we use, found by name. The library stays loaded: others in the process may use it too.
struct hwloc_library {
  decltype(&::hwloc_get_api_version) get_api_version = nullptr;
  decltype(&::hwloc_topology_init) init = nullptr;
  decltype(&::hwloc_topology_set_synthetic) set_synthetic = nullptr;
  decltype(&::hwloc_topology_load) load = nullptr;
  decltype(&::hwloc_topology_destroy) destroy = nullptr;
  decltype(&::hwloc_get_type_depth) get_type_depth = nullptr;
  decltype(&::hwloc_get_nbobjs_by_depth) get_count = nullptr;
  decltype(&::hwloc_get_obj_by_depth) get_object = nullptr;
  decltype(&::hwloc_bitmap_next) next_bit = nullptr;
  bool usable = false;

  hwloc_library() noexcept {
    void* const library = ::dlopen("libhwloc.so.15", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return;
    const auto find = [library](auto& function, const char* name) {
      function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
      return function != nullptr;
    };
    if (!find(get_api_version, "hwloc_get_api_version")) return;
    // The same library name may carry another layout of its objects one day.
    if (get_api_version() >> 16 != HWLOC_API_VERSION >> 16) return;
    usable = find(init, "hwloc_topology_init") && find(set_synthetic, "hwloc_topology_set_synthetic") &&
             find(load, "hwloc_topology_load") && find(destroy, "hwloc_topology_destroy") &&
             find(get_type_depth, "hwloc_get_type_depth") && find(get_count, "hwloc_get_nbobjs_by_depth") &&
             find(get_object, "hwloc_get_obj_by_depth") && find(next_bit, "hwloc_bitmap_next");
  }

  [[nodiscard]] static const hwloc_library& get() noexcept {
    static const hwloc_library library;
    return library;
  }
};

struct destroyer {
  void operator()(hwloc_topology_t what) const noexcept { hwloc_library::get().destroy(what); }
};
using loaded_topology = std::unique_ptr<std::remove_pointer_t<hwloc_topology_t>, destroyer>;

loaded_topology load(const char* description) {
  const hwloc_library& hwloc = hwloc_library::get();
  if (!hwloc.usable) return nullptr;
  hwloc_topology_t raw = nullptr;
  if (hwloc.init(&raw) != 0) return nullptr;
  loaded_topology topology(raw);
  if (description != nullptr && hwloc.set_synthetic(raw, description) != 0) return nullptr;
  if (hwloc.load(raw) != 0) return nullptr;
  return topology;
}

// No machine that we know has more; a nonsensical number must not cost memory.
constexpr int most_processors = 1 << 16;

/// Writes into each processor's `field` the number of the object of this type that it belongs to.
void number(hwloc_topology_t topology, hwloc_obj_type_t type, std::vector<topology::place>& places,
            std::uint32_t topology::place::*field) {
  const hwloc_library& hwloc = hwloc_library::get();
  const int depth = hwloc.get_type_depth(topology, type);
  if (depth == HWLOC_TYPE_DEPTH_UNKNOWN || depth == HWLOC_TYPE_DEPTH_MULTIPLE) return;
  const unsigned count = hwloc.get_count(topology, depth);
  for (unsigned i = 0; i < count; ++i) {
    const hwloc_obj_t object = hwloc.get_object(topology, depth, i);
    if (object == nullptr || object->cpuset == nullptr) continue;
    for (int bit = hwloc.next_bit(object->cpuset, -1); bit >= 0 && bit < most_processors;
         bit = hwloc.next_bit(object->cpuset, bit)) {
      if (static_cast<std::size_t>(bit) < places.size()) places[static_cast<std::size_t>(bit)].*field = i;
    }
  }
}

/// Room for every processor, each one on a core of its own until we know better.
std::vector<topology::place> empty_places(hwloc_topology_t topology) {
  const hwloc_library& hwloc = hwloc_library::get();
  std::vector<topology::place> places;
  const int depth = hwloc.get_type_depth(topology, HWLOC_OBJ_PU);
  if (depth < 0) return places;
  const unsigned count = hwloc.get_count(topology, depth);
  for (unsigned i = 0; i < count; ++i) {
    const hwloc_obj_t processor = hwloc.get_object(topology, depth, i);
    if (processor == nullptr || processor->os_index >= static_cast<unsigned>(most_processors)) continue;
    if (processor->os_index >= places.size()) places.resize(processor->os_index + 1);
  }
  for (std::size_t i = 0; i < places.size(); ++i) places[i].core = static_cast<std::uint32_t>(i);
  return places;
}

// A level that the machine doesn't tell is taken to be as fine as the next smaller one; nodes default to one.
std::vector<topology::place> read(hwloc_topology_t topology) {
  std::vector<topology::place> places = empty_places(topology);
  number(topology, HWLOC_OBJ_CORE, places, &topology::place::core);
  for (topology::place& each : places) each.l2 = each.core;
  number(topology, HWLOC_OBJ_L2CACHE, places, &topology::place::l2);
  for (topology::place& each : places) each.l3 = each.l2;
  number(topology, HWLOC_OBJ_L3CACHE, places, &topology::place::l3);
  number(topology, HWLOC_OBJ_NUMANODE, places, &topology::place::node);
  return places;
}

}  // namespace

struct topology_reader {
  static topology read_from(const char* description) {
    const loaded_topology loaded = load(description);
    if (loaded == nullptr) return {};
    return topology(read(loaded.get()));
  }
};

#else  // built without hwloc's header

struct topology_reader {
  static topology read_from(const char*) { return {}; }
};

#endif

const topology& topology::machine() {
  static const topology* const here = new topology(topology_reader::read_from(nullptr));
  return *here;
}

topology topology::synthetic(const std::string& description) { return topology_reader::read_from(description.c_str()); }

}  // namespace weft::inline WEFT_ABI::par::detail
