// rejects: seam
void f() { std::atomic_thread_fence(std::memory_order_seq_cst); }
