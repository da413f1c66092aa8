// OpenMP sections.
#include <omp.h>

#include "openmp_version.hpp"
#include "problem.hpp"

int main(int argc, char** argv) {
  const auto sections = [](auto f, auto g) {
#pragma omp parallel sections num_threads(coarse::threads)
    {
#pragma omp section
      f();
#pragma omp section
      g();
    }
  };
  return race::contest(argc, argv,
                       coarse::entries(
                           race::openmp_name(), race::openmp_version(), race::role::peer, coarse::threads,
                           [](auto f) { return f(); }, sections));
}
