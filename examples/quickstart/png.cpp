#include "png.hpp"

#include <png.h>

#include <stdexcept>
#include <string>

namespace quickstart {

static_assert(sizeof(pixel) == 3, "libpng reads the pixels as bytes");

void write_png(const std::filesystem::path& path, const std::vector<pixel>& pixels, std::size_t width, std::size_t height) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = PNG_FORMAT_RGB;
  if (png_image_write_to_file(&image, path.c_str(), 0, pixels.data(), 0, nullptr) == 0) {
    throw std::runtime_error("can't write " + path.string() + ": " + image.message);
  }
}

}  // namespace quickstart
