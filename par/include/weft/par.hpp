// The room par: fork-join, spawned tasks, parallel iterators and the pool that runs them.
#pragma once

#include <weft/par/handle.hpp>
#include <weft/par/iter.hpp>
#include <weft/par/join.hpp>
#include <weft/par/pool_options.hpp>
#include <weft/par/scope.hpp>
#include <weft/par/statistics.hpp>
#include <weft/par/thread_pool.hpp>
#include <weft/par/timeline.hpp>
