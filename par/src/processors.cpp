#include <weft/par/detail/processors.hpp>

#include <weft/par/detail/cgroup.hpp>
#include <weft/par/detail/sleep_word.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <sched.h>
#include <unistd.h>

namespace weft::inline WEFT_ABI::par::detail {

std::optional<std::size_t> parse_thread_count(std::string_view text) noexcept {
  std::size_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  if (stop != end || text.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return sleep_word::most_workers;
  if (error != std::errc{} || count == 0) return std::nullopt;
  return std::min(count, sleep_word::most_workers);
}

namespace {
// Processors that the scheduler may put this process on. The mask grows until the kernel's fits.
std::size_t allowed_processors() {
  constexpr int most = 1 << 20;
  for (int processors = CPU_SETSIZE; processors <= most; processors *= 2) {
    const std::unique_ptr<cpu_set_t, void (*)(cpu_set_t*)> mask(CPU_ALLOC(static_cast<std::size_t>(processors)),
                                                                [](cpu_set_t* set) { CPU_FREE(set); });
    if (mask == nullptr) break;
    const std::size_t bytes = CPU_ALLOC_SIZE(static_cast<std::size_t>(processors));
    if (::sched_getaffinity(0, bytes, mask.get()) == 0) {
      return static_cast<std::size_t>(std::max(CPU_COUNT_S(bytes, mask.get()), 1));
    }
  }
  const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1 ? 1 : static_cast<std::size_t>(online);
}
}  // namespace

std::size_t available_processors() {
  const std::size_t allowed = std::min(allowed_processors(), sleep_word::most_workers);
  const std::optional<std::size_t> quota = cgroup_processors("");
  return quota ? std::clamp<std::size_t>(*quota, 1, allowed) : allowed;
}

std::size_t default_threads() {
  if (const char* const text = ::secure_getenv("WEFT_NUM_THREADS")) {
    if (const std::optional<std::size_t> count = parse_thread_count(text)) return *count;
  }
  return available_processors();
}

}  // namespace weft::inline WEFT_ABI::par::detail
