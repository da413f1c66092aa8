//! bench/ping_pong: two tasks on tokio's runtime, with its channels of one place.

use crate::contest::*;
use tokio::sync::mpsc;

const THREADS: usize = 2;
const ROUNDS: u64 = 5_000;

async fn ask(out: mpsc::Sender<u64>, mut inbox: mpsc::Receiver<u64>) -> u64 {
    let mut sum = 0;
    for i in 0..ROUNDS {
        if out.send(i).await.is_err() {
            break;
        }
        match inbox.recv().await {
            Some(reply) => sum += reply,
            None => break,
        }
    }
    sum
}

async fn reply(out: mpsc::Sender<u64>, mut inbox: mpsc::Receiver<u64>) {
    while let Some(question) = inbox.recv().await {
        if out.send(question * 2 + 1).await.is_err() {
            break;
        }
    }
}

fn play(runtime: &tokio::runtime::Runtime) -> u64 {
    let (there_tx, there_rx) = mpsc::channel(1);
    let (back_tx, back_rx) = mpsc::channel(1);
    let second = runtime.spawn(reply(back_tx, there_rx));
    let first = runtime.spawn(ask(there_tx, back_rx));
    runtime.block_on(async {
        let sum = first.await.unwrap_or(0);
        check("the second task's end", second.await.is_ok(), true);
        sum
    })
}

fn measure(pace: Pace) -> f64 {
    let runtime = tokio_runtime(THREADS);
    let time = time_between(
        pace,
        &mut 0,
        |_| {},
        |sum| *sum = play(&runtime),
        |sum| check("the sum of the answers", *sum, ROUNDS * ROUNDS),
    );
    time / ROUNDS as f64
}

pub fn entries() -> Vec<Entry> {
    vec![Entry {
        name: "tokio mpsc",
        version: TOKIO,
        work: "ping_pong",
        unit: "ns per round trip",
        lower_is_better: true,
        threads: THREADS,
        measure: Box::new(measure),
    }]
}
