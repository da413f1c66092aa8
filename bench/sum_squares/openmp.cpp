// OpenMP `parallel for simd` with a reduction.
#include <omp.h>

#include "openmp_version.hpp"
#include "problem.hpp"

int main(int argc, char** argv) {
  const auto team_of = [](unsigned threads, auto f) {
    omp_set_num_threads(static_cast<int>(threads));
    return f();
  };
  const auto sum = [](const std::vector<int>& input) {
    std::int64_t total = 0;
    const int* data = input.data();
    const std::size_t n = input.size();
#pragma omp parallel for simd reduction(+ : total) schedule(static)
    for (std::size_t i = 0; i < n; ++i) total += std::int64_t{data[i]} * data[i];
    return total;
  };
  return race::contest(argc, argv,
                       sum_squares::entries(race::openmp_name(), race::openmp_version(), race::role::peer,
                                            race::thread_counts(), team_of, sum));
}
