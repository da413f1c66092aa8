//! bench/support/fork.hpp: the fork-join problems, on rayon's join (and its scope, for the one that spawns).

use crate::contest::*;

pub trait Problem: Send + Sized + 'static {
    const UNIT: &'static str;
    fn make() -> Self;
    /// Before each call, outside of the clock.
    fn prepare(&mut self);
    fn solve(&mut self);
    /// After each call, outside of the clock.
    fn check(&self);
    /// What of the unit is in one call.
    fn units(&self) -> f64;
}

fn measure<P: Problem>(pace: Pace, threads: usize) -> f64 {
    let pool = rayon_pool(threads);
    let mut problem = P::make();
    let time = time_between(
        pace,
        &mut problem,
        |p| p.prepare(),
        |p| pool.install(|| p.solve()),
        |p| p.check(),
    );
    time / problem.units()
}

pub fn entries<P: Problem>(work: &'static str, thread_counts: Vec<usize>) -> Vec<Entry> {
    let entry = |threads| Entry {
        name: "rayon",
        version: RAYON,
        work,
        unit: P::UNIT,
        lower_is_better: true,
        threads,
        measure: Box::new(move |pace| measure::<P>(pace, threads)),
    };
    thread_counts.into_iter().map(entry).collect()
}
