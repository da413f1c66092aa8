//! bench/coarse: two closures of a millisecond, through install and join.

use crate::contest::*;
use std::time::Duration;

const THREADS: usize = 2;

fn chain(mut x: u64) -> u64 {
    for _ in 0..800_000 {
        x = keep(x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
    }
    x
}

fn measure(pace: Pace, pause: Duration) -> f64 {
    let pool = rayon_pool(THREADS);
    let answer = (chain(1), chain(2));
    let time = time_between(
        pace,
        &mut (0, 0),
        |got| {
            *got = (0, 0);
            if !pause.is_zero() {
                std::thread::sleep(pause);
            }
        },
        |got| *got = pool.install(|| rayon::join(|| chain(1), || chain(2))),
        |got| check("both chains", *got == answer, true),
    );
    time / 1e3
}

pub fn entries() -> Vec<Entry> {
    let entry = |work, pause| Entry {
        name: "rayon join",
        version: RAYON,
        work,
        unit: "us per pair",
        lower_is_better: true,
        threads: THREADS,
        measure: Box::new(move |pace| measure(pace, Duration::from_millis(pause))),
    };
    vec![entry("coarse_awake", 0), entry("coarse_asleep", 5)]
}
