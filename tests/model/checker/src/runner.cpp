// weft_models: runs every model whose name contains the filter and says what it took.
#include "mutation.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace weft::inline WEFT_ABI::model {

namespace {

constexpr const char* usage =
    "weft_models [filter] [options]\n"
    "  --list              names only\n"
    "  --seconds S         at most S seconds of processor time per model; with --random or --pct: that long\n"
    "  --seed N            of --random and --pct (default 1)\n"
    "  --random, --pct     walk at random instead of exhausting\n"
    "  --exhaust           exhaust also the models that are usually walked\n"
    "  --bound N           only executions with at most N preemptions\n"
    "  --replay STRING     the one execution that a failure printed, with its trace\n"
    "  --weaken FILE:LINE  weaken the order at that place by one step (FILE: any suffix of the path);\n"
    "  --weaken FILE:LINE:1  acq_rel → release instead of acquire. Exit status 1 when a model notices, 0 when none does\n"
    "  --sites             print every ordered call that the models reach, for --weaken\n"
    "  --sites-to FILE     write them there\n"
    "  --mutate            weaken each of them in turn and say whether a model notices\n"
    "  --jobs N            with --mutate: in N processes (default 1)\n"
    "  --only PART         with --mutate and --sites: places whose path contains PART\n"
    "  --kills FILE        check the lines of --mutate in it that say that a mutant is killed\n"
    "  --expect-failure    exit status 0 if some model fails, 1 if none does\n";

struct settings {
  std::string filter;
  search_options search;
  bool list = false;
  bool sites = false;
  bool expect_failure = false;
  bool walks = false;
  bool exhaust = false;
  bool mutate = false;
  unsigned jobs = 1;
  std::string only;
  std::string sites_to;
  std::string kills;
};

void on_signal(int signal, siginfo_t* info, void*) { the_engine().crash(signal, info->si_addr); }

void catch_crashes() {
  static char room[64 * 1024];
  stack_t stack{};
  stack.ss_sp = room;
  stack.ss_size = sizeof room;
  ::sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_sigaction = &on_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) ::sigaction(signal, &action, nullptr);
}

bool read_words(int count, char** words, settings& wanted) {
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const auto next = [&]() -> std::string { return i + 1 < count ? words[++i] : ""; };
    if (word == "--list") {
      wanted.list = true;
    } else if (word == "--seconds") {
      wanted.search.max_seconds = std::atof(next().c_str());
    } else if (word == "--seed") {
      wanted.search.seed = std::strtoull(next().c_str(), nullptr, 10);
    } else if (word == "--random" || word == "--pct") {
      wanted.search.how = word == "--pct" ? strategy::pct : strategy::random;
      wanted.walks = true;
    } else if (word == "--exhaust") {
      wanted.exhaust = true;
    } else if (word == "--bound") {
      wanted.search.preemption_bound = std::atoi(next().c_str());
    } else if (word == "--replay") {
      wanted.search.how = strategy::replay;
      wanted.search.replay = next();
      wanted.search.trace_always = true;
    } else if (word == "--weaken") {
      const std::string place = next();
      const std::size_t colon = place.find(':');
      if (colon == std::string::npos) return false;
      auto& weaken = the_engine().weaken;
      weaken.file = place.substr(0, colon);
      weaken.line = static_cast<unsigned>(std::atoi(place.c_str() + colon + 1));
      const std::size_t second = place.find(':', colon + 1);
      if (second != std::string::npos) weaken.variant = std::atoi(place.c_str() + second + 1);
    } else if (word == "--sites") {
      wanted.sites = true;
    } else if (word == "--mutate") {
      wanted.mutate = true;
    } else if (word == "--jobs") {
      wanted.jobs = std::max(1u, static_cast<unsigned>(std::atoi(next().c_str())));
    } else if (word == "--sites-to") {
      wanted.sites_to = next();
    } else if (word == "--kills") {
      wanted.kills = next();
    } else if (word == "--only") {
      wanted.only = next();
    } else if (word == "--expect-failure") {
      wanted.expect_failure = true;
    } else if (word[0] == '-') {
      return false;
    } else {
      wanted.filter = word;
    }
  }
  return true;
}

