// Part 2: one thread finds files, all count their words, a parallel reduce merges the counts.
#include "parts.hpp"
#include "report.hpp"
#include "text.hpp"

#include <weft/weft.hpp>

#include <algorithm>
#include <iostream>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace quickstart {

namespace {

namespace fs = std::filesystem;

/// What the counters have seen. Each counter has its own and shares nothing while it counts.
struct census {
  std::vector<tally> tallies;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t not_text = 0;
  std::vector<fs::path> unreadable;
};

/// A tally is put aside when it has seen this much text, so that there is something to merge in parallel.
constexpr std::uint64_t bytes_per_tally = 4 << 20;

/// Counts the words of files from the channel until it is empty and its sender is gone.
census count_from(weft::channel::receiver<fs::path>& files, progress_bar& bar) {
  census seen;
  tally words;
  std::string text;
  std::string word;
  std::uint64_t counted = 0;
  for (auto& path : files) {
    if (!read_file(path, text)) {
      seen.unreadable.push_back(path);
    } else if (!is_text(text)) {
      ++seen.not_text;
    } else {
      count_words_of(text, words, word);
      ++seen.files;
      seen.bytes += text.size();
      counted += text.size();
    }
    if (counted >= bytes_per_tally) {
      seen.tallies.push_back(std::exchange(words, {}));
      counted = 0;
    }
    bar.add(1);
  }
  seen.tallies.push_back(std::move(words));
  return seen;
}

census merged(census one, census other) {
  std::move(other.tallies.begin(), other.tallies.end(), std::back_inserter(one.tallies));
  std::move(other.unreadable.begin(), other.unreadable.end(), std::back_inserter(one.unreadable));
  one.files += other.files;
  one.bytes += other.bytes;
  one.not_text += other.not_text;
  return one;
}

/// One thread finds the files and sends them; as many counters as there are threads take them.
census count_all(const std::vector<fs::path>& paths, progress_bar& bar) {
  auto [tx, rx] = weft::channel::bounded<fs::path>(256);
  std::vector<fs::path> refused;
  std::jthread finder([&paths, &refused, &bar, sender = std::move(tx)]() mutable {
    find_files(
        paths,
        [&](fs::path path) {
          bar.expect(1);
          static_cast<void>(sender.send(std::move(path)));
        },
        [&](const fs::path& path) { refused.push_back(path); });
    // The sender dies here, and the counters' loops end.
    const auto gone = std::move(sender);
  });

  std::vector<census> seen(weft::par::current_num_threads());
  weft::scope([&seen, &bar, &found = rx](weft::par::scope_handle& s) {
    for (census& mine : seen) {
      s.spawn([&mine, &bar, files = found]() mutable { mine = count_from(files, bar); });
    }
  });
  finder.join();

  census all = std::accumulate(std::make_move_iterator(seen.begin()), std::make_move_iterator(seen.end()), census{},
                               [](census one, census other) { return merged(std::move(one), std::move(other)); });
  std::move(refused.begin(), refused.end(), std::back_inserter(all.unreadable));
  return all;
}

void print_top(const tally& words, std::size_t how_many) {
  std::vector<std::pair<std::uint64_t, std::string_view>> top;
  for (const auto& [word, count] : words) top.emplace_back(count, word);
  how_many = std::min(how_many, top.size());
  // The most frequent first; among equals, as in a dictionary.
  std::partial_sort(
      top.begin(), top.begin() + static_cast<std::ptrdiff_t>(how_many), top.end(),
      [](const auto& a, const auto& b) { return std::pair(b.first, a.second) < std::pair(a.first, b.second); });
  for (std::size_t i = 0; i < how_many; ++i) line(top[i].second, grouped(top[i].first));
}

void print_unreadable(const std::vector<fs::path>& paths) {
  constexpr std::size_t named = 5;
  for (std::size_t i = 0; i < std::min(named, paths.size()); ++i) std::cout << "      " << paths[i].string() << '\n';
  if (paths.size() > named) std::cout << "      and " << paths.size() - named << " more\n";
}

}  // namespace

bool count_words(const options& chosen) {
  std::string where;
  for (const fs::path& path : chosen.texts) where += (where.empty() ? "" : ", ") + path.string();
  heading(2, "Word frequencies of the text files in " + where);

  census seen;
  tally words;
  const auto time = time_of([&] {
    progress_bar bar;
    seen = count_all(chosen.texts, bar);
    words =
        weft::par_iter(std::move(seen.tallies))
            .reduce([] { return tally{}; }, [](tally one, tally other) { return merged(std::move(one), std::move(other)); });
    bar.finish();
  });

  std::uint64_t total = 0;
  for (const auto& [word, count] : words) total += count;
  line("files", grouped(seen.files));
  line("bytes of text", grouped(seen.bytes));
  line("words", grouped(total));
  line("different words", grouped(words.size()));
  line("left out: not text", grouped(seen.not_text));
  line("left out: unreadable", grouped(seen.unreadable.size()));
  print_unreadable(seen.unreadable);
  line("time", readable(time));
  std::cout << "   the most frequent:\n";
  print_top(words, 20);
  return true;
}

}  // namespace quickstart
