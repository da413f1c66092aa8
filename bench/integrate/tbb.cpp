// oneTBB: parallel_invoke and task_group.
#include "fork_tbb.hpp"
#include "problem.hpp"

int main(int argc, char** argv) {
  return race::contest(argc, argv, race::tbb_forks<integrate::problem, race::tbb_invoke_fork, race::tbb_group_fork>());
}
