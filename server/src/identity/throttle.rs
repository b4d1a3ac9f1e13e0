//! Slows down guessing: attempts counted per key in memory, over a sliding window.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use muster_shared::time::Instant;

use crate::error::{Error, Result};

/// Keys remembered at most.
const MOST: usize = 50_000;

/// Attempts by key.
#[derive(Debug, Default)]
pub struct Throttle {
    attempts: Mutex<HashMap<String, Vec<i64>>>,
}

impl Throttle {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts an attempt under `key`.
    ///
    /// # Errors
    /// 429 where there were `most` within the last `window_ms` already.
    pub fn attempt(&self, key: &str, most: usize, window_ms: i64, now: Instant) -> Result<()> {
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        if attempts.len() >= MOST {
            attempts.retain(|_, times| times.last().is_some_and(|t| *t > now.0 - window_ms));
        }
        let times = attempts.entry(key.to_owned()).or_default();
        times.retain(|t| *t > now.0 - window_ms);
        if times.len() >= most {
            let wait = (times[0] + window_ms - now.0).max(1_000) / 1_000;
            let problem =
                muster_shared::problem::Problem::new(429, "throttled", "Too many attempts. Wait a little.").with("retry_after", wait);
            return Err(Error::Problem(Box::new(problem)));
        }
        times.push(now.0);
        Ok(())
    }

    /// Forgets the last attempt under `key`, which was none after all.
    pub fn take_back(&self, key: &str) {
        if let Some(times) = self.attempts.lock().unwrap_or_else(PoisonError::into_inner).get_mut(key) {
            times.pop();
        }
    }

    /// Forgets the attempts under `key`, as after a success.
    pub fn forgive(&self, key: &str) {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_run_out_and_come_back() {
        let throttle = Throttle::new();
        for _ in 0..3 {
            throttle.attempt("a", 3, 1_000, Instant(0)).expect("free");
        }
        assert_eq!(throttle.attempt("a", 3, 1_000, Instant(500)).expect_err("used up").code(), Some("throttled"));
        throttle.attempt("b", 3, 1_000, Instant(500)).expect("another key");
        throttle.attempt("a", 3, 1_000, Instant(1_001)).expect("free again");
        throttle.forgive("a");
        throttle.attempt("a", 1, 1_000, Instant(1_002)).expect("forgiven");
    }
}
