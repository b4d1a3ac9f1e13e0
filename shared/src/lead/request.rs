//! What customers send and are answered when they ask for an offer.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Choice, check_person};
use crate::catalog::is_code;
use crate::check::{Checks, NAME_MAX};
use crate::id::{DealerId, ModelVersionId};
use crate::money::Money;
use crate::problem::FieldError;
use crate::text::{Lang, LocalText};
use crate::time::Instant;

/// The wording of consent that customers agree to now: the app's message `request.consent`. Another wording is another version.
pub const TEXT_VERSION: &str = "request-1";
/// Most choices of one configuration.
const CHOICES_MAX: usize = 500;
/// Longest word of a customer to the seller.
const NOTE_MAX: usize = 2_000;
/// A file's address.
const HASH_LENGTH: usize = 64;
/// Digits by which two ways of writing a phone number are the same.
const PHONE_DIGITS: usize = 9;

/// A customer's request for an offer of what they built. Nothing of it is believed unchecked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ShopRequest {
    /// Code of the market.
    pub market: String,
    /// Code of the model.
    pub model: String,
    /// The version that was built, as the shop named it.
    pub version_id: ModelVersionId,
    /// The file with the offer that was built from.
    pub offer: String,
    /// What was chosen; the rest follows.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// The price that was shown, in minor units before tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_shown: Option<i64>,
    pub name: String,
    /// This or a mail address.
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub mail: String,
    /// This or a dealer.
    #[serde(default)]
    pub place: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dealer_id: Option<DealerId>,
    /// Code of a province of the market.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// That somebody may call about this. Without it nothing is kept.
    pub consent: bool,
    #[serde(default)]
    pub language: Lang,
    #[serde(default)]
    pub note: String,
}

impl ShopRequest {
    /// # Errors
    /// Every field that does not hold by itself.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut c = Checks::new();
        c.that(self.consent, "consent", "required");
        c.that(is_code(&self.market), "market", "not-a-code");
        c.that(is_code(&self.model), "model", "not-a-code");
        c.that(is_hash(&self.offer), "offer", "not-found");
        check_person(&mut c, &self.name, &self.phone, &self.mail);
        c.that(self.dealer_id.is_some() || self.province.is_some() || !self.place.trim().is_empty(), "place", "required");
        c.optional("place", &self.place, NAME_MAX);
        c.optional("note", &self.note, NOTE_MAX);
        if let Some(province) = &self.province {
            c.that(is_code(province), "province", "not-found");
        }
        check_choices(&mut c, &self.choices);
        c.done()
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == HASH_LENGTH && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Each group once, by codes, not too many.
pub fn check_choices(c: &mut Checks, choices: &[Choice]) {
    if choices.len() > CHOICES_MAX {
        c.fail("choices", "too-many");
        return;
    }
    let mut seen = BTreeSet::new();
    for (at, choice) in choices.iter().enumerate() {
        if !is_code(&choice.group) || !is_code(&choice.option) {
            c.fail(&format!("choices.{at}"), "not-in-model");
        } else if !seen.insert(choice.group.as_str()) {
            c.fail(&format!("choices.{at}"), "taken");
        }
    }
}

/// Another configuration of the same version, in place of the one asked for before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestChange {
    pub choices: Vec<Choice>,
    /// The price that was shown, in minor units before tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_shown: Option<i64>,
    /// What else to say; what was said before stays where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl RequestChange {
    /// # Errors
    /// Every field that does not hold by itself.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut c = Checks::new();
        check_choices(&mut c, &self.choices);
        c.optional("note", self.note.as_deref().unwrap_or_default(), NOTE_MAX);
        c.done()
    }
}

/// A dealer whom a customer may name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShopDealer {
    pub id: DealerId,
    pub name: String,
}

/// What a customer is told who asked for an offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestAnswer {
    /// Who will call.
    pub rep_name: String,
    pub dealer: String,
    /// By when.
    pub due_at: Instant,
    /// The page where the customer follows, changes and cancels this; whoever has the address may.
    pub path: String,
    /// The configuration, to read out.
    pub code: String,
    /// As the server reckons, before tax.
    pub price: Money,
    /// Taxes and registration included.
    pub total: Money,
    /// The price shown before was another.
    pub price_differs: bool,
    /// There is a newer version or price list in the shop.
    pub is_outdated: bool,
}

/// How a request stands, as its customer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RequestStatus {
    /// Somebody will call.
    Waiting,
    /// Somebody has taken it over.
    Accepted,
    Cancelled,
    /// Ended without an answer.
    Over,
}

