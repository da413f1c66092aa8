// The face of room atomic: words with explicit orders, waiting, waking.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/assert.hpp>
#include <weft/atomic/atomic_waker.hpp>
#include <weft/atomic/backoff.hpp>
#include <weft/atomic/event_count.hpp>
#include <weft/atomic/orders.hpp>
#include <weft/atomic/padded.hpp>
#include <weft/atomic/parker.hpp>
#include <weft/atomic/poll.hpp>
#include <weft/atomic/seam.hpp>
#include <weft/atomic/waker.hpp>
