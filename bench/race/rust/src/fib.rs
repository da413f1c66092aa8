//! bench/fib: a join at every call, no cutoff.

use crate::contest::*;
use std::time::Instant;

fn compute(n: u64) -> u64 {
    let n = keep(n);
    if n < 2 {
        return n;
    }
    let (a, b) = rayon::join(|| compute(n - 1), || compute(n - 2));
    a + b
}

fn answer(n: u64) -> u64 {
    (0..n).fold((0u64, 1u64), |(a, b), _| (b, a + b)).0
}

fn measure(pace: Pace, threads: usize) -> f64 {
    let pool = rayon_pool(threads);
    let time_one = |n: u64| {
        let start = Instant::now();
        let got = pool.install(|| compute(n));
        let spent = nanoseconds(start.elapsed());
        check(&format!("fib({n})"), got, answer(n));
        spent
    };
    let warm_since = Instant::now();
    let wanted = nanoseconds(pace.sample);
    let mut n = 18;
    let mut spent = time_one(n);
    while n < 42 && (spent < wanted || warm_since.elapsed() < pace.warm_up) {
        if spent < wanted {
            n += 1;
        }
        spent = time_one(n);
    }
    let joins = (answer(n + 1) - 1) as f64;
    median((0..pace.samples).map(|_| time_one(n) / joins).collect())
}

pub fn entries() -> Vec<Entry> {
    thread_counts()
        .into_iter()
        .map(|threads| Entry {
            name: "rayon",
            version: RAYON,
            work: "fib",
            unit: "ns per join",
            lower_is_better: true,
            threads,
            measure: Box::new(move |pace| measure(pace, threads)),
        })
        .collect()
}
