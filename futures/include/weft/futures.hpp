// The face of room futures: what waits without blocking a thread.
#pragma once

#include <weft/futures/block_on.hpp>
#include <weft/futures/boxed.hpp>
#include <weft/futures/channel.hpp>
#include <weft/futures/future.hpp>
#include <weft/futures/join.hpp>
#include <weft/futures/map.hpp>
#include <weft/futures/ready.hpp>
#include <weft/futures/select.hpp>
#include <weft/futures/settled.hpp>
#include <weft/futures/spawn.hpp>
#include <weft/futures/task.hpp>
