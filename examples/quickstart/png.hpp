// Writing a picture.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace quickstart {

using pixel = std::array<std::uint8_t, 3>;  ///< red, green, blue

/// Writes width × height pixels, row by row.
///
/// Errors    std::runtime_error that says why the file couldn't be written.
void write_png(const std::filesystem::path& path, const std::vector<pixel>& pixels, std::size_t width, std::size_t height);

}  // namespace quickstart
