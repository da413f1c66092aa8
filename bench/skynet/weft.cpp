// weft::scope for every ten.
#include "fork_weft.hpp"
#include "problem.hpp"

int main(int argc, char** argv) {
  return race::contest(argc, argv, (race::weft_forks<skynet::problem, race::on_a_worker>()));
}
