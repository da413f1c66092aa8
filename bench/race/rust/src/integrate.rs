//! bench/integrate: the area under x^3 + x by trapezoids that are halved.

use crate::contest::*;
use crate::fork::Problem;

const END: f64 = 1000.0;
const TOLERANCE: f64 = 1e-4;

fn height(x: f64) -> f64 {
    (x * x + 1.0) * x
}

#[derive(Clone, Copy)]
struct Piece {
    left: f64,
    right: f64,
    height_left: f64,
    height_right: f64,
}

impl Piece {
    fn area(&self) -> f64 {
        (self.right - self.left) * (self.height_left + self.height_right) / 2.0
    }
    fn halves(&self) -> (Piece, Piece) {
        let middle = (self.left + self.right) / 2.0;
        let height_middle = height(middle);
        (
            Piece { right: middle, height_right: height_middle, ..*self },
            Piece { left: middle, height_left: height_middle, ..*self },
        )
    }
}

fn integral(whole: Piece) -> f64 {
    let (a, b) = whole.halves();
    let finer = a.area() + b.area();
    if (finer - whole.area()).abs() <= TOLERANCE {
        return finer;
    }
    let (of_a, of_b) = rayon::join(|| integral(a), || integral(b));
    of_a + of_b
}

fn pieces(whole: Piece) -> u64 {
    let (a, b) = whole.halves();
    if (a.area() + b.area() - whole.area()).abs() <= TOLERANCE {
        return 1;
    }
    1 + pieces(a) + pieces(b)
}

fn whole() -> Piece {
    Piece { left: 0.0, right: END, height_left: height(0.0), height_right: height(END) }
}

pub struct Integrate {
    pieces: u64,
    area: f64,
}

impl Problem for Integrate {
    const UNIT: &'static str = "ns per piece";
    fn make() -> Self {
        Integrate { pieces: pieces(whole()), area: 0.0 }
    }
    fn prepare(&mut self) {
        self.area = 0.0;
    }
    fn solve(&mut self) {
        self.area = integral(whole());
    }
    fn check(&self) {
        let answer = END * END * END * END / 4.0 + END * END / 2.0;
        let near = (self.area - answer).abs() <= TOLERANCE * self.pieces as f64;
        if !near {
            wrong_answer("the area", self.area, answer);
        }
    }
    fn units(&self) -> f64 {
        self.pieces as f64
    }
}
