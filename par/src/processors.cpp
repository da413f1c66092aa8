#include <weft/par/detail/processors.hpp>

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

constexpr std::size_t most_processors = std::size_t{1} << 20;

// The kernel's set of processors, with room for those below `processors`.
class processor_set {
 public:
  explicit processor_set(std::size_t processors) noexcept : set_(CPU_ALLOC(processors)), bytes_(CPU_ALLOC_SIZE(processors)) {
    if (set_ != nullptr) CPU_ZERO_S(bytes_, set_.get());
  }
  [[nodiscard]] bool is_there() const noexcept { return set_ != nullptr; }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] cpu_set_t* get() const noexcept { return set_.get(); }
  void add(std::size_t processor) noexcept { CPU_SET_S(processor, bytes_, set_.get()); }
  [[nodiscard]] std::vector<std::size_t> members() const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < bytes_ * 8; ++i) {
      if (CPU_ISSET_S(i, bytes_, set_.get())) found.push_back(i);
    }
    return found;
  }

 private:
  struct freer {
    void operator()(cpu_set_t* set) const noexcept { CPU_FREE(set); }
  };
  std::unique_ptr<cpu_set_t, freer> set_;
  std::size_t bytes_;
};

}  // namespace

std::size_t online_processors() noexcept {
  const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1 ? 1 : static_cast<std::size_t>(online);
}

// The set grows until the kernel's fits.
std::vector<std::size_t> allowed_processors() {
  for (std::size_t room = CPU_SETSIZE; room <= most_processors; room *= 2) {
    const processor_set mask(room);
    if (!mask.is_there()) break;
    if (::sched_getaffinity(0, mask.bytes(), mask.get()) != 0) continue;
    if (std::vector<std::size_t> found = mask.members(); !found.empty()) return found;
  }
  std::vector<std::size_t> all(online_processors());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  return all;
}

bool confine_to(std::span<const std::size_t> processors) noexcept {
  if (processors.empty()) return false;
  const std::size_t highest = *std::max_element(processors.begin(), processors.end());
  if (highest >= most_processors) return false;
  processor_set mask(highest + 1);
  if (!mask.is_there()) return false;
  for (const std::size_t each : processors) mask.add(each);
  return ::sched_setaffinity(0, mask.bytes(), mask.get()) == 0;
}

namespace {
thread_choice by_machine(std::size_t allowed, const std::optional<cpu_quota>& quota) {
  const std::size_t most = std::clamp<std::size_t>(allowed, 1, sleep_word::most_workers);
  if (quota && quota->processors() < most) return {quota->processors(), "the quota in " + quota->file};
  return {most, "the processors that this thread may use"};
}
}  // namespace

thread_choice choose_threads(const char* asked, std::size_t allowed, const std::optional<cpu_quota>& quota) {
  if (asked == nullptr) return by_machine(allowed, quota);
  if (const std::optional<std::size_t> count = parse_thread_count(asked)) return {*count, "WEFT_NUM_THREADS"};
  thread_choice otherwise = by_machine(allowed, quota);
  otherwise.reason += "; WEFT_NUM_THREADS isn't a number from 1 up and doesn't count";
  return otherwise;
}

thread_choice choose_threads(std::size_t allowed, const std::optional<cpu_quota>& quota) {
  return choose_threads(::secure_getenv("WEFT_NUM_THREADS"), allowed, quota);
}

std::string list_of(std::span<const std::size_t> numbers) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    if (!text.empty()) text += ',';
    text += std::to_string(numbers[i]);
    if (last > i) text += '-' + std::to_string(numbers[last]);
    i = last + 1;
  }
  return text;
}

}  // namespace weft::inline WEFT_ABI::par::detail
