//! bench/queues: two producers and two consumers on crossbeam's SegQueue and ArrayQueue.

use crate::contest::*;
use crossbeam::queue::{ArrayQueue, SegQueue};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Barrier;
use std::time::Instant;

const PRODUCERS: u64 = 2;
const CONSUMERS: u64 = 2;
const CAPACITY: usize = 1024;

trait Queue: Sync {
    fn make() -> Self;
    fn try_push(&self, message: u64) -> bool;
    fn try_pop(&self) -> Option<u64>;
}

impl Queue for SegQueue<u64> {
    fn make() -> Self {
        SegQueue::new()
    }
    fn try_push(&self, message: u64) -> bool {
        self.push(message);
        true
    }
    fn try_pop(&self) -> Option<u64> {
        self.pop()
    }
}

impl Queue for ArrayQueue<u64> {
    fn make() -> Self {
        ArrayQueue::new(CAPACITY)
    }
    fn try_push(&self, message: u64) -> bool {
        self.push(message).is_ok()
    }
    fn try_pop(&self) -> Option<u64> {
        self.pop()
    }
}

/// 1, 2, 4 … 64 pauses, then the processor is given up: the same as every contestant's.
struct Backoff(u32);

impl Backoff {
    fn snooze(&mut self) {
        if self.0 > 6 {
            std::thread::yield_now();
            return;
        }
        for _ in 0..1u32 << self.0 {
            std::hint::spin_loop();
        }
        self.0 += 1;
    }
}

/// What one consumer saw of each producer.
#[derive(Default)]
struct Ledger {
    count: [u64; PRODUCERS as usize],
    sum: [u64; PRODUCERS as usize],
    last: [u64; PRODUCERS as usize],
    out_of_order: bool,
}

impl Ledger {
    fn enter(&mut self, message: u64) {
        let number = message & ((1 << 40) - 1);
        let producer = (message >> 40) as usize % PRODUCERS as usize;
        self.count[producer] += 1;
        self.sum[producer] += number;
        self.out_of_order |= number <= self.last[producer];
        self.last[producer] = number;
    }
}

fn audit(ledgers: &[Ledger], each: u64) {
    for p in 0..PRODUCERS as usize {
        check("arrived in the producer's order", ledgers.iter().any(|l| l.out_of_order), false);
        check("messages that arrived", ledgers.iter().map(|l| l.count[p]).sum(), each);
        check("the sum of what arrived", ledgers.iter().map(|l| l.sum[p]).sum(), each * (each + 1) / 2);
    }
}

/// Nanoseconds to move `each` messages of every producer.
fn move_messages<Q: Queue>(each: u64) -> f64 {
    let queue = Q::make();
    let gate = Barrier::new((PRODUCERS + CONSUMERS) as usize);
    let left = AtomicU64::new(each * PRODUCERS);
    let (queue, gate, left) = (&queue, &gate, &left);

    let produce = move |producer: u64| {
        gate.wait();
        let from = Instant::now();
        for number in 1..=each {
            let mut wait = Backoff(0);
            while !queue.try_push(producer << 40 | number) {
                wait.snooze();
            }
        }
        (from, Instant::now())
    };
    let consume = move || {
        let mut mine = Ledger::default();
        gate.wait();
        let from = Instant::now();
        let mut taken = 0;
        let mut wait = Backoff(0);
        loop {
            if let Some(message) = queue.try_pop() {
                mine.enter(message);
                wait = Backoff(0);
                taken += 1;
                if taken == 64 {
                    left.fetch_sub(std::mem::take(&mut taken), Ordering::SeqCst);
                }
            } else {
                if taken != 0 {
                    left.fetch_sub(std::mem::take(&mut taken), Ordering::SeqCst);
                }
                if left.load(Ordering::SeqCst) == 0 {
                    break;
                }
                wait.snooze();
            }
        }
        (from, Instant::now(), mine)
    };

    std::thread::scope(|scope| {
        let producers: Vec<_> = (0..PRODUCERS).map(|p| scope.spawn(move || produce(p))).collect();
        let consumers: Vec<_> = (0..CONSUMERS).map(|_| scope.spawn(consume)).collect();
        let mut from = Vec::new();
        let mut until = Vec::new();
        let mut ledgers = Vec::new();
        for thread in producers {
            let (start, end) = thread.join().expect("a producer ends");
            from.push(start);
            until.push(end);
        }
        for thread in consumers {
            let (start, end, ledger) = thread.join().expect("a consumer ends");
            from.push(start);
            until.push(end);
            ledgers.push(ledger);
        }
        audit(&ledgers, each);
        match (from.iter().min(), until.iter().max()) {
            (Some(first), Some(last)) => nanoseconds(*last - *first),
            _ => f64::NAN,
        }
    })
}

fn measure<Q: Queue>(pace: Pace) -> f64 {
    let warm_since = Instant::now();
    let wanted = nanoseconds(pace.sample);
    let mut each = 5_000u64;
    let mut spent = move_messages::<Q>(each);
    while spent < wanted || warm_since.elapsed() < pace.warm_up {
        if spent < wanted {
            each = (each as f64 * (1.2 * wanted / spent).clamp(1.05, 8.0)) as u64;
        }
        spent = move_messages::<Q>(each);
    }
    let messages = (each * PRODUCERS) as f64;
    median((0..pace.samples).map(|_| messages * 1e3 / move_messages::<Q>(each)).collect())
}

pub fn entries() -> Vec<Entry> {
    let entry = |name, work, measure: fn(Pace) -> f64| Entry {
        name,
        version: CROSSBEAM_QUEUE,
        work,
        unit: "million messages per s",
        lower_is_better: false,
        threads: (PRODUCERS + CONSUMERS) as usize,
        measure: Box::new(measure),
    };
    vec![
        entry("crossbeam SegQueue", "seg_queue_2p2c", measure::<SegQueue<u64>>),
        entry("crossbeam ArrayQueue", "array_queue_2p2c", measure::<ArrayQueue<u64>>),
    ]
}
