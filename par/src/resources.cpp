#include <weft/par/resources.hpp>

#include <weft/par/detail/processors.hpp>
#include <weft/par/detail/topology.hpp>

#include <utility>

namespace weft::inline WEFT_ABI::par {

namespace {

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

std::string describe_quota(const std::optional<machine_resources::cpu_quota>& quota) {
  if (!quota) return "none";
  return std::to_string(quota->quota_us) + " µs in every " + std::to_string(quota->period_us) + " µs, by " + quota->file;
}

std::string describe_hardware(const machine_resources& found) {
  if (found.cores == 0) return found.topology;
  std::string text = counted(found.cores, "core", "cores") + ", " + counted(found.l2_caches, "L2", "L2s") + ", " +
                     counted(found.l3_caches, "L3", "L3s") + ", " + counted(found.numa_nodes, "NUMA node", "NUMA nodes");
  if (found.kinds.size() > 1) {
    text += "; processors by kind, smallest cores first:";
    for (const std::size_t each : found.kinds) text += ' ' + std::to_string(each);
  }
  return text + " (" + found.topology + ')';
}

}  // namespace

std::string machine_resources::describe() const {
  return "threads     " + std::to_string(threads) + ", by " + threads_reason +                                     //
         "\nprocessors  " + std::to_string(online) + " online; this thread may use " + detail::list_of(allowed) +  //
         "\nquota       " + describe_quota(quota) +                                                                //
         "\nhardware    " + describe_hardware(*this) + '\n';
}

machine_resources resources() {
  std::vector<std::size_t> allowed = detail::allowed_processors();
  const std::optional<detail::cpu_quota> found = detail::smallest_cpu_quota("");
  detail::thread_choice chosen = detail::choose_threads(allowed.size(), found);
  std::optional<machine_resources::cpu_quota> quota;
  if (found) quota = {found->quota_us, found->period_us, found->file};
  const detail::topology& hardware = detail::topology::machine();
  const detail::topology::counts& total = hardware.total();
  return {.threads = chosen.threads,
          .threads_reason = std::move(chosen.reason),
          .online = detail::online_processors(),
          .allowed = std::move(allowed),
          .quota = std::move(quota),
          .topology = hardware.origin(),
          .cores = total.cores,
          .l2_caches = total.l2,
          .l3_caches = total.l3,
          .numa_nodes = total.nodes,
          .kinds = total.kinds};
}

}  // namespace weft::inline WEFT_ABI::par
