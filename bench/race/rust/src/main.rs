//! The Rust contestants: rayon and crossbeam, with the problems and the command line of bench/<problem> and
//! bench/support/contest.hpp.

mod contest;
mod deque_owner;
mod fib;
mod pin;
mod queues;
mod spawn_wait;
mod sum_squares;

fn main() {
    let mut entries = Vec::new();
    entries.extend(fib::entries());
    entries.extend(sum_squares::entries());
    entries.extend(deque_owner::entries());
    entries.extend(pin::entries());
    entries.extend(queues::entries());
    entries.extend(spawn_wait::entries());
    contest::contest(&entries);
}