/// A line of a configuration in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConfigurationLine {
    pub group: String,
    pub group_name: LocalText,
    pub option: String,
    pub option_name: LocalText,
    /// Chosen by the customer; the others followed.
    pub is_own: bool,
}

/// A request as whoever holds its link sees it: nothing that says whose it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestView {
    pub status: RequestStatus,
    pub dealer: String,
    pub rep_name: String,
    pub due_at: Option<Instant>,
    pub market: String,
    pub province: String,
    /// Code of the model, as the shop's addresses name it.
    pub model: Option<String>,
    pub model_name: Option<LocalText>,
    pub version_id: Option<ModelVersionId>,
    /// The file with the offer.
    pub offer: Option<String>,
    pub choices: Vec<Choice>,
    pub configuration: Vec<ConfigurationLine>,
    pub code: String,
    /// Before tax.
    pub price: Option<Money>,
    pub created_at: Instant,
    pub can_change: bool,
    /// Only through the link of the first request.
    pub can_cancel: bool,
    /// Nothing else was built on it yet.
    pub can_forget: bool,
}

/// By what two ways of writing one phone number are known as the same: its last digits, from the last to the first. Empty where
/// there is none.
#[must_use]
pub fn phone_key(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').chars().rev().take(PHONE_DIGITS).collect()
}

/// By what two ways of writing one mail address are known as the same.
#[must_use]
pub fn mail_key(mail: &str) -> String {
    mail.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn request() -> ShopRequest {
        ShopRequest {
            market: "vn".to_owned(),
            model: "vega".to_owned(),
            version_id: ModelVersionId(Uuid::nil()),
            offer: "0a".repeat(32),
            choices: Vec::new(),
            price_shown: None,
            name: "Trần Thị Mai".to_owned(),
            phone: "0903 123 456".to_owned(),
            mail: String::new(),
            place: "Đà Nẵng".to_owned(),
            dealer_id: None,
            province: None,
            consent: true,
            language: Lang::Vi,
            note: String::new(),
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut ShopRequest), expected: &[(&str, &str)]) {
        let mut request = request();
        change(&mut request);
        let errors = request.check().err().unwrap_or_default();
        let found: Vec<(&str, &str)> = errors.iter().map(|e| (e.field.as_str(), e.code.as_str())).collect();
        assert_eq!(found, expected);
    }

    fn choice(group: &str, option: &str) -> Choice {
        Choice { group: group.to_owned(), option: option.to_owned() }
    }

    #[test]
    fn three_fields_and_consent_are_enough_and_needed() {
        check(|_| {}, &[]);
        check(|r| r.consent = false, &[("consent", "required")]);
        check(|r| r.name = " ".to_owned(), &[("name", "required")]);
        check(|r| r.phone.clear(), &[("phone", "phone-or-mail")]);
        check(|r| r.phone = "call me".to_owned(), &[("phone", "not-a-phone")]);
        check(
            |r| {
                r.phone.clear();
                r.mail = "mai@example.vn".to_owned();
            },
            &[],
        );
        check(|r| r.mail = "mai".to_owned(), &[("mail", "not-a-mail")]);
        check(|r| r.place.clear(), &[("place", "required")]);
        check(
            |r| {
                r.place.clear();
                r.dealer_id = Some(DealerId(Uuid::nil()));
            },
            &[],
        );
        check(|r| r.note = "x".repeat(2_001), &[("note", "too-long")]);
    }

    #[test]
    fn what_no_browser_of_ours_sends_is_refused() {
        check(|r| r.market = "VN'; --".to_owned(), &[("market", "not-a-code")]);
        check(|r| r.model = String::new(), &[("model", "not-a-code")]);
        check(|r| r.offer = "../etc/passwd".to_owned(), &[("offer", "not-found")]);
        check(|r| r.choices = vec![choice("paint", "red"), choice("paint", "blue")], &[("choices.1", "taken")]);
        check(|r| r.choices = vec![choice("paint", "Red!")], &[("choices.0", "not-in-model")]);
        check(|r| r.choices = (0..501).map(|n| choice(&format!("g{n}"), "x")).collect(), &[("choices", "too-many")]);
    }

    #[test]
    fn one_phone_is_one_key_however_it_is_written() {
        for phone in ["+84 903 123 456", "0903123456", "0084-903-123-456", "903.123.456"] {
            assert_eq!(phone_key(phone), "654321309", "{phone}");
        }
        assert_eq!(phone_key("+49 170 1234567"), phone_key("0170/1234567"));
        assert_ne!(phone_key("0903 123 457"), phone_key("0903 123 456"));
        assert_eq!(phone_key(""), "");
        assert_eq!(mail_key(" Mai@Example.VN "), "mai@example.vn");
    }
}
