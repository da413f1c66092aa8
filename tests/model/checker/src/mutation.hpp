// Mutation: every ordered call that the models reach, weakened by one step. Which model notices?
#pragma once

#include "engine.hpp"

#include <functional>

namespace weft::inline WEFT_ABI::model {

using model_list = std::vector<const registered_model*>;
using run_function = std::function<report(const registered_model&)>;

/// Weakens each ordered call in turn whose path contains `only`, in `jobs` processes, and prints one line for each:
///   killed    FILE:LINE OPERATION ORDER -> ORDER  by MODEL
///   SURVIVED  FILE:LINE OPERATION ORDER -> ORDER
/// A mutant is tried on the models that reach its call, the quickest first. Returns the exit status.
int mutate(const model_list& models, const std::string& only, unsigned jobs, const run_function& run);

/// Reads lines like those of mutate(), `killed` ones, from the file and prints each whose model doesn't notice (any more).
/// Returns the exit status: 0 when all are noticed.
int check_kills(const std::string& file, const run_function& run);

}  // namespace weft::inline WEFT_ABI::model
