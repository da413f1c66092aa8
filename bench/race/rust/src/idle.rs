//! bench/idle: processor time and memory of pools that have nothing to do.

use crate::contest::*;
use crate::pools::Pool;
use std::sync::{mpsc, Arc, Barrier};
use std::thread::sleep;
use std::time::Duration;

const THREADS: usize = 2;
const MANY: usize = 64;
const TO_FALL_ASLEEP: Duration = Duration::from_millis(20);

#[repr(C)]
struct TimeVal {
    seconds: i64,
    micros: i64,
}

/// The system's struct rusage, of which the first two fields matter.
#[repr(C)]
struct Usage {
    user: TimeVal,
    system: TimeVal,
    others: [i64; 14],
}

extern "C" {
    fn getrusage(who: i32, usage: *mut Usage) -> i32;
    fn sysconf(name: i32) -> i64;
}
const WHOLE_PROCESS: i32 = 0;
const THIS_THREAD: i32 = 1;
const PAGE_SIZE: i32 = 30;

/// Microseconds of processor time that the process's other threads have used.
fn others_time() -> f64 {
    let used = |who| {
        let mut usage: Usage = unsafe { std::mem::zeroed() };
        check("getrusage", unsafe { getrusage(who, &mut usage) }, 0);
        let us = |t: &TimeVal| t.seconds as f64 * 1e6 + t.micros as f64;
        us(&usage.user) + us(&usage.system)
    };
    used(WHOLE_PROCESS) - used(THIS_THREAD)
}

/// KiB of this process that are in memory and its own: without the pages of files, such as those of a library.
fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match pages[..] {
        [_, here, of_files, ..] => (here - of_files) * unsafe { sysconf(PAGE_SIZE) } as f64 / 1024.0,
        _ => wrong_answer("/proc/self/statm", text, "numbers"),
    }
}

/// The other threads' processor time during `length`, in microseconds.
fn time_of_others_during(length: Duration) -> f64 {
    let before = others_time();
    sleep(length);
    (others_time() - before).max(0.0)
}

/// n tasks that run at the same time, each on a thread of its own, and wait for each other.
fn meet(pool: &impl Pool, n: usize) {
    let door = Arc::new(Barrier::new(n));
    let (done, all) = mpsc::channel();
    for _ in 0..n {
        let (door, done) = (door.clone(), done.clone());
        pool.spawn(move || {
            door.wait();
            let _ = done.send(());
        });
    }
    drop(done);
    check("tasks that met", all.iter().count(), n);
}

fn measure_asleep<P: Pool>(pace: Pace) -> f64 {
    let pool = P::make(THREADS);
    let sample = || {
        meet(&pool, THREADS);
        sleep(TO_FALL_ASLEEP);
        let length = pace.sample * 2;
        let percent = time_of_others_during(length) * 1e3 / nanoseconds(length) * 100.0;
        (percent * 100.0).round() / 100.0
    };
    median((0..pace.samples).map(|_| sample()).collect())
}

fn measure_falling_asleep<P: Pool>(pace: Pace) -> f64 {
    let pool = P::make(THREADS);
    let sample = || {
        meet(&pool, THREADS);
        time_of_others_during(TO_FALL_ASLEEP)
    };
    median((0..pace.samples * 3).map(|_| sample()).collect())
}

fn measure_memory<P: Pool>(_: Pace) -> f64 {
    let before = resident();
    let pool = P::make(MANY);
    meet(&pool, MANY);
    sleep(TO_FALL_ASLEEP);
    (resident() - before) / MANY as f64
}

fn of_pool<P: Pool + 'static>(name: &'static str, version: &'static str) -> Vec<Entry> {
    let entry = |work, unit, threads, measure: fn(Pace) -> f64| Entry {
        name,
        version,
        work,
        unit,
        lower_is_better: true,
        threads,
        measure: Box::new(measure),
    };
    vec![
        entry("idle_processor", "% of one processor", THREADS, measure_asleep::<P>),
        entry(
            "idle_until_asleep",
            "us of processor time after the last work",
            THREADS,
            measure_falling_asleep::<P>,
        ),
        entry("idle_memory", "KiB per thread", MANY, measure_memory::<P>),
    ]
}

pub fn entries() -> Vec<Entry> {
    let mut all = Vec::new();
    #[cfg(feature = "rayon")]
    all.extend(of_pool::<rayon::ThreadPool>("rayon", RAYON));
    #[cfg(feature = "tokio")]
    all.extend(of_pool::<tokio::runtime::Runtime>("tokio", TOKIO));
    all
}
