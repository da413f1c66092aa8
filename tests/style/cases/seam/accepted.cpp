// accepted
// std::atomic in a comment is only talk, and so is "std::mutex" in a string.
#include <weft/atomic/seam.hpp>
const char* talk = "std::thread";
char letter = 'a';
int thousand = 1'000;
weft::atom<int> word{0};
