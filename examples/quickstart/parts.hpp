// The five parts. Each prints what it did and returns whether its results were right.
#pragma once

#include "options.hpp"

namespace quickstart {

bool sum_squares(const options& chosen);
bool count_words(const options& chosen);
bool fill_a_queue(const options& chosen);
bool await_fibonacci(const options& chosen);
bool paint_a_picture(const options& chosen);

/// Runs all parts in a pool that is watched, then draws what its threads did.
bool run_watched(const options& chosen, bool (*all)(const options&));

}  // namespace quickstart
