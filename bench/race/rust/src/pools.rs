//! What the pools of rayon and tokio have in common: a number of threads, and a task that nobody waits for.

#[cfg(any(feature = "rayon", feature = "tokio"))]
use crate::contest::*;

pub trait Pool {
    fn make(threads: usize) -> Self;
    fn spawn(&self, task: impl FnOnce() + Send + 'static);
}

#[cfg(feature = "rayon")]
impl Pool for rayon::ThreadPool {
    fn make(threads: usize) -> Self {
        rayon_pool(threads)
    }
    fn spawn(&self, task: impl FnOnce() + Send + 'static) {
        rayon::ThreadPool::spawn(self, task);
    }
}

#[cfg(feature = "tokio")]
impl Pool for tokio::runtime::Runtime {
    fn make(threads: usize) -> Self {
        tokio_runtime(threads)
    }
    fn spawn(&self, task: impl FnOnce() + Send + 'static) {
        drop(tokio::runtime::Runtime::spawn(self, async { task() }));
    }
}