report run_model(const registered_model& it, const settings& wanted) {
  search_options search = wanted.search;
  if (search.how == strategy::reduced && !it.wanted.exhaustive && search.preemption_bound < 0 && !wanted.exhaust) {
    search.how = it.wanted.by_priorities ? strategy::pct : strategy::random;
    search.max_executions = it.wanted.walks;
  } else if (wanted.walks && search.max_seconds > 1e8) {
    search.max_executions = it.wanted.walks;
  }
  body_function body = it.body;
  return the_engine().explore(
      it.wanted, search, [](void* b) { (*static_cast<body_function*>(b))(); }, &body);
}

model_list matching(const std::string& filter) {
  model_list found;
  for (const registered_model& it : registered_models())
    if (std::strstr(it.name, filter.c_str()) != nullptr) found.push_back(&it);
  return found;
}

void write_sites(std::FILE* out, const std::string& only) {
  for (const auto& it : the_engine().sites)
    if (it.file.find(only) != std::string::npos)
      std::fprintf(out, "%s:%u %s %s\n", it.file.c_str(), it.line, op_name(it.kind), order_name(it.order));
}

bool save_sites(const settings& wanted) {
  std::FILE* out = std::fopen(wanted.sites_to.c_str(), "w");
  if (out == nullptr) {
    std::perror(wanted.sites_to.c_str());
    return false;
  }
  write_sites(out, wanted.only);
  return std::fclose(out) == 0;
}

int list_models(const settings& wanted) {
  for (const registered_model* it : matching(wanted.filter)) std::printf("%s\n", it->name);
  return 0;
}

int run_all(const settings& wanted) {
  unsigned ran = 0, failed = 0;
  double seconds = 0;
  std::uint64_t executions = 0;
  the_engine().collect_sites = wanted.sites || !wanted.sites_to.empty();
  for (const registered_model* model : matching(wanted.filter)) {
    const registered_model& it = *model;
    const report result = run_model(it, wanted);
    ++ran;
    seconds += result.seconds;
    executions += result.executions;
    const bool is_empty = result.complete && result.executions == 0;
    const char* how = result.failed                           ? "FAILED"
                      : is_empty                              ? "FAILED: every execution was discarded"
                      : result.complete                       ? "complete"
                      : wanted.search.how == strategy::replay ? "replayed"
                      : wanted.walks || !it.wanted.exhaustive ? "walked"
                                                              : "CUT OFF: not complete";
    if (wanted.search.preemption_bound >= 0 && result.complete) how = "complete within the bound";
    std::printf("%-62s %9llu executions (+%llu) %8.3f s  %s\n", it.name, static_cast<unsigned long long>(result.executions),
                static_cast<unsigned long long>(result.redundant), result.seconds, how);
    if (is_empty) ++failed;
    if (result.failed) {
      ++failed;
      std::printf("%s  in MODEL(\"%s\") at %s:%u\n", result.failure.c_str(), it.name, it.where.file, it.where.line);
    } else if (wanted.search.trace_always) {
      std::printf("%s", result.failure.c_str());
    }
    std::fflush(stdout);
  }
  if (wanted.sites) write_sites(stdout, wanted.only);
  if (!wanted.sites_to.empty() && !save_sites(wanted)) return 1;
  std::printf("%u models, %llu executions, %.2f s, %u failed\n", ran, static_cast<unsigned long long>(executions), seconds,
              failed);
  if (the_engine().weaken.line != 0 && !the_engine().weaken.hit)
    std::printf("--weaken: no ordered call stands at that place\n");
  if (ran == 0) std::printf("no model has \"%s\" in its name\n", wanted.filter.c_str());
  if (wanted.expect_failure) return failed != 0 ? 0 : 1;
  return failed == 0 && ran != 0 ? 0 : 1;
}

}  // namespace

int run_models(int count, char** words) {
  settings wanted;
  if (!read_words(count, words, wanted)) {
    std::fputs(usage, stderr);
    return 2;
  }
  catch_crashes();
  if (wanted.list) return list_models(wanted);
  const run_function run = [&](const registered_model& it) { return run_model(it, wanted); };
  if (wanted.mutate) return mutate(matching(wanted.filter), wanted.only, wanted.jobs, run);
  if (!wanted.kills.empty()) return check_kills(wanted.kills, run);
  return run_all(wanted);
}

}  // namespace weft::inline WEFT_ABI::model

int main(int count, char** words) { return weft::model::run_models(count, words); }
