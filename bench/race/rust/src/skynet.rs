//! bench/skynet: ten tasks from each, down to a million leaves, on rayon's scope.

use crate::contest::*;
use crate::fork::Problem;

const WIDTH: u64 = 10;
const LEAVES: u64 = 1_000_000;
const TASKS: u64 = 1_111_110;

fn sum(first: u64, count: u64) -> u64 {
    if count == 1 {
        return first;
    }
    let part = count / WIDTH;
    let mut parts = [0; WIDTH as usize];
    rayon::scope(|scope| {
        for (i, slot) in (0..).zip(parts.iter_mut()) {
            scope.spawn(move |_| *slot = sum(first + i * part, part));
        }
    });
    parts.iter().sum()
}

pub struct Skynet(u64);

impl Problem for Skynet {
    const UNIT: &'static str = "ns per task";
    fn make() -> Self {
        Skynet(0)
    }
    fn prepare(&mut self) {
        self.0 = 0;
    }
    fn solve(&mut self) {
        self.0 = sum(keep(0), LEAVES);
    }
    fn check(&self) {
        check("the sum of the leaves", self.0, LEAVES * (LEAVES - 1) / 2);
    }
    fn units(&self) -> f64 {
        TASKS as f64
    }
}
