// The face of room epoch: pin, find, unlink, retire.
#pragma once

#include <weft/epoch/atomic_ptr.hpp>
#include <weft/epoch/collector.hpp>
#include <weft/epoch/collector_options.hpp>
#include <weft/epoch/guard.hpp>
#include <weft/epoch/owned.hpp>
#include <weft/epoch/pin.hpp>
#include <weft/epoch/shared.hpp>
