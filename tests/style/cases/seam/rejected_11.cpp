// rejects: seam
void f() { __asm__ __volatile__("mfence"); }
