//! bench/deque_owner: crossbeam-deque, last in first out as the problem asks.

use crate::contest::*;
use crossbeam::deque::Worker;

fn measure(pace: Pace) -> f64 {
    const RESIDENT: u64 = 64;
    let worker = Worker::new_lifo();
    for word in 0..RESIDENT {
        worker.push(word);
    }
    let time = time_per_call(pace, || {
        let mine = keep(RESIDENT);
        worker.push(mine);
        match worker.pop() {
            Some(got) if got == mine => {}
            other => wrong_answer("pop()", format!("{other:?}"), mine),
        }
    });
    for word in (0..RESIDENT).rev() {
        check("pop() of what was there before", worker.pop() == Some(word), true);
    }
    time
}

pub fn entries() -> Vec<Entry> {
    vec![Entry {
        name: "crossbeam-deque",
        version: CROSSBEAM_DEQUE,
        work: "deque_owner",
        unit: "ns per push+pop",
        lower_is_better: true,
        threads: 1,
        measure: Box::new(measure),
    }]
}
