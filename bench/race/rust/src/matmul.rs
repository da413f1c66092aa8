//! bench/matmul: the product of two matrices by quadrants, down to blocks of 32.

use crate::contest::*;
use crate::fork::Problem;

const SIZE: usize = 256;
const BLOCK: usize = 32;

/// Where a part of a matrix begins. The parts of the product that are written at the same time don't overlap.
#[derive(Clone, Copy)]
struct Part(*mut f64);

unsafe impl Send for Part {}
unsafe impl Sync for Part {}

impl Part {
    fn at(self, offset: usize) -> Part {
        Part(unsafe { self.0.add(offset) })
    }
}

/// c += a * b for one block of matrices whose rows are SIZE apart. A row of the block fits into registers.
fn multiply_block(c: Part, a: Part, b: Part) {
    for i in 0..BLOCK {
        unsafe {
            let target = c.0.add(i * SIZE);
            let mut row = [0.0; BLOCK];
            std::ptr::copy_nonoverlapping(target, row.as_mut_ptr(), BLOCK);
            for k in 0..BLOCK {
                let factor = *a.0.add(i * SIZE + k);
                for (j, sum) in row.iter_mut().enumerate() {
                    *sum = factor.mul_add(*b.0.add(k * SIZE + j), *sum);
                }
            }
            std::ptr::copy_nonoverlapping(row.as_ptr(), target, BLOCK);
        }
    }
}

/// c += a * b for parts of n rows and columns.
fn multiply(c: Part, a: Part, b: Part, n: usize) {
    if n == BLOCK {
        return multiply_block(c, a, b);
    }
    let half = n / 2;
    let down = half * SIZE;
    let quadrants = |of_a: usize, of_b: usize| {
        let row = |i: usize| {
            rayon::join(
                || multiply(c.at(i * down), a.at(i * down + of_a), b.at(of_b), half),
                || multiply(c.at(i * down + half), a.at(i * down + of_a), b.at(of_b + half), half),
            )
        };
        rayon::join(|| row(0), || row(1));
    };
    quadrants(0, 0);
    quadrants(half, down);
}

fn times(matrix: &[f64], x: &[f64]) -> Vec<f64> {
    matrix.chunks(SIZE).map(|row| row.iter().zip(x).map(|(a, b)| a * b).sum()).collect()
}

pub struct MatMul {
    a: Vec<f64>,
    b: Vec<f64>,
    c: Vec<f64>,
}

impl Problem for MatMul {
    const UNIT: &'static str = "us per product of 256 x 256";
    fn make() -> Self {
        let mut state = 1u64;
        let mut matrix = || {
            (0..SIZE * SIZE)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    ((state >> 33) % 21) as f64 - 10.0
                })
                .collect()
        };
        MatMul { a: matrix(), b: matrix(), c: vec![0.0; SIZE * SIZE] }
    }
    fn prepare(&mut self) {
        self.c.fill(0.0);
    }
    fn solve(&mut self) {
        let [c, a, b] =
            [&mut self.c, &mut self.a, &mut self.b].map(|matrix| Part(matrix.as_mut_ptr()));
        multiply(c, a, b, SIZE);
    }
    /// c * x is a * (b * x), for an x whose elements all differ.
    fn check(&self) {
        let x: Vec<f64> = (1..=SIZE).map(|i| i as f64).collect();
        let wanted = times(&self.a, &times(&self.b, &x));
        for (got, wanted) in times(&self.c, &x).into_iter().zip(wanted) {
            check("a row of the product", got, wanted);
        }
    }
    fn units(&self) -> f64 {
        1e3
    }
}
