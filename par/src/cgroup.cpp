// Reads /proc/self/cgroup (which groups are we in), /proc/self/mountinfo (where each hierarchy hangs) and the quota files of
// our group and all above it. Any of them may set the smallest quota, so a look at our own alone isn't enough.
#include <weft/par/detail/cgroup.hpp>

#include <charconv>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string_view>
#include <vector>

namespace weft::inline WEFT_ABI::par::detail {

namespace {

// One hierarchy: where it is mounted, which of its folders the mount shows as its top, and where in it this process is.
struct hierarchy {
  std::string mount_point;
  std::string mount_root;
  std::string group;
  bool unified = false;
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

/// Finds where a hierarchy is mounted. The last mount wins: it hides the earlier ones.
std::optional<hierarchy> find_mount(const std::string& root, std::string_view controller) {
  std::optional<hierarchy> found;
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
    if (ours) found = hierarchy{unescape(before[4]), unescape(before[3]), {}, controller.empty()};
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

/// The quota of one folder, rounded up to whole processors.
std::optional<std::size_t> quota_of(const std::string& folder, bool unified) {
  std::optional<std::uint64_t> quota;
  std::optional<std::uint64_t> period;
  if (unified) {
    // "max 100000" or "150000 100000"
    const std::optional<std::string> line = first_line(folder + "/cpu.max");
    if (!line) return std::nullopt;
    const auto parts = split(*line, ' ');
    quota = number(parts[0]);
    period = parts.size() > 1 ? number(parts[1]) : 100'000;
  } else {
    // -1 means no limit, which number() refuses.
    quota = number(first_line(folder + "/cpu.cfs_quota_us").value_or(""));
    period = number(first_line(folder + "/cpu.cfs_period_us").value_or(""));
  }
  if (!quota || !period || *quota == 0 || *period == 0) return std::nullopt;
  return static_cast<std::size_t>((*quota - 1) / *period + 1);
}

std::optional<std::size_t> smaller(std::optional<std::size_t> a, std::optional<std::size_t> b) {
  if (!a) return b;
  return b && *b < *a ? b : a;
}

/// The group's path below the mount point, as far as the mount shows it.
std::string visible_path(const hierarchy& where) {
  std::string_view path = where.group;
  if (where.mount_root != "/" && path.starts_with(where.mount_root)) path.remove_prefix(where.mount_root.size());
  // A group outside of what this cgroup namespace shows begins with "/..": then only the mount's top can be seen.
  if (path.starts_with("/..") || path == "/") return {};
  return std::string(path);
}

std::optional<std::size_t> smallest_quota(const std::string& root, const hierarchy& where) {
  std::optional<std::size_t> least;
  std::string path = visible_path(where);
  while (true) {
    least = smaller(least, quota_of(root + where.mount_point + path, where.unified));
    if (path.empty()) return least;
    path.resize(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
  }
}

std::optional<std::size_t> quota_in(const std::string& root, std::string_view controller) {
  std::optional<hierarchy> where = find_mount(root, controller);
  std::optional<std::string> group = own_group(root, controller);
  if (!where || !group) return std::nullopt;
  where->group = std::move(*group);
  return smallest_quota(root, *where);
}

}  // namespace

std::optional<std::size_t> cgroup_processors(const std::string& root) {
  return smaller(quota_in(root, ""), quota_in(root, "cpu"));
}

}  // namespace weft::inline WEFT_ABI::par::detail
