// WEFT_NUM_THREADS is a decimal number from 1 up and nothing else; what is too big is clamped.
#include <weft/par/detail/processors.hpp>

#include "weft_catch.hpp"

#include <string>

using weft::par::detail::available_processors;
using weft::par::detail::default_threads;
using weft::par::detail::parse_thread_count;

TEST_CASE("parse_thread_count smoke", "[par][processors]") {
  CHECK(parse_thread_count("1") == 1);
  CHECK(parse_thread_count("64") == 64);
  CHECK(parse_thread_count("007") == 7);
}

TEST_CASE("parse_thread_count refuses zero, signs, spaces, units and rubbish", "[par][processors]") {
  for (const char* text : {"", "0", "000", "-1", "+4", " 4", "4 ", "4k", "0x4", "4.0", "four", "\n"}) {
    INFO('"' << text << '"');
    CHECK_FALSE(parse_thread_count(text).has_value());
  }
}

TEST_CASE("parse_thread_count capacity: clamped, however long", "[par][processors]") {
  CHECK(parse_thread_count("32768") == 32768);
  CHECK(parse_thread_count("32769") == 32768);
  CHECK(parse_thread_count(std::string(400, '9')) == 32768);
  CHECK_FALSE(parse_thread_count(std::string(400, '9') + "x").has_value());
}

TEST_CASE("available_processors and default_threads are at least 1", "[par][processors]") {
  CHECK(available_processors() >= 1);
  CHECK(default_threads() >= 1);
}
