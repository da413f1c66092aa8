//! bench/pin: crossbeam-epoch, through its thread-local default and through a handle that is at hand.

use crate::contest::*;
use crossbeam::epoch;
use std::sync::atomic::{compiler_fence, AtomicBool, Ordering};
use std::sync::Arc;

/// What was retired under a guard is whole while the guard lives, and is gone some time after.
fn show_that_it_reclaims(pin: &mut dyn FnMut() -> epoch::Guard) {
    let first = Arc::new(AtomicBool::new(false));
    for round in 0..100_000 {
        let dead = if round == 0 { first.clone() } else { Arc::new(AtomicBool::new(false)) };
        let guard = pin();
        let mark = dead.clone();
        guard.defer(move || mark.store(true, Ordering::Relaxed));
        guard.flush();
        check("dead while its guard lives", dead.load(Ordering::Relaxed), false);
        drop(guard);
        if first.load(Ordering::Relaxed) {
            return;
        }
    }
    check("the first retired object of 100000 is dead", first.load(Ordering::Relaxed), true);
}

fn by_default_handle(pace: Pace) -> f64 {
    show_that_it_reclaims(&mut epoch::pin);
    time_per_call(pace, || {
        let guard = epoch::pin();
        compiler_fence(Ordering::SeqCst);
        drop(guard);
    })
}

fn by_local_handle(pace: Pace) -> f64 {
    let collector = epoch::Collector::new();
    let handle = collector.register();
    show_that_it_reclaims(&mut || handle.pin());
    time_per_call(pace, || {
        let guard = handle.pin();
        compiler_fence(Ordering::SeqCst);
        drop(guard);
    })
}

pub fn entries() -> Vec<Entry> {
    let entry = |name, measure: fn(Pace) -> f64| Entry {
        name,
        version: CROSSBEAM_EPOCH,
        work: "pin",
        unit: "ns per pin+unpin",
        lower_is_better: true,
        threads: 1,
        measure: Box::new(measure),
    };
    vec![
        entry("crossbeam-epoch", by_default_handle),
        entry("crossbeam-epoch LocalHandle", by_local_handle),
    ]
}
