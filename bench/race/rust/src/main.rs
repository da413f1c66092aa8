//! The Rust contestants: rayon, crossbeam and tokio, with the problems and the command line of bench/<problem> and
//! bench/support/contest.hpp. A crate that this machine doesn't have is a feature that isn't asked for.

#![allow(dead_code, unused_mut)] // without one of the crates nobody calls what only it needs

mod contest;

#[cfg(feature = "crossbeam")]
mod deque_owner;
#[cfg(feature = "crossbeam")]
mod pin;
#[cfg(feature = "crossbeam")]
mod queues;

#[cfg(feature = "rayon")]
mod cilksort;
#[cfg(feature = "rayon")]
mod coarse;
#[cfg(feature = "rayon")]
mod fib;
#[cfg(feature = "rayon")]
mod fork;
#[cfg(feature = "rayon")]
mod integrate;
#[cfg(feature = "rayon")]
mod matmul;
#[cfg(feature = "rayon")]
mod nqueens;
#[cfg(feature = "rayon")]
mod skynet;
#[cfg(feature = "rayon")]
mod spawn_wait;
#[cfg(feature = "rayon")]
mod sum_squares;
#[cfg(feature = "rayon")]
mod uts;

#[cfg(feature = "tokio")]
mod ping_pong;

mod idle;
mod pools;
mod spawn_many;

fn main() {
    let mut entries = Vec::new();
    #[cfg(feature = "crossbeam")]
    {
        entries.extend(deque_owner::entries());
        entries.extend(pin::entries());
        entries.extend(queues::entries());
    }
    #[cfg(feature = "rayon")]
    {
        entries.extend(fib::entries());
        entries.extend(fork::entries::<nqueens::NQueens>("nqueens", contest::thread_counts()));
        entries.extend(fork::entries::<uts::Uts>("uts", contest::thread_counts()));
        entries.extend(fork::entries::<uts::Uts>("oversubscribed", vec![2, 64]));
        entries.extend(fork::entries::<skynet::Skynet>("skynet", contest::thread_counts()));
        entries.extend(fork::entries::<matmul::MatMul>("matmul", contest::thread_counts()));
        entries.extend(fork::entries::<integrate::Integrate>("integrate", contest::thread_counts()));
        entries.extend(fork::entries::<cilksort::CilkSort>("cilksort", contest::thread_counts()));
        entries.extend(sum_squares::entries());
        entries.extend(coarse::entries());
        entries.extend(spawn_wait::entries());
    }
    #[cfg(feature = "tokio")]
    entries.extend(ping_pong::entries());
    entries.extend(idle::entries());
    entries.extend(spawn_many::entries());
    contest::contest(&entries);
}
