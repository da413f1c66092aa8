// rejects: seam
std::once_flag once;
