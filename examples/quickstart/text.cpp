#include "text.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <utility>

namespace quickstart {

namespace fs = std::filesystem;

namespace {

bool is_letter(unsigned char byte) { return std::isalpha(byte) != 0 || byte >= 0x80; }

void walk(const fs::path& folder, const std::function<void(fs::path)>& found,
          const std::function<void(const fs::path&)>& refused) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) return refused(folder);
  for (; entries != fs::directory_iterator(); entries.increment(error)) {
    const fs::directory_entry& entry = *entries;
    const fs::file_status status = entry.symlink_status(error);
    if (error) {
      refused(entry.path());
    } else if (fs::is_directory(status)) {
      walk(entry.path(), found, refused);
    } else if (fs::is_regular_file(status)) {
      found(entry.path());
    }
  }
  if (error) refused(folder);
}

}  // namespace

void find_files(const std::vector<fs::path>& paths, const std::function<void(fs::path)>& found,
                const std::function<void(const fs::path&)>& refused) {
  for (const fs::path& path : paths) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
      walk(path, found, refused);
    } else if (fs::is_regular_file(status)) {
      found(path);
    } else {
      refused(path);
    }
  }
}

bool read_file(const fs::path& path, std::string& text) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return false;
  text.clear();
  char block[1 << 16];
  while (file.read(block, sizeof(block)) || file.gcount() > 0) text.append(block, static_cast<std::size_t>(file.gcount()));
  return !file.bad();
}

bool is_text(std::string_view bytes) { return bytes.substr(0, 8192).find('\0') == std::string_view::npos; }

void count_words_of(std::string_view text, tally& words, std::string& word) {
  word.clear();
  const auto close = [&] {
    if (word.empty()) return;
    const auto known = words.find(std::string_view(word));
    if (known != words.end()) {
      ++known->second;
    } else {
      words.emplace(word, 1);
    }
    word.clear();
  };
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (is_letter(byte)) {
      word.push_back(byte < 0x80 ? static_cast<char>(std::tolower(byte)) : letter);
    } else {
      close();
    }
  }
  close();
}

tally merged(tally one, tally other) {
  if (one.size() < other.size()) std::swap(one, other);
  for (const auto& [word, count] : other) one[word] += count;
  return one;
}

}  // namespace quickstart
