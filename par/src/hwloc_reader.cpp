// hwloc, loaded when the first pool that can use it is made. No header of ours names it, no program of ours links it.
//
// Only hwloc 2.x: its objects' fields and its functions' arguments are what the header said when this was compiled. A library
// that calls itself 3 has other ones (of hwloc_cpukinds_get_info, for one) and is refused.
#include <weft/par/detail/topology.hpp>

// The second is an architecture's own: without it this is a cross build that sees the host's headers.
#if __has_include(<hwloc.h>) && __has_include(<hwloc/autogen/config.h>)
#include <hwloc.h>
#if HWLOC_API_VERSION >> 16 == 2
#define WEFT_HWLOC 2
#else
#define WEFT_HWLOC 0
#endif
#endif

#ifdef WEFT_HWLOC
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dlfcn.h>
#include <memory>
#include <string>
#include <tuple>
#endif

namespace weft::inline WEFT_ABI::par::detail {

#if !defined(WEFT_HWLOC)

topology topology::read(const topology_source&) { return topology("flat: weft was built without hwloc's header"); }

#elif WEFT_HWLOC == 0

topology topology::read(const topology_source&) { return topology("flat: weft was built with another hwloc than 2.x"); }

#else

namespace {

// The functions that we use, found by name. The library stays loaded: others in the process may use it too.
struct hwloc_library {
  decltype(&::hwloc_get_api_version) get_api_version = nullptr;
  decltype(&::hwloc_topology_init) init = nullptr;
  decltype(&::hwloc_topology_set_synthetic) set_synthetic = nullptr;
  decltype(&::hwloc_topology_set_xmlbuffer) set_xml = nullptr;
  decltype(&::hwloc_topology_load) load = nullptr;
  decltype(&::hwloc_topology_is_thissystem) is_this_system = nullptr;
  decltype(&::hwloc_topology_destroy) destroy = nullptr;
  decltype(&::hwloc_get_type_depth) get_type_depth = nullptr;
  decltype(&::hwloc_get_nbobjs_by_depth) get_count = nullptr;
  decltype(&::hwloc_get_obj_by_depth) get_object = nullptr;
  decltype(&::hwloc_bitmap_next) next_bit = nullptr;
  decltype(&::hwloc_bitmap_weight) weight = nullptr;
  decltype(&::hwloc_bitmap_alloc) make_bitmap = nullptr;
  decltype(&::hwloc_bitmap_free) free_bitmap = nullptr;
  // Since 2.4, so neither the library nor the header need have them.
  int (*count_kinds)(hwloc_topology_t, unsigned long flags) = nullptr;
  int (*get_kind)(hwloc_topology_t, unsigned kind, hwloc_bitmap_t processors, int* efficiency, unsigned* info_count,
                  struct hwloc_info_s** infos, unsigned long flags) = nullptr;
  /// Empty, or why it can't be used.
  std::string refusal;

  explicit hwloc_library(const char* name) {
    void* const library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      const char* const reason = ::dlerror();
      refusal = reason == nullptr ? "can't be loaded" : reason;
      return;
    }
    find(library, get_api_version, "hwloc_get_api_version");
    if (!refusal.empty()) return;
    if (get_api_version() >> 16 != 2) {
      refusal = std::string(name) + " is hwloc " + version() + ", and weft knows 2.x";
      return;
    }
    find_all(library);
  }

  [[nodiscard]] std::string version() const {
    const unsigned api = get_api_version();
    return std::to_string(api >> 16) + "." + std::to_string(api >> 8 & 0xff);
  }

 private:
  template <class Function>
  void find(void* library, Function*& function, const char* name) {
    function = reinterpret_cast<Function*>(::dlsym(library, name));
    if (function == nullptr && refusal.empty()) refusal = std::string("it has no ") + name;
  }

  void find_all(void* library) {
    find(library, init, "hwloc_topology_init");
    find(library, set_synthetic, "hwloc_topology_set_synthetic");
    find(library, set_xml, "hwloc_topology_set_xmlbuffer");
    find(library, load, "hwloc_topology_load");
    find(library, is_this_system, "hwloc_topology_is_thissystem");
    find(library, destroy, "hwloc_topology_destroy");
    find(library, get_type_depth, "hwloc_get_type_depth");
    find(library, get_count, "hwloc_get_nbobjs_by_depth");
    find(library, get_object, "hwloc_get_obj_by_depth");
    find(library, next_bit, "hwloc_bitmap_next");
    find(library, weight, "hwloc_bitmap_weight");
    find(library, make_bitmap, "hwloc_bitmap_alloc");
    find(library, free_bitmap, "hwloc_bitmap_free");
    count_kinds = reinterpret_cast<decltype(count_kinds)>(::dlsym(library, "hwloc_cpukinds_get_nr"));
    get_kind = reinterpret_cast<decltype(get_kind)>(::dlsym(library, "hwloc_cpukinds_get_info"));
  }
};

// No machine that we know has more; a nonsensical number must not cost memory.
constexpr int most_processors = 1 << 16;

// One loaded topology of hwloc's, and how it becomes ours.
class reader {
 public:
  explicit reader(const hwloc_library& hwloc) noexcept : hwloc_(hwloc) {}
  reader(const reader&) = delete;
  reader& operator=(const reader&) = delete;
  ~reader() {
    if (loaded_ != nullptr) hwloc_.destroy(loaded_);
  }

