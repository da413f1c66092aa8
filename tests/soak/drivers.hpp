// The drivers: each runs on a thread of its own until the world is over.
#pragma once

#include "chance.hpp"
#include "world.hpp"

#include <weft/par.hpp>

namespace soak {

/// The pools that live as long as the soak. One keeps statistics and one doesn't, so that both ways are run.
struct long_lived {
  weft::thread_pool& watched;
  weft::thread_pool& plain;
};

/// Joins, scopes, nested pools, cancellations, exceptions, pools' births and ends, loops and futures, as chance wills.
void run_activities(world& where, const long_lived& pools, progress& mine, std::uint64_t seed);

/// Submits to the pool from outside, asleep or falling asleep, and sleeps until the job has run.
void run_handshakes(world& where, weft::thread_pool& pool, progress& mine, std::uint64_t seed);

/// Waits for what nobody will ever bring.
void run_hang(progress& mine);

}  // namespace soak
