// The same program with everything simply called: the useful work itself.
#include "fork_serial.hpp"
#include "problem.hpp"

int main(int argc, char** argv) { return race::contest(argc, argv, race::serial_forks<nqueens::problem>()); }
