// The face of room channel: queues and channels that threads and tasks share.
#pragma once

#include <weft/channel/array_queue.hpp>
#include <weft/channel/channel.hpp>
#include <weft/channel/mpsc.hpp>
#include <weft/channel/oneshot.hpp>
#include <weft/channel/outcome.hpp>
#include <weft/channel/seg_queue.hpp>
