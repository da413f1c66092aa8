// The room par: fork-join, spawned tasks, parallel iterators and the pool that runs them.
#pragma once

#include <weft/par/blocking.hpp>
#include <weft/par/broadcast.hpp>
#include <weft/par/call_settings.hpp>
#include <weft/par/cancelled_error.hpp>
#include <weft/par/fork_error.hpp>
#include <weft/par/handle.hpp>
#include <weft/par/isolate.hpp>
#include <weft/par/iter.hpp>
#include <weft/par/join.hpp>
#include <weft/par/join_context.hpp>
#include <weft/par/pool_calls.hpp>
#include <weft/par/pool_options.hpp>
#include <weft/par/resources.hpp>
#include <weft/par/scope.hpp>
#include <weft/par/scope_fifo.hpp>
#include <weft/par/statistics.hpp>
#include <weft/par/thread_pool.hpp>
#include <weft/par/timeline.hpp>
#include <weft/par/worker_main.hpp>
#include <weft/par/yield.hpp>
