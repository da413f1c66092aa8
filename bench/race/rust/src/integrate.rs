//! bench/integrate: the area under x^3 + x by trapezoids that are halved.

use crate::contest::*;
use crate::fork::Problem;

const BEGIN: f64 = 100.0;
const END: f64 = 1000.0;
const TOLERANCE: f64 = 1e-4;

fn height(x: f64) -> f64 {
    (x * x + 1.0) * x
}

/// Of the trapezoid from left to right, whose sides are `low` and `high`.
fn area(left: f64, right: f64, low: f64, high: f64) -> f64 {
    (right - left) * (low + high) / 2.0
}

fn integral(left: f64, right: f64, low: f64, high: f64) -> f64 {
    let middle = (left + right) / 2.0;
    let half_way = height(middle);
    let finer = area(left, middle, low, half_way) + area(middle, right, half_way, high);
    if (finer - area(left, right, low, high)).abs() <= TOLERANCE {
        return finer;
    }
    let (a, b) = rayon::join(
        || integral(left, middle, low, half_way),
        || integral(middle, right, half_way, high),
    );
    a + b
}

fn pieces(left: f64, right: f64, low: f64, high: f64) -> u64 {
    let middle = (left + right) / 2.0;
    let half_way = height(middle);
    let finer = area(left, middle, low, half_way) + area(middle, right, half_way, high);
    if (finer - area(left, right, low, high)).abs() <= TOLERANCE {
        return 1;
    }
    1 + pieces(left, middle, low, half_way) + pieces(middle, right, half_way, high)
}

pub struct Integrate {
    pieces: u64,
    area: f64,
}

impl Problem for Integrate {
    const UNIT: &'static str = "ns per piece";
    fn make() -> Self {
        Integrate { pieces: pieces(BEGIN, END, height(BEGIN), height(END)), area: 0.0 }
    }
    fn prepare(&mut self) {
        self.area = 0.0;
    }
    fn solve(&mut self) {
        self.area = integral(BEGIN, END, height(BEGIN), height(END));
    }
    fn check(&self) {
        let area_from_0 = |x: f64| x * x * x * x / 4.0 + x * x / 2.0;
        let answer = area_from_0(END) - area_from_0(BEGIN);
        let near = (self.area - answer).abs() <= TOLERANCE * self.pieces as f64;
        if !near {
            wrong_answer("the area", self.area, answer);
        }
    }
    fn units(&self) -> f64 {
        self.pieces as f64
    }
}
