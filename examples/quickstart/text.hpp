// Text files: finding them, reading them, taking them apart into words.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quickstart {

/// Words that are looked up as they lie in the text, without making a string of each.
struct word_hash : std::hash<std::string_view> {
  using is_transparent = void;
};
using tally = std::unordered_map<std::string, std::uint64_t, word_hash, std::equal_to<>>;

/// Calls `found` with each regular file at or below the paths, and `refused` with each path that can't be looked into.
/// Links met on the way aren't followed, so that no file counts twice.
void find_files(const std::vector<std::filesystem::path>& paths, const std::function<void(std::filesystem::path)>& found,
                const std::function<void(const std::filesystem::path&)>& refused);

/// The file's bytes, in `text`. False if it can't be read.
bool read_file(const std::filesystem::path& path, std::string& text);

/// Whether the bytes look like text rather than, say, a compressed file.
bool is_text(std::string_view bytes);

/// Adds each word of the text to the tally, in lower case; a word is a run of letters. `word` is scratch space.
void count_words_of(std::string_view text, tally& words, std::string& word);

/// Adds the smaller tally to the larger and returns it.
tally merged(tally one, tally other);

}  // namespace quickstart
