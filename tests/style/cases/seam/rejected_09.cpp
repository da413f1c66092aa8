// rejects: seam
long f(int* word) { return syscall(SYS_futex, word, FUTEX_WAKE, 1); }
