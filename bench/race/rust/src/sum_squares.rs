//! bench/sum_squares: par_iter over i32, called through install from a thread outside the pool.

use crate::contest::*;
use rayon::prelude::*;

const SIZES: [(&str, usize); 5] = [
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

fn measure(pace: Pace, n: usize, threads: usize) -> f64 {
    let pool = rayon_pool(threads);
    let (input, answer) = problem(n);
    let time = time_per_call(pace, || {
        let input = std::hint::black_box(&input[..]);
        let got: i64 =
            pool.install(|| input.par_iter().map(|&i| i64::from(i) * i64::from(i)).sum());
        if got != answer {
            wrong_answer("the sum of squares", got, answer);
        }
    });
    time / 1e3
}

pub fn entries() -> Vec<Entry> {
    let mut all = Vec::new();
    for (work, n) in SIZES {
        for threads in thread_counts() {
            all.push(Entry {
                name: "rayon",
                version: RAYON,
                work,
                unit: "us per call",
                lower_is_better: true,
                threads,
                measure: Box::new(move |pace| measure(pace, n, threads)),
            });
        }
    }
    all
}
