//! bench/spawn_many: 100 000 small tasks, and one that wakes a pool, on rayon and tokio.

use crate::contest::*;
use crate::pools::Pool;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::thread::Thread;
use std::time::{Duration, Instant};

const THREADS: usize = 2;
const TASKS: u64 = 100_000;
const WHOLE: u64 = TASKS * (TASKS + 1) / 2;

/// What the tasks of one call add up; whose addition completes it wakes the caller.
struct Total {
    sum: AtomicU64,
    caller: Thread,
}

impl Total {
    fn new() -> Arc<Total> {
        Arc::new(Total { sum: AtomicU64::new(0), caller: std::thread::current() })
    }
    fn add(&self, i: u64) {
        if self.sum.fetch_add(i, Ordering::AcqRel) + i == WHOLE {
            self.caller.unpark();
        }
    }
    fn wait(&self) {
        while self.sum.load(Ordering::Acquire) != WHOLE {
            std::thread::park();
        }
    }
    fn clear(&self) {
        self.sum.store(0, Ordering::Relaxed);
    }
    fn check(&self) {
        check("the sum of the tasks", self.sum.load(Ordering::Acquire), WHOLE);
    }
}

fn time_per_task(pace: Pace, total: Arc<Total>, mut spawn_all: impl FnMut(&Arc<Total>)) -> f64 {
    let mut shared = total;
    time_between(pace, &mut shared, |t| t.clear(), |t| spawn_all(t), |t| t.check()) / TASKS as f64
}

fn outside<P: Pool>(pace: Pace) -> f64 {
    let pool = P::make(THREADS);
    // It outlives every task, which so needs no count of its own.
    let total: &'static Arc<Total> = Box::leak(Box::new(Total::new()));
    time_per_task(pace, total.clone(), |_| {
        for i in 1..=TASKS {
            pool.spawn(move || total.add(i));
        }
        total.wait();
    })
}

fn wake_up<P: Pool>(pace: Pace) -> f64 {
    let pool = P::make(THREADS);
    let epoch = Instant::now();
    let began: &'static AtomicU64 = Box::leak(Box::new(AtomicU64::new(0)));
    let pause = Duration::from_millis(3);
    let calls = (pace.sample * pace.samples).as_micros() / pause.as_micros() + 1;
    let one = || {
        std::thread::sleep(pause);
        began.store(0, Ordering::Relaxed);
        let before = epoch.elapsed();
        pool.spawn(move || began.store(epoch.elapsed().as_nanos() as u64, Ordering::Release));
        loop {
            std::thread::sleep(Duration::from_micros(200));
            match began.load(Ordering::Acquire) {
                0 => {}
                moment => return (moment as f64 - nanoseconds(before)) / 1e3,
            }
        }
    };
    median((0..calls).map(|_| one()).collect())
}

/// From a worker, which then waits for them all.
#[cfg(feature = "rayon")]
fn inside_rayon(pace: Pace) -> f64 {
    rayon_pool(THREADS).install(|| {
        time_per_task(pace, Total::new(), |total| {
            rayon::scope(|scope| (1..=TASKS).for_each(|i| scope.spawn(move |_| total.add(i))))
        })
    })
}

/// From a worker, which then waits for them in the order in which they were spawned.
#[cfg(feature = "tokio")]
fn inside_tokio(pace: Pace) -> f64 {
    async fn sample(length: Duration) -> f64 {
        let total: &'static Arc<Total> = Box::leak(Box::new(Total::new()));
        let since = Instant::now();
        let mut spent = 0.0;
        let mut calls = 0.0;
        loop {
            total.clear();
            let start = Instant::now();
            let handles: Vec<_> =
                (1..=TASKS).map(|i| tokio::spawn(async move { total.add(i) })).collect();
            for handle in handles {
                check("a task's end", handle.await.is_ok(), true);
            }
            spent += nanoseconds(start.elapsed());
            total.check();
            calls += 1.0;
            if since.elapsed() >= length {
                return spent / calls / TASKS as f64;
            }
        }
    }
    let measure = async move {
        sample(pace.warm_up).await;
        let mut samples = Vec::new();
        for _ in 0..pace.samples {
            samples.push(sample(pace.sample).await);
        }
        median(samples)
    };
    let runtime = tokio_runtime(THREADS);
    runtime.block_on(async { tokio::spawn(measure).await.unwrap_or(f64::NAN) })
}

fn entry(
    name: &'static str,
    version: &'static str,
    work: &'static str,
    measure: fn(Pace) -> f64,
) -> Entry {
    let unit = if work == "wake_up" { "us from spawn to start" } else { "ns per task" };
    Entry { name, version, work, unit, lower_is_better: true, threads: THREADS, measure: Box::new(measure) }
}

pub fn entries() -> Vec<Entry> {
    let mut all = Vec::new();
    #[cfg(feature = "rayon")]
    {
        type Rayon = rayon::ThreadPool;
        all.push(entry("rayon scope", RAYON, "spawn_inside", inside_rayon));
        all.push(entry("rayon spawn", RAYON, "spawn_outside", outside::<Rayon>));
        all.push(entry("rayon spawn", RAYON, "wake_up", wake_up::<Rayon>));
    }
    #[cfg(feature = "tokio")]
    {
        type Tokio = tokio::runtime::Runtime;
        all.push(entry("tokio spawn + await", TOKIO, "spawn_inside", inside_tokio));
        all.push(entry("tokio spawn", TOKIO, "spawn_outside", outside::<Tokio>));
        all.push(entry("tokio spawn", TOKIO, "wake_up", wake_up::<Tokio>));
    }
    all
}
