// rejects: seam
std::mutex lock;
