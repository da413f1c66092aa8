//! bench/uts and bench/oversubscribed: an unbalanced tree, its children forked by halves.

use crate::contest::*;
use crate::fork::Problem;

const LEVELS: u32 = 8;
const MOST: usize = 64;

/// The finishing step of the generator splitmix64.
const fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

const ROOT: u64 = mix(23);

fn child(node: u64, index: u32) -> u64 {
    mix(node.wrapping_add(0x9e37_79b9_7f4a_7c15u64.wrapping_mul(u64::from(index) + 1)))
}

/// Element k is (4/5)^(k+1) as a fraction of 2^64: the share of hashes with more than k children.
static SHARES: [u64; MOST] = {
    let mut table = [0; MOST];
    let mut share = u64::MAX;
    let mut k = 0;
    while k < MOST {
        share = share / 5 * 4;
        table[k] = share;
        k += 1;
    }
    table
};

fn children(node: u64) -> u32 {
    let mut count = 0;
    while count < MOST && node < SHARES[count] {
        count += 1;
    }
    count as u32
}

fn nodes(node: u64, level: u32) -> u64 {
    match if level == 0 { 0 } else { children(node) } {
        0 => 1,
        count => 1 + nodes_below(node, level, 0, count),
    }
}

fn nodes_below(node: u64, level: u32, first: u32, last: u32) -> u64 {
    if last - first == 1 {
        return nodes(child(node, first), level - 1);
    }
    let middle = first + (last - first) / 2;
    let (a, b) = rayon::join(
        || nodes_below(node, level, first, middle),
        || nodes_below(node, level, middle, last),
    );
    a + b
}

fn count() -> u64 {
    let mut open = vec![(ROOT, LEVELS)];
    let mut seen = 0;
    while let Some((node, level)) = open.pop() {
        seen += 1;
        if level != 0 {
            open.extend((0..children(node)).map(|i| (child(node, i), level - 1)));
        }
    }
    seen
}

pub struct Uts {
    answer: u64,
    found: u64,
}

impl Problem for Uts {
    const UNIT: &'static str = "ns per node";
    fn make() -> Self {
        Uts { answer: count(), found: 0 }
    }
    fn prepare(&mut self) {
        self.found = 0;
    }
    fn solve(&mut self) {
        self.found = nodes(keep(ROOT), LEVELS);
    }
    fn check(&self) {
        check("the number of nodes", self.found, self.answer);
    }
    fn units(&self) -> f64 {
        self.answer as f64
    }
}
