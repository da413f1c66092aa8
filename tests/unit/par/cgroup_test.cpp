// The quota is the smallest of all groups above the process, in either version of control groups, rounded up; rubbish is no
// quota.
#include <weft/par/detail/cgroup.hpp>

#include "weft_catch.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <unistd.h>

using weft::par::detail::cpu_quota;
using weft::par::detail::smallest_cpu_quota;
namespace fs = std::filesystem;

namespace {
// A machine's files, recorded into a folder of their own.
class machine {
 public:
  machine() {
    std::string pattern = (fs::temp_directory_path() / "weft-cgroup-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    root_ = pattern;
  }
  machine(const machine&) = delete;
  machine& operator=(const machine&) = delete;
  ~machine() { fs::remove_all(root_); }

  machine& file(const std::string& path, const std::string& text) {
    const fs::path whole = root_ + path;
    fs::create_directories(whole.parent_path());
    std::ofstream(whole) << text;
    return *this;
  }
  [[nodiscard]] std::optional<cpu_quota> quota() const { return smallest_cpu_quota(root_); }
  [[nodiscard]] std::optional<std::size_t> processors() const {
    const std::optional<cpu_quota> found = quota();
    return found ? std::optional(found->processors()) : std::nullopt;
  }
  [[nodiscard]] std::string limiting_file() const {
    const std::optional<cpu_quota> found = quota();
    return found ? found->file : "none";
  }

 private:
  std::string root_;
};

const std::string v2_mount = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
const std::string v1_mount =
    "25 23 0:22 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro\n"
    "31 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "32 25 0:28 / /sys/fs/cgroup/memory rw shared:10 - cgroup cgroup rw,memory\n";

machine& v2(machine& m, const std::string& group) {
  return m.file("/proc/self/mountinfo", v2_mount).file("/proc/self/cgroup", "0::" + group + "\n");
}
machine& v1(machine& m, const std::string& group) {
  return m.file("/proc/self/mountinfo", v1_mount)
      .file("/proc/self/cgroup", "5:memory:/elsewhere\n4:cpu,cpuacct:" + group + "\n1:name=systemd:/x\n");
}
}  // namespace

TEST_CASE("cgroup empty: no files at all is no quota", "[par][cgroup]") {
  machine m;
  CHECK_FALSE(m.processors().has_value());
  CHECK_FALSE(smallest_cpu_quota("/no/such/folder").has_value());
}

TEST_CASE("cgroup v2 quota, fractions rounded up", "[par][cgroup]") {
  for (const auto& [text, expected] : {std::pair{"200000 100000\n", 2u},
                                       {"150000 100000", 2u},
                                       {"50000 100000", 1u},
                                       {"100001 100000", 2u},
                                       {"1 100000", 1u},
                                       {"300000", 3u},
                                       {"12800000 100000", 128u}}) {
    machine m;
    v2(m, "/app").file("/sys/fs/cgroup/app/cpu.max", text);
    INFO(text);
    CHECK(m.processors() == expected);
  }
}

TEST_CASE("cgroup v2 max and rubbish are no quota", "[par][cgroup]") {
  for (const char* text : {"max 100000\n", "", "\n", "rubbish", "-5 100000", "0 100000", "100000 0", "100000 x",
                           "99999999999999999999999 100000"}) {
    machine m;
    v2(m, "/app").file("/sys/fs/cgroup/app/cpu.max", text);
    INFO(text);
    CHECK_FALSE(m.processors().has_value());
  }
}

TEST_CASE("cgroup v2: an ancestor's smaller quota counts", "[par][cgroup]") {
  machine m;
  v2(m, "/kube/pod/box")
      .file("/sys/fs/cgroup/kube/cpu.max", "400000 100000")
      .file("/sys/fs/cgroup/kube/pod/cpu.max", "300000 100000")
      .file("/sys/fs/cgroup/kube/pod/box/cpu.max", "max 100000");
  CHECK(m.processors() == 3);
  CHECK(m.limiting_file() == "/sys/fs/cgroup/kube/pod/cpu.max");
  m.file("/sys/fs/cgroup/kube/cpu.max", "250000 100000");
  CHECK(m.processors() == 3);
  CHECK(m.limiting_file() == "/sys/fs/cgroup/kube/cpu.max");
  m.file("/sys/fs/cgroup/kube/cpu.max", "200000 100000");
  CHECK(m.processors() == 2);
  m.file("/sys/fs/cgroup/kube/pod/box/cpu.max", "100000 100000");
  CHECK(m.processors() == 1);
}

TEST_CASE("cgroup v2 in a namespace: the process sees itself at the top", "[par][cgroup]") {
  machine m;
  v2(m, "/").file("/sys/fs/cgroup/cpu.max", "200000 100000");
  CHECK(m.processors() == 2);
}

TEST_CASE("cgroup v2 outside what the namespace shows", "[par][cgroup]") {
  machine m;
  v2(m, "/../other").file("/sys/fs/cgroup/cpu.max", "500000 100000");
  CHECK(m.processors() == 5);
}

TEST_CASE("cgroup v2 bind-mounted part of the tree", "[par][cgroup]") {
  machine m;
  m.file("/proc/self/mountinfo", "30 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n")
      .file("/proc/self/cgroup", "0::/docker/abc/inner\n")
      .file("/sys/fs/cgroup/cpu.max", "400000 100000")
      .file("/sys/fs/cgroup/inner/cpu.max", "300000 100000");
  CHECK(m.processors() == 3);
}

TEST_CASE("cgroup v1 quota, its own and an ancestor's", "[par][cgroup]") {
  machine m;
  v1(m, "/a/b")
      .file("/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "350000\n")
      .file("/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us", "100000\n");
  CHECK(m.processors() == 4);
  m.file("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "20000")
      .file("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "10000");
  CHECK(m.processors() == 2);
  m.file("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "-1");
  CHECK(m.processors() == 4);
}

TEST_CASE("cgroup v1 without a limit", "[par][cgroup]") {
  machine m;
  v1(m, "/a")
      .file("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "-1\n")
      .file("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
  CHECK_FALSE(m.processors().has_value());
}

TEST_CASE("cgroup hybrid: version 2 mounted beside a version 1 that has the cpu controller", "[par][cgroup]") {
  machine m;
  m.file("/proc/self/mountinfo", v1_mount + "33 25 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n")
      .file("/proc/self/cgroup", "4:cpu,cpuacct:/svc\n0::/svc\n")
      .file("/sys/fs/cgroup/cpu,cpuacct/svc/cpu.cfs_quota_us", "100000")
      .file("/sys/fs/cgroup/cpu,cpuacct/svc/cpu.cfs_period_us", "50000");
  CHECK(m.processors() == 2);
}

TEST_CASE("cgroup paths with spaces and colons", "[par][cgroup]") {
  machine m;
  m.file("/proc/self/mountinfo", "30 23 0:26 / /mnt/control\\040groups rw - cgroup2 cgroup2 rw\n")
      .file("/proc/self/cgroup", "0::/odd:name here\n")
      .file("/mnt/control groups/odd:name here/cpu.max", "700000 100000");
  CHECK(m.processors() == 7);
}

TEST_CASE("cgroup v2: another group whose name begins like the mount's top is not below it", "[par][cgroup]") {
  machine m;
  m.file("/proc/self/mountinfo", "30 23 0:26 /box/a /sys/fs/cgroup ro - cgroup2 cgroup rw\n")
      .file("/proc/self/cgroup", "0::/box/abc/d\n")
      .file("/sys/fs/cgroup/cpu.max", "500000 100000")
      .file("/sys/fs/cgroup/d/cpu.max", "100000 100000")
      .file("/sys/fs/cgroupbc/d/cpu.max", "200000 100000");
  CHECK(m.processors() == 5);
}

TEST_CASE("cgroup v2: a path from outside the namespace that isn't mounted leaves the top", "[par][cgroup]") {
  machine m;
  v2(m, "/system.slice/docker-0123.scope/init").file("/sys/fs/cgroup/cpu.max", "300000 200000");
  CHECK(m.processors() == 2);
  CHECK(m.limiting_file() == "/sys/fs/cgroup/cpu.max");
}

TEST_CASE("cgroup v2 mounted twice: a mount of another part of the tree doesn't count", "[par][cgroup]") {
  machine m;
  m.file("/proc/self/mountinfo", v2_mount + "31 23 0:26 /other /run/other rw - cgroup2 cgroup2 rw\n")
      .file("/proc/self/cgroup", "0::/app\n")
      .file("/sys/fs/cgroup/app/cpu.max", "400000 100000")
      .file("/run/other/cpu.max", "100000 100000");
  CHECK(m.processors() == 4);
}

TEST_CASE("cgroup v2 mounted twice: the mount that shows more of the ancestors tells", "[par][cgroup]") {
  machine m;
  m.file("/proc/self/mountinfo", v2_mount + "31 23 0:26 /pod /run/pod rw - cgroup2 cgroup2 rw\n")
      .file("/proc/self/cgroup", "0::/pod/app\n")
      .file("/sys/fs/cgroup/pod/cpu.max", "200000 100000")
      .file("/run/pod/cpu.max", "200000 100000")
      .file("/run/pod/app/cpu.max", "max 100000");
  CHECK(m.processors() == 2);
  m.file("/sys/fs/cgroup/cpu.max", "100000 100000");
  CHECK(m.processors() == 1);
}

TEST_CASE("cgroup v1 in a container: the mount's top is the process's own group", "[par][cgroup]") {
  machine m;
  m.file("/proc/self/mountinfo", "31 25 0:27 /docker/f00d /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n")
      .file("/proc/self/cgroup", "4:cpu,cpuacct:/docker/f00d\n")
      .file("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "250000\n")
      .file("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  CHECK(m.processors() == 3);
  CHECK(m.limiting_file() == "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us");
}

TEST_CASE("cgroup v1: a quota without its period, and a period of nothing, are no quota", "[par][cgroup]") {
  machine m;
  v1(m, "/a").file("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "100000\n");
  CHECK_FALSE(m.quota().has_value());
  m.file("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "0\n");
  CHECK_FALSE(m.quota().has_value());
  m.file("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
  CHECK(m.processors() == 1);
}

TEST_CASE("cgroup hybrid: the smaller of both versions counts", "[par][cgroup]") {
  machine m;
  m.file("/proc/self/mountinfo", v1_mount + "33 25 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n")
      .file("/proc/self/cgroup", "4:cpu,cpuacct:/svc\n0::/svc\n")
      .file("/sys/fs/cgroup/cpu,cpuacct/svc/cpu.cfs_quota_us", "300000")
      .file("/sys/fs/cgroup/cpu,cpuacct/svc/cpu.cfs_period_us", "100000")
      .file("/sys/fs/cgroup/unified/cpu.max", "200000 100000");
  CHECK(m.limiting_file() == "/sys/fs/cgroup/unified/cpu.max");
  m.file("/sys/fs/cgroup/unified/cpu.max", "400000 100000");
  CHECK(m.limiting_file() == "/sys/fs/cgroup/cpu,cpuacct/svc/cpu.cfs_quota_us");
}

TEST_CASE("cgroup without one of the two files in proc is no quota", "[par][cgroup]") {
  machine no_mounts;
  no_mounts.file("/proc/self/cgroup", "0::/app\n").file("/sys/fs/cgroup/app/cpu.max", "100000 100000");
  CHECK_FALSE(no_mounts.quota().has_value());
  machine no_group;
  no_group.file("/proc/self/mountinfo", v2_mount).file("/sys/fs/cgroup/cpu.max", "100000 100000");
  CHECK_FALSE(no_group.quota().has_value());
}

TEST_CASE("cgroup that is read again sees the new quota", "[par][cgroup]") {
  machine m;
  v2(m, "/app").file("/sys/fs/cgroup/app/cpu.max", "100000 100000");
  CHECK(m.processors() == 1);
  m.file("/sys/fs/cgroup/app/cpu.max", "600000 100000");
  CHECK(m.processors() == 6);
}

TEST_CASE("cgroup: files that were cut in the middle of a line are no quota, and harmless", "[par][cgroup]") {
  for (std::size_t length = 0; length < v2_mount.size(); length += 3) {
    machine m;
    m.file("/proc/self/mountinfo", v2_mount.substr(0, length)).file("/proc/self/cgroup", "0::/\n:\n::\nx\n");
    INFO(length);
    CHECK_FALSE(m.quota().has_value());
  }
}
