// Reads /proc/self/cgroup (which groups are we in), /proc/self/mountinfo (where each hierarchy hangs) and the quota files of
// our group and all above it. Any of them may set the smallest quota, so a look at our own alone isn't enough.
#include <weft/par/detail/cgroup.hpp>

#include <charconv>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::inline WEFT_ABI::par::detail {

namespace {

// Where a hierarchy is mounted, and which of its folders the mount shows as its top.
struct mount {
  std::string point;
  std::string top;
};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool contains(std::string_view list, std::string_view word) {
  for (const std::string_view each : split(list, ',')) {
    if (each == word) return true;
  }
  return false;
}

// mountinfo writes space, tab, newline and backslash as \ooo.
std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    if (text[i] == '\\' && i + 3 < text.size()) {
      const char* const digits = text.data() + i + 1;
      if (std::from_chars(digits, digits + 3, code, 8).ptr == digits + 3) {
        plain.push_back(static_cast<char>(code));
        i += 3;
        continue;
      }
    }
    plain.push_back(text[i]);
  }
  return plain;
}

/// This process's folder in the unified hierarchy (controller == "") or in the one with that controller.
std::optional<std::string> own_group(const std::string& root, std::string_view controller) {
  std::ifstream file(root + "/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    // hierarchy:controllers:path, and the path may hold colons.
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string_view controllers = std::string_view(line).substr(first + 1, second - first - 1);
    const bool ours = controller.empty() ? controllers.empty() && line.starts_with("0:") : contains(controllers, controller);
    if (ours) return line.substr(second + 1);
  }
  return std::nullopt;
}

/// All mounts of the unified hierarchy (controller == "") or of the one with that controller.
std::vector<mount> mounts_of(const std::string& root, std::string_view controller) {
  std::vector<mount> found;
  std::ifstream file(root + "/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    // id parent major:minor root mount_point options [tags…] - type source super_options
    const std::size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    const auto before = split(std::string_view(line).substr(0, dash), ' ');
    const auto after = split(std::string_view(line).substr(dash + 3), ' ');
    if (before.size() < 5 || after.empty()) continue;
    const bool ours = controller.empty() ? after[0] == "cgroup2"
                                         : after[0] == "cgroup" && after.size() >= 3 && contains(after[2], controller);
    if (ours) found.push_back({unescape(before[4]), unescape(before[3])});
  }
  return found;
}

std::optional<std::string> first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<cpu_quota> make_quota(std::optional<std::uint64_t> quota, std::optional<std::uint64_t> period,
                                    std::string file) {
  if (!quota || !period || *quota == 0 || *period == 0) return std::nullopt;
  return cpu_quota{*quota, *period, std::move(file)};
}

std::optional<cpu_quota> quota_of(const std::string& root, const std::string& folder, bool unified) {
  if (unified) {
    // "max 100000" or "150000 100000"
    const std::string file = folder + "/cpu.max";
    const std::string line = first_line(root + file).value_or("");
    const auto parts = split(line, ' ');
    return make_quota(number(parts[0]), parts.size() > 1 ? number(parts[1]) : 100'000, file);
  }
  // -1 means no limit, which number() refuses.
  const std::string file = folder + "/cpu.cfs_quota_us";
  return make_quota(number(first_line(root + file).value_or("")),
                    number(first_line(root + folder + "/cpu.cfs_period_us").value_or("")), file);
}

// As fractions: which of two groups limits us is told even where both round up to the same number.
std::optional<cpu_quota> smaller(std::optional<cpu_quota> a, std::optional<cpu_quota> b) {
  if (!a) return b;
  if (!b) return a;
  const auto share = [](const cpu_quota& q) { return static_cast<double>(q.quota_us) / static_cast<double>(q.period_us); };
  return share(*b) < share(*a) ? b : a;
}

/// The group's path below the mount point; nothing when the mount shows another part of the tree.
std::optional<std::string> path_below(const mount& where, std::string_view group) {
  // Above what this control group namespace shows.
  if (group.starts_with("/..")) return std::nullopt;
  if (where.top != "/") {
    if (!group.starts_with(where.top)) return std::nullopt;
    group.remove_prefix(where.top.size());
    if (!group.empty() && group[0] != '/') return std::nullopt;
  }
  return std::string(group == "/" ? "" : group);
}

std::optional<cpu_quota> smallest_up_to(const std::string& root, const mount& where, std::string path, bool unified) {
  std::optional<cpu_quota> least;
  while (true) {
    least = smaller(std::move(least), quota_of(root, where.point + path, unified));
    if (path.empty()) return least;
    path.resize(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
  }
}

// Of a tree that is mounted more than once the mounts that show our group count, each with what it shows of the ancestors. If
// none does, then because a namespace hides where we are; the top of what is mounted last is then all that there is to see.
std::optional<cpu_quota> quota_in(const std::string& root, std::string_view controller) {
  const std::vector<mount> mounts = mounts_of(root, controller);
  const std::optional<std::string> group = own_group(root, controller);
  if (mounts.empty() || !group) return std::nullopt;
  std::optional<cpu_quota> least;
  bool seen = false;
  for (const mount& each : mounts) {
    const std::optional<std::string> path = path_below(each, *group);
    if (!path) continue;
    seen = true;
    least = smaller(std::move(least), smallest_up_to(root, each, *path, controller.empty()));
  }
  return seen ? least : quota_of(root, mounts.back().point, controller.empty());
}

}  // namespace

std::optional<cpu_quota> smallest_cpu_quota(const std::string& root) {
  return smaller(quota_in(root, ""), quota_in(root, "cpu"));
}

}  // namespace weft::inline WEFT_ABI::par::detail
