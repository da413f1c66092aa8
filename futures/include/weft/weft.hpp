// All of weft: the faces of the six rooms.
#pragma once

#include <weft/atomic.hpp>
#include <weft/channel.hpp>
#include <weft/deque.hpp>
#include <weft/epoch.hpp>
#include <weft/futures.hpp>
#include <weft/par.hpp>
