//! bench/cilksort: a merge sort of four parts, with merges that are split too.

use crate::contest::*;
use crate::fork::Problem;
use rayon::join;

const COUNT: usize = 500_000;
const SMALL: usize = 32;
const SHORT_MERGE: usize = 512;

fn insertion_sort(data: &mut [u32]) {
    for i in 1..data.len() {
        let key = data[i];
        let mut j = i;
        while j > 0 && data[j - 1] > key {
            data[j] = data[j - 1];
            j -= 1;
        }
        data[j] = key;
    }
}

fn merge_here(a: &[u32], b: &[u32], out: &mut [u32]) {
    let (mut i, mut j) = (0, 0);
    for each in out {
        if j == b.len() || (i < a.len() && a[i] <= b[j]) {
            *each = a[i];
            i += 1;
        } else {
            *each = b[j];
            j += 1;
        }
    }
}

/// The longer run is cut in the middle, the other where that key would stand.
fn merge(a: &[u32], b: &[u32], out: &mut [u32]) {
    let (a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
    if out.len() <= SHORT_MERGE {
        return merge_here(a, b, out);
    }
    let cut = a.len() / 2;
    let there = b.partition_point(|&key| key < a[cut]);
    let (low, high) = out.split_at_mut(cut + there);
    join(|| merge(&a[..cut], &b[..there], low), || merge(&a[cut..], &b[there..], high));
}

fn quarters(data: &mut [u32]) -> [&mut [u32]; 4] {
    let quarter = data.len() / 4;
    let (a, rest) = data.split_at_mut(quarter);
    let (b, rest) = rest.split_at_mut(quarter);
    let (c, d) = rest.split_at_mut(quarter);
    [a, b, c, d]
}

/// Sorts data; spare is as long.
fn sort(data: &mut [u32], spare: &mut [u32]) {
    if data.len() <= SMALL {
        return insertion_sort(data);
    }
    let half = data.len() / 4 * 2;
    {
        let ([a, b, c, d], [e, f, g, h]) = (quarters(data), quarters(spare));
        join(|| join(|| sort(a, e), || sort(b, f)), || join(|| sort(c, g), || sort(d, h)));
    }
    {
        let ([a, b, c, d], (low, high)) = (quarters(data), spare.split_at_mut(half));
        join(|| merge(a, b, low), || merge(c, d, high));
    }
    merge(&spare[..half], &spare[half..], data);
}

pub struct CilkSort {
    input: Vec<u32>,
    data: Vec<u32>,
    spare: Vec<u32>,
    answer: Vec<u32>,
}

impl Problem for CilkSort {
    const UNIT: &'static str = "ns per key";
    fn make() -> Self {
        let mut state = 7u64;
        let next = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 32) as u32
        };
        let input: Vec<u32> = (0..COUNT).map(next).collect();
        let mut answer = input.clone();
        answer.sort_unstable();
        CilkSort { data: input.clone(), spare: vec![0; COUNT], input, answer }
    }
    fn prepare(&mut self) {
        self.data.copy_from_slice(&self.input);
    }
    fn solve(&mut self) {
        sort(&mut self.data, &mut self.spare);
    }
    fn check(&self) {
        check("sorted", self.data == self.answer, true);
    }
    fn units(&self) -> f64 {
        COUNT as f64
    }
}
