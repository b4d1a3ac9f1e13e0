//! Counts of configurations, exact beyond what a machine word holds.

use std::{cmp::Ordering, fmt, ops::AddAssign, str::FromStr};

/// A natural number of any size, for adding and comparing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Natural {
    /// Base 10¹⁸, least first, no zero at the end: printed as it lies.
    limbs: Vec<u64>,
}

const BASE: u64 = 1_000_000_000_000_000_000;
const DIGITS: usize = 18;

impl Natural {
    pub const ZERO: Self = Self { limbs: Vec::new() };

    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.limbs.is_empty()
    }

    /// The number where it is below 2¹²⁸.
    #[must_use]
    pub fn to_u128(&self) -> Option<u128> {
        self.limbs.iter().rev().try_fold(0_u128, |number, limb| number.checked_mul(u128::from(BASE))?.checked_add(u128::from(*limb)))
    }

    /// Takes away a number that is not larger; `None` where it is.
    #[must_use]
    pub fn less(mut self, other: &Self) -> Option<Self> {
        if *other > self {
            return None;
        }
        let mut borrow = false;
        for (place, limb) in self.limbs.iter_mut().enumerate() {
            let taken = other.limbs.get(place).copied().unwrap_or(0) + u64::from(borrow);
            borrow = *limb < taken;
            *limb = if borrow { *limb + BASE - taken } else { *limb - taken };
        }
        while self.limbs.last() == Some(&0) {
            self.limbs.pop();
        }
        Some(self)
    }
}

impl From<u128> for Natural {
    fn from(mut number: u128) -> Self {
        let mut limbs = Vec::new();
        while number > 0 {
            limbs.push((number % u128::from(BASE)) as u64);
            number /= u128::from(BASE);
        }
        Self { limbs }
    }
}

impl AddAssign<&Self> for Natural {
    fn add_assign(&mut self, other: &Self) {
        if self.limbs.len() < other.limbs.len() {
            self.limbs.resize(other.limbs.len(), 0);
        }
        let mut carry = 0;
        for (place, limb) in self.limbs.iter_mut().enumerate() {
            let sum = *limb + other.limbs.get(place).copied().unwrap_or(0) + carry;
            (*limb, carry) = (sum % BASE, sum / BASE);
        }
        if carry > 0 {
            self.limbs.push(carry);
        }
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        self.limbs.len().cmp(&other.limbs.len()).then_with(|| self.limbs.iter().rev().cmp(other.limbs.iter().rev()))
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Natural {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = self.limbs.last().copied().unwrap_or(0).to_string();
        for limb in self.limbs.iter().rev().skip(1) {
            digits.push_str(&format!("{limb:0DIGITS$}"));
        }
        f.pad_integral(true, "", &digits)
    }
}

/// Not a number in decimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a natural number has decimal digits only")]
pub struct NotNatural;

impl FromStr for Natural {
    type Err = NotNatural;

    fn from_str(s: &str) -> Result<Self, NotNatural> {
        if s.is_empty() || !s.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotNatural);
        }
        let digits = s.trim_start_matches('0').as_bytes();
        let limbs = digits.rchunks(DIGITS).map(|chunk| chunk.iter().fold(0, |limb, digit| limb * 10 + u64::from(digit - b'0'))).collect();
        Ok(Self { limbs })
    }
}
