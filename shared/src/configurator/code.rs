//! Short codes of configurations, to share, print and read out: self-checking, and told apart by the model they belong to.
//!
//! Bits, most significant first: the form (1), the first 20 bits of the model's hash, for each variable whether the customer chose it
//! (1 each), then the rank of the configuration in as many bits as the number of configurations needs (form 0), or each value in as
//! many bits as its domain needs (form 1, for models that have no diagram or too many configurations), and 15 bits of check.
//! Written in Crockford's base 32 in groups of five.

use super::{
    diagram::Diagram,
    explain::Chosen,
    natural::Natural,
    problem::{Value, Var},
};

/// A whole configuration and which of its values somebody chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    pub configuration: Vec<Value>,
    /// The variables that were chosen; the others followed by themselves.
    pub own: Vec<Var>,
}

impl Build {
    /// The choices, without what followed.
    #[must_use]
    pub fn chosen(&self) -> Vec<Chosen> {
        self.own.iter().map(|var| (*var, self.configuration[*var])).collect()
    }
}

/// Why a code cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotACode {
    #[error("a code has letters and digits only")]
    Character,
    #[error("the code is incomplete or has a wrong letter")]
    Check,
    #[error("the code belongs to another model")]
    OtherModel,
}

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TAG_BITS: u32 = 20;
const CHECK_BITS: u32 = 15;

/// The part of a model's hash that its codes carry.
#[must_use]
pub fn tag(model_hash: &[u8; 32]) -> u32 {
    u32::from_be_bytes([model_hash[0], model_hash[1], model_hash[2], model_hash[3]]) >> (32 - TAG_BITS)
}

/// The tag that a code carries, to find its model by.
///
/// # Errors
/// When it is no code.
pub fn tag_of(code: &str) -> Result<u32, NotACode> {
    let mut bits = read(code)?;
    bits.take(1).and_then(|_| bits.take(TAG_BITS)).map(|tag| tag as u32).ok_or(NotACode::Check)
}

/// Writes a build of a model. `counts` are those of [`Diagram::counts`].
#[must_use]
pub fn encode(build: &Build, tag: u32, diagram: &Diagram, counts: &[Natural]) -> String {
    let rank = rank_bits(counts).and_then(|bits| Some((diagram.rank(&build.configuration, counts)?.to_u128()?, bits)));
    let mut out = Bits::default();
    out.put(u128::from(rank.is_none()), 1);
    out.put(u128::from(tag), TAG_BITS);
    for var in 0..build.configuration.len() {
        out.put(u128::from(build.own.contains(&var)), 1);
    }
    match rank {
        Some((rank, bits)) => out.put(rank, bits),
        None => {
            for (value, size) in build.configuration.iter().zip(diagram.domains()) {
                out.put(u128::from(*value), value_bits(*size));
            }
        }
    }
    out.put(u128::from(out.check()), CHECK_BITS);
    let mut text = String::new();
    for (at, five) in out.bits.chunks(5).enumerate() {
        if at > 0 && at % 5 == 0 {
            text.push('-');
        }
        let digit = (0..5).fold(0, |digit, place| digit << 1 | usize::from(five.get(place).copied().unwrap_or(false)));
        text.push(char::from(ALPHABET[digit]));
    }
    text
}

/// Reads a build of a model. The configuration is one of the diagram's.
///
/// # Errors
/// When it is no code, or not of this model.
pub fn decode(code: &str, tag: u32, diagram: &Diagram, counts: &[Natural]) -> Result<Build, NotACode> {
    let mut bits = read(code)?;
    let form = bits.take(1).ok_or(NotACode::Check)?;
    if bits.take(TAG_BITS).ok_or(NotACode::Check)? != u128::from(tag) {
        return Err(NotACode::OtherModel);
    }
    let mut own = Vec::new();
    for var in 0..diagram.domains().len() {
        if bits.take(1).ok_or(NotACode::Check)? == 1 {
            own.push(var);
        }
    }
    let configuration = if form == 0 {
        let rank = rank_bits(counts).and_then(|count| bits.take(count)).ok_or(NotACode::Check)?;
        diagram.at_rank(Natural::from(rank), counts)
    } else {
        let values = diagram.domains().iter().map(|size| bits.take(value_bits(*size)).map(|value| value as Value));
        values.collect::<Option<Vec<_>>>().filter(|configuration| diagram.contains(configuration))
    };
    Ok(Build { configuration: configuration.ok_or(NotACode::Check)?, own })
}

fn rank_bits(counts: &[Natural]) -> Option<u32> {
    Some(u128::BITS - counts.first()?.to_u128()?.saturating_sub(1).leading_zeros())
}

const fn value_bits(size: u32) -> u32 {
    u32::BITS - (size - 1).leading_zeros()
}

/// The bits of a code whose check holds, without the check and what fills the last digit.
fn read(code: &str) -> Result<Reader, NotACode> {
    let mut bits = Vec::new();
    for letter in code.chars().filter(|letter| !letter.is_whitespace() && *letter != '-') {
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let digit = ALPHABET.iter().position(|known| char::from(*known) == letter).ok_or(NotACode::Character)?;
        bits.extend((0..5).rev().map(|place| digit >> place & 1 == 1));
    }
    // What fills the last digit is zeros, at most four.
    for filled in 0..5 {
        let Some(length) = bits.len().checked_sub(filled + CHECK_BITS as usize) else { break };
        let (head, check) = (Bits { bits: bits[..length].to_vec() }, &bits[length..length + CHECK_BITS as usize]);
        let check = check.iter().fold(0, |sum, bit| sum << 1 | u32::from(*bit));
        let is_zero = bits[bits.len() - filled..].iter().all(|bit| !bit);
        if is_zero && check == head.check() {
            return Ok(Reader { bits: head.bits, at: 0 });
        }
    }
    Err(NotACode::Check)
}

#[derive(Default)]
struct Bits {
    bits: Vec<bool>,
}

impl Bits {
    fn put(&mut self, number: u128, bits: u32) {
        self.bits.extend((0..bits).rev().map(|place| number >> place & 1 == 1));
    }

    /// FNV-1a over the bits and their number, folded: one wrong letter or two swapped ones are found with 1 − 2⁻¹⁵.
    fn check(&self) -> u32 {
        let step = |hash: u64, byte: u64| (hash ^ byte).wrapping_mul(0x0100_0000_01B3);
        let hash = self.bits.iter().fold(step(0xCBF2_9CE4_8422_2325, self.bits.len() as u64), |hash, bit| step(hash, u64::from(*bit) + 1));
        ((hash >> 49) ^ (hash >> 20)) as u32 & ((1 << CHECK_BITS) - 1)
    }
}

struct Reader {
    bits: Vec<bool>,
    at: usize,
}

impl Reader {
    fn take(&mut self, bits: u32) -> Option<u128> {
        let taken = self.bits.get(self.at..self.at + bits as usize)?;
        self.at += bits as usize;
        Some(taken.iter().fold(0, |number, bit| number << 1 | u128::from(*bit)))
    }
}
