// weft::join at every fork.
#include "fork_weft.hpp"
#include "problem.hpp"

int main(int argc, char** argv) { return race::contest(argc, argv, race::weft_forks<cilksort::problem>()); }
