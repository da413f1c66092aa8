// rejects: seam
static thread_local int value;
