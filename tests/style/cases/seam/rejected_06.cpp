// rejects: seam
std::jthread worker;
