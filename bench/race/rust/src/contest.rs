//! The command line and the clock of a contestant; the same rules as bench/support/contest.hpp.

use std::process::exit;
use std::time::{Duration, Instant};

/// The version of a crate, as the race's driver found it in the registry.
macro_rules! version {
    ($variable:literal) => {
        match option_env!($variable) {
            Some(version) => version,
            None => "",
        }
    };
}
pub const RAYON: &str = version!("RACE_RAYON");
pub const TOKIO: &str = version!("RACE_TOKIO");
pub const CROSSBEAM_DEQUE: &str = version!("RACE_CROSSBEAM_DEQUE");
pub const CROSSBEAM_EPOCH: &str = version!("RACE_CROSSBEAM_EPOCH");
pub const CROSSBEAM_QUEUE: &str = version!("RACE_CROSSBEAM_QUEUE");

#[derive(Clone, Copy)]
pub struct Pace {
    pub warm_up: Duration,
    pub sample: Duration,
    pub samples: u32,
}

pub struct Entry {
    pub name: &'static str,
    pub version: &'static str,
    pub work: &'static str,
    pub unit: &'static str,
    pub lower_is_better: bool,
    pub threads: usize,
    pub measure: Box<dyn Fn(Pace) -> f64>,
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        (values[middle - 1] + values[middle]) / 2.0
    }
}

pub fn nanoseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

pub fn wrong_answer(what: &str, got: impl std::fmt::Display, wanted: impl std::fmt::Display) -> ! {
    eprintln!("race_rust: {what} gave {got}, the answer is {wanted}");
    exit(1);
}

pub fn check<T: PartialEq + std::fmt::Display>(what: &str, got: T, wanted: T) {
    if got != wanted {
        wrong_answer(what, got, wanted);
    }
}

/// The compiler must have `value` in a register here, and must take it for changed afterwards.
#[inline(always)]
pub fn keep(value: u64) -> u64 {
    #[cfg(target_arch = "x86_64")]
    {
        let mut value = value;
        unsafe { std::arch::asm!("/* {0} */", inout(reg) value, options(nostack, preserves_flags)) };
        value
    }
    #[cfg(not(target_arch = "x86_64"))]
    std::hint::black_box(value)
}

/// Nanoseconds per call of body(): warmed up, in batches of about one sample, the median of them.
pub fn time_per_call(pace: Pace, mut body: impl FnMut()) -> f64 {
    let mut time_calls = |calls: u64| {
        let start = Instant::now();
        for _ in 0..calls {
            body();
        }
        nanoseconds(start.elapsed())
    };
    let warm_since = Instant::now();
    let wanted = nanoseconds(pace.sample);
    let mut calls = 1u64;
    let mut spent = time_calls(calls);
    while warm_since.elapsed() < pace.warm_up || spent < wanted {
        if spent < wanted {
            let factor = if spent > 0.0 { wanted * 1.2 / spent } else { 16.0 };
            calls = (calls as f64 * factor.clamp(1.05, 16.0)) as u64 + 1;
        }
        spent = time_calls(calls);
    }
    median((0..pace.samples).map(|_| time_calls(calls) / calls as f64).collect())
}

/// Nanoseconds per call of body(), with before() and after() at every call but outside of the clock. A sample lasts about
/// pace.sample altogether, and is one call at least. All three share what they work on.
pub fn time_between<S>(
    pace: Pace,
    shared: &mut S,
    mut before: impl FnMut(&mut S),
    mut body: impl FnMut(&mut S),
    mut after: impl FnMut(&mut S),
) -> f64 {
    let mut sample = |length: Duration| {
        let since = Instant::now();
        let mut spent = 0.0;
        let mut calls = 0.0;
        loop {
            before(shared);
            let start = Instant::now();
            body(shared);
            spent += nanoseconds(start.elapsed());
            after(shared);
            calls += 1.0;
            if since.elapsed() >= length {
                return spent / calls;
            }
        }
    };
    sample(pace.warm_up);
    median((0..pace.samples).map(|_| sample(pace.sample)).collect())
}

/// The thread counts of a parallel race: 1, 2, and all processors where there are more.
pub fn thread_counts() -> Vec<usize> {
    let processors = std::thread::available_parallelism().map_or(1, |n| n.get());
    if processors > 2 {
        vec![1, 2, processors]
    } else {
        vec![1, 2]
    }
}

#[cfg(feature = "rayon")]
pub fn rayon_pool(threads: usize) -> rayon::ThreadPool {
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool,
        Err(error) => {
            eprintln!("race_rust: rayon's pool: {error}");
            exit(1);
        }
    }
}

#[cfg(feature = "tokio")]
pub fn tokio_runtime(threads: usize) -> tokio::runtime::Runtime {
    match tokio::runtime::Builder::new_multi_thread().worker_threads(threads).build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("race_rust: tokio's runtime: {error}");
            exit(1);
        }
    }
}

fn parse_pace(options: &[String]) -> Pace {
    let mut pace =
        Pace { warm_up: Duration::from_millis(50), sample: Duration::from_millis(50), samples: 3 };
    for pair in options.chunks(2) {
        let value = pair.get(1).and_then(|v| v.parse::<u32>().ok()).filter(|v| *v > 0);
        match (pair[0].as_str(), value) {
            ("--sample-ms", Some(ms)) => pace.sample = Duration::from_millis(ms.into()),
            ("--warm-up-ms", Some(ms)) => pace.warm_up = Duration::from_millis(ms.into()),
            ("--samples", Some(n)) => pace.samples = n,
            _ => {
                eprintln!("race_rust: {} is unknown or needs a positive number", pair[0]);
                exit(1);
            }
        }
    }
    pace
}

pub fn contest(entries: &[Entry]) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.len() == 1 && arguments[0] == "--list" {
        for e in entries {
            println!(
                "{{\"name\": \"{}\", \"version\": \"{}\", \"role\": \"peer\", \"work\": \"{}\", \"unit\": \"{}\", \
                 \"lower_is_better\": {}, \"threads\": {}, \"weaker\": \"\"}}",
                e.name, e.version, e.work, e.unit, e.lower_is_better, e.threads
            );
        }
        return;
    }
    if arguments.len() >= 4 && arguments[0] == "--run" {
        let asked = |e: &&Entry| {
            e.name == arguments[1] && e.work == arguments[2] && e.threads.to_string() == arguments[3]
        };
        if let Some(e) = entries.iter().find(asked) {
            println!("{{\"figure\": {}}}", (e.measure)(parse_pace(&arguments[4..])));
            return;
        }
        eprintln!("race_rust: no figure for {} {} {}", arguments[1], arguments[2], arguments[3]);
        exit(1);
    }
    eprintln!(
        "usage: race_rust --list | --run NAME WORK THREADS [--sample-ms N] [--samples N] [--warm-up-ms N]"
    );
    exit(2);
}
