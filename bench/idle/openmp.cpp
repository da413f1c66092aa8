// OpenMP: a team, of which the caller is one.
#include <omp.h>

#include "openmp_version.hpp"
#include "problem.hpp"

int main(int argc, char** argv) {
  const auto anywhere = [](unsigned, auto f) { return f(); };
  const auto meet = [](unsigned n, idle::meeting& task) {
#pragma omp parallel num_threads(static_cast <int>(n))
    task();
  };
  return race::contest(argc, argv,
                       idle::entries(race::openmp_name(), race::openmp_version(), race::role::peer, anywhere, meet));
}
