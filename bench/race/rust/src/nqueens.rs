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

/// Queens that were placed, and solutions in the upper half.
type Tally = u64;
const ONE_SOLUTION: Tally = 1 << 32;

fn place(above: Board, queen: u32) -> Tally {
    let below = above.with(queen);
    if below.columns == FULL {
        return ONE_SOLUTION + 1;
    }
    match below.free() {
        0 => 1,
        untried => 1 + try_all(below, untried),
    }
}

fn try_all(above: Board, untried: u32) -> Tally {
    let queen = untried & untried.wrapping_neg();
    let others = untried ^ queen;
    if others == 0 {
        return place(above, queen);
    }
    let (here, there) = rayon::join(|| place(above, queen), || try_all(above, others));
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

pub struct NQueens {
    queens: u64,
    found: Tally,
}

impl Problem for NQueens {
    const UNIT: &'static str = "ns per queen placed";
    fn make() -> Self {
        NQueens { queens: placements(Board::default()), found: 0 }
    }
    fn prepare(&mut self) {
        self.found = 0;
    }
    fn solve(&mut self) {
        self.found = try_all(Board::default(), FULL);
    }
    fn check(&self) {
        check("the number of solutions", self.found / ONE_SOLUTION, 2680);
        check("the number of queens", self.found % ONE_SOLUTION, self.queens);
    }
    fn units(&self) -> f64 {
        self.queens as f64
    }
}
