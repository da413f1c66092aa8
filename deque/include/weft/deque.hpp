// The room deque: work-stealing deques and the injector.
#pragma once

#include <weft/deque/injector.hpp>
#include <weft/deque/stolen.hpp>
#include <weft/deque/work_deque.hpp>
#include <weft/deque/worker.hpp>
