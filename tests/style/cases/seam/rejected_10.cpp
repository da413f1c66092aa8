// rejects: seam
int f(int* word) { return __atomic_load_n(word, __ATOMIC_RELAXED); }
