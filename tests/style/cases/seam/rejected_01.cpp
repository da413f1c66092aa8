// rejects: seam
std::atomic<int> word{0};
