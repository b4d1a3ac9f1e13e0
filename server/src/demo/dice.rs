//! Chance that falls the same way every time: the same seed gives the same company.

use muster_shared::time::Instant;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use uuid::Uuid;

/// A seeded source of chance.
#[derive(Clone, Debug)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice of one part of the data: parts do not disturb each other.
    #[must_use]
    pub fn new(seed: u64, part: u64) -> Self {
        let mut source = ChaCha8Rng::seed_from_u64(seed);
        source.set_stream(part);
        Self(source)
    }

    /// A number below `n`, which is at least one.
    pub fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.0.next_u64()) * n as u128;
        usize::try_from(wide >> 64).expect("the product's upper half is below n")
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        let span = usize::try_from(high - low + 1).expect("the range is not empty");
        low + i32::try_from(self.below(span)).expect("it lies in the range")
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `items`.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// An index, each as often as its weight says.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let all: usize = weights.iter().map(|w| *w as usize).sum();
        let mut left = self.below(all);
        for (i, weight) in weights.iter().enumerate() {
            if left < *weight as usize {
                return i;
            }
            left -= *weight as usize;
        }
        weights.len() - 1
    }

    /// A number from 0 up to 1.
    fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Around 0 with a spread of 1: the sum of twelve, which needs no function that differs between machines.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// A duration in days around `median`, now and then much longer.
    pub fn days(&mut self, median: i32) -> i32 {
        // Half the median at -1, twice at +1, as a lognormal would, by squaring instead of the machine's exp.
        let bend = 1.0 + self.normal() * 0.33;
        ((f64::from(median) * bend * bend.abs()).max(0.0).round()) as i32
    }

    /// A record id whose order is that of `at`.
    pub fn id(&mut self, at: Instant) -> Uuid {
        let mut noise = [0; 10];
        self.0.fill_bytes(&mut noise);
        uuid::Builder::from_unix_timestamp_millis(u64::try_from(at.0).unwrap_or(0), &noise).into_uuid()
    }
}
