// oneTBB: a task_group for every ten.
#include "fork_tbb.hpp"
#include "problem.hpp"

int main(int argc, char** argv) {
  return race::contest(argc, argv, race::tbb_forks<skynet::problem, race::tbb_group_fork>());
}
