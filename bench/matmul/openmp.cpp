// OpenMP tasks.
#include "fork_openmp.hpp"
#include "problem.hpp"

int main(int argc, char** argv) { return race::contest(argc, argv, race::openmp_forks<matmul::problem>()); }
