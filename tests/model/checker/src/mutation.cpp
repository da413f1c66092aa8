#include "mutation.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <map>

#include <sys/wait.h>
#include <unistd.h>

namespace weft::inline WEFT_ABI::model {

namespace {

struct mutant {
  engine::ordered_call call;
  int variant = 0;
};

/// The models that reach a call, the quickest first.
using reach = std::map<engine::ordered_call, model_list>;

void set_weakening(const mutant& it) {
  auto& weaken = the_engine().weaken;
  weaken = {it.call.file, it.call.line, it.variant, false};
  weaken.kind = it.call.kind;
  weaken.has_kind = true;
}

std::string describe(const mutant& it) {
  set_weakening(it);
  const site where{it.call.file.c_str(), "", it.call.line};
  const std::memory_order less = the_engine().weakened(it.call.order, it.call.kind, where);
  return it.call.file + ":" + std::to_string(it.call.line) + " " + op_name(it.call.kind) + " " + order_name(it.call.order) +
         " -> " + order_name(less);
}

/// False when a model fails by itself.
bool find_reach(const model_list& models, const run_function& run, reach& found) {
  engine& it = the_engine();
  std::vector<std::pair<double, const registered_model*>> by_time;
  std::map<const registered_model*, std::set<engine::ordered_call>> calls;
  it.collect_sites = true;
  for (const registered_model* model : models) {
    it.sites.clear();
    const report result = run(*model);
    if (result.failed) {
      std::printf("%s fails without a mutation\n", model->name);
      return false;
    }
    by_time.emplace_back(result.seconds, model);
    calls[model] = it.sites;
  }
  it.collect_sites = false;
  std::sort(by_time.begin(), by_time.end());
  for (const auto& [seconds, model] : by_time)
    for (const auto& call : calls[model]) found[call].push_back(model);
  return true;
}

std::vector<mutant> list_mutants(const reach& reached, const std::string& only) {
  std::vector<mutant> all;
  for (const auto& [call, models] : reached) {
    if (call.file.find(only) == std::string::npos) continue;
    all.push_back({call, 0});
    if (call.order == std::memory_order_acq_rel) all.push_back({call, 1});
  }
  return all;
}

void try_mutant(const mutant& it, const model_list& models, const run_function& run) {
  const std::string what = describe(it);
  const auto killer = std::find_if(models.begin(), models.end(), [&](const registered_model* m) { return run(*m).failed; });
  if (killer != models.end()) {
    std::printf("killed    %s  by %s\n", what.c_str(), (*killer)->name);
  } else {
    std::printf("SURVIVED  %s\n", what.c_str());
  }
  std::fflush(stdout);
}

}  // namespace

int mutate(const model_list& models, const std::string& only, unsigned jobs, const run_function& run) {
  reach reached;
  if (!find_reach(models, run, reached)) return 1;
  const std::vector<mutant> all = list_mutants(reached, only);
  std::fflush(stdout);
  std::vector<pid_t> children;
  for (unsigned job = 0; job < jobs; ++job) {
    const pid_t child = ::fork();
    if (child < 0) {
      std::perror("weft_models: fork");
      return 1;
    }
    if (child == 0) {
      for (std::size_t i = job; i < all.size(); i += jobs) try_mutant(all[i], reached[all[i].call], run);
      std::_Exit(0);
    }
    children.push_back(child);
  }
  bool well = true;
  for (const pid_t child : children) {
    int status = 0;
    well = ::waitpid(child, &status, 0) == child && status == 0 && well;
  }
  return well && !all.empty() ? 0 : 1;
}

// ---------------------------------------------------------------------------------------------- kills

namespace {

/// The mutant that describe() would describe so, if it is one.
bool read_mutant(const std::string& what, mutant& it) {
  const std::size_t space = what.find(' ');
  const std::size_t colon = what.rfind(':', space);
  if (space == std::string::npos || colon == std::string::npos) return false;
  it.call.file = what.substr(0, colon);
  it.call.line = static_cast<unsigned>(std::atoi(what.c_str() + colon + 1));
  for (const op kind : {op::load, op::store, op::modify, op::fence, op::light, op::heavy})
    for (const auto order :
         {std::memory_order_acquire, std::memory_order_release, std::memory_order_acq_rel, std::memory_order_seq_cst})
      for (const int variant : {0, 1}) {
        it.call.kind = kind;
        it.call.order = order;
        it.variant = variant;
        if (describe(it) == what) return true;
      }
  return false;
}

bool is_noticed(const std::string& what, const std::string& name, const run_function& run) {
  mutant it;
  if (!read_mutant(what, it)) return false;
  set_weakening(it);
  const auto& models = registered_models();
  const auto model = std::find_if(models.begin(), models.end(), [&](const registered_model& m) { return name == m.name; });
  return model != models.end() && run(*model).failed;
}

}  // namespace

int check_kills(const std::string& file, const run_function& run) {
  std::ifstream lines(file);
  const std::string killed = "killed    ";
  const std::string by = "  by ";
  unsigned checked = 0, unnoticed = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t middle = line.find(by);
    if (line.rfind(killed, 0) != 0 || middle == std::string::npos) continue;
    ++checked;
    if (is_noticed(line.substr(killed.size(), middle - killed.size()), line.substr(middle + by.size()), run)) continue;
    ++unnoticed;
    std::printf("not %s\n", line.c_str());
  }
  std::printf("%u kills checked, %u not noticed\n", checked, unnoticed);
  return checked != 0 && unnoticed == 0 ? 0 : 1;
}

}  // namespace weft::inline WEFT_ABI::model
