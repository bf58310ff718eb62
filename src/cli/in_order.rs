//! Threads that work on chunks side by side, and what they do one after another, in the order of the file.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Something that is done chunk after chunk, whoever did the chunk.
pub struct InOrder<T> {
    state: Mutex<(u64, T)>,
    turned: Condvar,
}

impl<T> InOrder<T> {
    /// Begins with this.
    pub fn new(state: T) -> InOrder<T> {
        InOrder { state: Mutex::new((0, state)), turned: Condvar::new() }
    }

    /// Waits until all chunks before `number` are through, then does something.
    pub fn at<R>(&self, number: u64, act: impl FnOnce(&mut T) -> R) -> R {
        let mut state = locked(&self.state);
        while state.0 != number {
            state = self.turned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let result = act(&mut state.1);
        state.0 += 1;
        self.turned.notify_all();
        result
    }

    /// What was put down, once all are through.
    pub fn done(self) -> T {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).1
    }
}

/// A lock, whatever became of who held it before.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
