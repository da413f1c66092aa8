// A library that stands in for hwloc: of another version, without functions, or failing when it is to read the machine.
#include <cerrno>

#define WEFT_FAKE extern "C" __attribute__((visibility("default")))

WEFT_FAKE unsigned hwloc_get_api_version() { return WEFT_FAKE_API; }

#ifdef WEFT_FAKE_FAILS
WEFT_FAKE int hwloc_topology_init(void** topology) {
  static int it;
  *topology = &it;
  return 0;
}
WEFT_FAKE int hwloc_topology_load(void*) {
  errno = ENOSYS;
  return -1;
}
WEFT_FAKE void hwloc_topology_destroy(void*) {}
// Never called.
WEFT_FAKE void hwloc_topology_set_synthetic() {}
WEFT_FAKE void hwloc_topology_set_xmlbuffer() {}
WEFT_FAKE void hwloc_topology_is_thissystem() {}
WEFT_FAKE void hwloc_get_type_depth() {}
WEFT_FAKE void hwloc_get_nbobjs_by_depth() {}
WEFT_FAKE void hwloc_get_obj_by_depth() {}
WEFT_FAKE void hwloc_bitmap_next() {}
WEFT_FAKE void hwloc_bitmap_weight() {}
WEFT_FAKE void hwloc_bitmap_alloc() {}
WEFT_FAKE void hwloc_bitmap_free() {}
#endif