  /// Empty, or which step has failed.
  std::string load(const topology_source& from) {
    if (hwloc_.init(&loaded_) != 0) {
      loaded_ = nullptr;
      return failure("hwloc_topology_init");
    }
    if (from.synthetic != nullptr && hwloc_.set_synthetic(loaded_, from.synthetic) != 0) {
      return failure("hwloc_topology_set_synthetic");
    }
    if (from.xml != nullptr && hwloc_.set_xml(loaded_, from.xml, static_cast<int>(std::strlen(from.xml) + 1)) != 0) {
      return failure("hwloc_topology_set_xmlbuffer");
    }
    return hwloc_.load(loaded_) == 0 ? std::string() : failure("hwloc_topology_load");
  }

  /// False: somebody has told hwloc of another machine, by its environment variables for one.
  [[nodiscard]] bool is_this_machine() const { return hwloc_.is_this_system(loaded_) != 0; }

  std::vector<topology::place> read() {
    note_processors();
    number(HWLOC_OBJ_CORE, &topology::place::core);
    number(HWLOC_OBJ_L2CACHE, &topology::place::l2);
    number(HWLOC_OBJ_L3CACHE, &topology::place::l3);
    number(HWLOC_OBJ_NUMANODE, &topology::place::node);
    note_kinds();
    return std::move(places_);
  }

 private:
  static std::string failure(const char* step) { return std::string(step) + ": " + std::strerror(errno); }

  template <class Visit>
  void each_place(hwloc_const_bitmap_t bits, Visit visit) {
    for (int bit = hwloc_.next_bit(bits, -1); bit >= 0 && bit < most_processors; bit = hwloc_.next_bit(bits, bit)) {
      if (static_cast<std::size_t>(bit) < places_.size()) visit(places_[static_cast<std::size_t>(bit)]);
    }
  }

  [[nodiscard]] std::vector<hwloc_obj_t> objects_of(hwloc_obj_type_t type) const {
    std::vector<hwloc_obj_t> found;
    const int depth = hwloc_.get_type_depth(loaded_, type);
    if (depth == HWLOC_TYPE_DEPTH_UNKNOWN || depth == HWLOC_TYPE_DEPTH_MULTIPLE) return found;
    const unsigned count = hwloc_.get_count(loaded_, depth);
    for (unsigned i = 0; i < count; ++i) {
      const hwloc_obj_t object = hwloc_.get_object(loaded_, depth, i);
      if (object != nullptr && object->cpuset != nullptr) found.push_back(object);
    }
    return found;
  }

  // Each on a core of its own until we know better, under numbers that no core has.
  void note_processors() {
    constexpr std::uint32_t no_core = 0x4000'0000;
    for (const hwloc_obj_t each : objects_of(HWLOC_OBJ_PU)) {
      if (each->os_index >= static_cast<unsigned>(most_processors)) continue;
      if (each->os_index >= places_.size()) places_.resize(each->os_index + 1);
      places_[each->os_index].core = no_core + each->os_index;
    }
  }

  /// Writes into each processor's field the number of the smallest object of this type that it belongs to: a memory of the
  /// whole machine must not hide the nodes.
  void number(hwloc_obj_type_t type, std::uint32_t topology::place::*field) {
    std::vector<hwloc_obj_t> objects = objects_of(type);
    std::sort(objects.begin(), objects.end(), [this](hwloc_obj_t a, hwloc_obj_t b) {
      const int weight_a = hwloc_.weight(a->cpuset), weight_b = hwloc_.weight(b->cpuset);
      return std::tie(weight_b, a->logical_index) < std::tie(weight_a, b->logical_index);
    });
    std::uint32_t next = 0;
    for (const hwloc_obj_t object : objects) {
      each_place(object->cpuset, [&](topology::place& each) {
        if (each.core != topology::none) each.*field = next;
      });
      ++next;
    }
  }

  // hwloc ranks them by efficiency, the smallest core first; or says −1 if it can't tell which is which.
  void note_kinds() {
    if (hwloc_.count_kinds == nullptr || hwloc_.get_kind == nullptr) return;
    const int count = hwloc_.count_kinds(loaded_, 0);
    if (count < 2) return;
    const std::unique_ptr<hwloc_bitmap_s, decltype(hwloc_.free_bitmap)> members(hwloc_.make_bitmap(), hwloc_.free_bitmap);
    if (members == nullptr) return;
    for (int kind = 0; kind < count; ++kind) {
      int efficiency = -1;
      if (hwloc_.get_kind(loaded_, static_cast<unsigned>(kind), members.get(), &efficiency, nullptr, nullptr, 0) != 0)
        continue;
      if (efficiency < 0 || efficiency >= count) continue;
      each_place(members.get(), [&](topology::place& each) { each.kind = static_cast<std::uint32_t>(efficiency); });
    }
  }

  const hwloc_library& hwloc_;
  hwloc_topology_t loaded_ = nullptr;
  std::vector<topology::place> places_;
};

}  // namespace

topology topology::read(const topology_source& from) {
  const hwloc_library hwloc(from.library);
  if (!hwloc.refusal.empty()) return topology("flat: " + hwloc.refusal);
  reader machine(hwloc);
  if (const std::string failure = machine.load(from); !failure.empty()) return topology("flat: " + failure);
  std::vector<place> places = machine.read();
  if (places.empty()) return topology("flat: hwloc knows no processor here");
  return topology(std::move(places),
                  "hwloc " + hwloc.version() + (machine.is_this_machine() ? "" : ", of a machine that it was told of"));
}

#endif

}  // namespace weft::inline WEFT_ABI::par::detail
