// rejects: seam
#include <mutex>
