//! bench/spawn_wait: rayon's way to run one closure in a pool and wait for it from outside.

use crate::contest::*;

const THREADS: usize = 2;

fn task(x: u64) -> u64 {
    x.wrapping_mul(2) + 1
}

fn measure(pace: Pace) -> f64 {
    let pool = rayon_pool(THREADS);
    let mut x = 0;
    let time = time_per_call(pace, || {
        let asked = keep(x);
        let got = pool.install(|| task(asked));
        if got != task(asked) {
            wrong_answer("the task", got, task(asked));
        }
        x += 1;
    });
    time / 1e3
}

pub fn entries() -> Vec<Entry> {
    vec![Entry {
        name: "rayon install",
        version: RAYON,
        work: "spawn_wait",
        unit: "us per round trip",
        lower_is_better: true,
        threads: THREADS,
        measure: Box::new(measure),
    }]
}
