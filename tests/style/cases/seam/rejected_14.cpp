// rejects: seam
std::barrier<> gate{2};
