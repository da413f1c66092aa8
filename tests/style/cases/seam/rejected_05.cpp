// rejects: seam
void f() { std::this_thread::yield(); }
