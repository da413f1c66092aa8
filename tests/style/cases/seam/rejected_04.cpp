// rejects: seam
std::condition_variable_any bell;
