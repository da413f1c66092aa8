//! bench/sum_squares: par_iter over i32, called through install from a thread outside the pool.

use crate::contest::*;
use rayon::prelude::*;
use std::time::{Duration, Instant};

const SIZES: [(&str, usize); 7] = [
    ("sum_squares_i32_10", 10),
    ("sum_squares_i32_100", 100),
    ("sum_squares_i32_1e3", 1_000),
    ("sum_squares_i32_1e4", 10_000),
    ("sum_squares_i32_1e5", 100_000),
    ("sum_squares_i32_1e6", 1_000_000),
    ("sum_squares_i32_1e8", 100_000_000),
];

fn problem(n: usize) -> (Vec<i32>, i64) {
    let mut input = Vec::with_capacity(n);
    let mut answer = 0i64;
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    for _ in 0..n {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let value = ((state >> 33) % 2001) as i32 - 1000;
        input.push(value);
        answer += i64::from(value) * i64::from(value);
    }
    (input, answer)
}

fn sum(pool: &rayon::ThreadPool, input: &[i32]) -> i64 {
    pool.install(|| input.par_iter().map(|&i| i64::from(i) * i64::from(i)).sum())
}

/// The caller is busy with its own affairs for 50 to 100 us.
fn pause(state: &mut u64) {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let length = Duration::from_nanos(50_000 + (*state >> 33) % 50_001);
    let since = Instant::now();
    while since.elapsed() < length {}
}

fn measure_burst(pace: Pace, threads: usize) -> f64 {
    let pool = rayon_pool(threads);
    let (input, answer) = problem(300_000);
    let mut state = 1;
    let time = time_between(
        pace,
        &mut 0,
        |_| pause(&mut state),
        |got| *got = sum(&pool, &input),
        |got| check("the sum of squares", *got, answer),
    );
    time / 1e3
}

fn measure(pace: Pace, n: usize, threads: usize) -> f64 {
    let pool = rayon_pool(threads);
    let (input, answer) = problem(n);
    let time = time_per_call(pace, || {
        let input = std::hint::black_box(&input[..]);
        let got = sum(&pool, input);
        if got != answer {
            wrong_answer("the sum of squares", got, answer);
        }
    });
    time / 1e3
}

pub fn entries() -> Vec<Entry> {
    let entry = |work, threads, measure| Entry {
        name: "rayon",
        version: RAYON,
        work,
        unit: "us per call",
        lower_is_better: true,
        threads,
        measure,
    };
    let mut all = Vec::new();
    for threads in thread_counts() {
        for (work, n) in SIZES {
            all.push(entry(work, threads, Box::new(move |pace| measure(pace, n, threads))));
        }
        all.push(entry("burst", threads, Box::new(move |pace| measure_burst(pace, threads))));
    }
    all
}
