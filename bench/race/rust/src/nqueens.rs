//! bench/nqueens: 11 queens, a join at every queen.

use crate::contest::*;
use crate::fork::Problem;

const SIZE: u32 = 11;
const FULL: u32 = (1 << SIZE) - 1;

/// What the queens above attack in the next row, a bit for each column.
#[derive(Clone, Copy, Default)]
struct Board {
    columns: u32,
    left: u32,
    right: u32,
}

impl Board {
    fn with(self, queen: u32) -> Board {
        Board {
            columns: self.columns | queen,
            left: (self.left | queen) << 1,
            right: (self.right | queen) >> 1,
        }
    }
    fn free(self) -> u32 {
        FULL & !(self.columns | self.left | self.right)
    }
}

fn place(above: Board, queen: u32) -> u64 {
    let below = above.with(queen);
    if below.columns == FULL {
        return 1;
    }
    match below.free() {
        0 => 0,
        untried => solutions(below, untried),
    }
}

fn solutions(above: Board, untried: u32) -> u64 {
    let queen = untried & untried.wrapping_neg();
    let others = untried ^ queen;
    if others == 0 {
        return place(above, queen);
    }
    let (here, there) = rayon::join(|| place(above, queen), || solutions(above, others));
    here + there
}

fn placements(above: Board) -> u64 {
    let mut count = 0;
    let mut untried = above.free();
    while untried != 0 {
        count += 1 + placements(above.with(untried & untried.wrapping_neg()));
        untried &= untried - 1;
    }
    count
}

pub struct NQueens(u64);

impl Problem for NQueens {
    const UNIT: &'static str = "ns per queen placed";
    fn make() -> Self {
        NQueens(0)
    }
    fn prepare(&mut self) {
        self.0 = 0;
    }
    fn solve(&mut self) {
        self.0 = solutions(Board::default(), FULL);
    }
    fn check(&self) {
        check("the number of solutions", self.0, 2680);
    }
    fn units(&self) -> f64 {
        placements(Board::default()) as f64
    }
}
