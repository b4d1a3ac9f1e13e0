//! Finding records by a few letters: the words kept beside each record, and the question that looks them up.

mod queries;
mod routes;

pub use routes::router;

use muster_shared::access::{Permission, Scope};
use muster_shared::event::EntityKind;
use muster_shared::fold;
use uuid::Uuid;

use crate::access::UserSubject;
use crate::error::Result;
use crate::sql::Sql;
use crate::writer::Tx;

/// Most words of one question; more would only slow it down.
const WORDS: usize = 8;
/// Digits from which a question is taken for the end of a phone number.
const DIGITS: usize = 3;
/// Marks a phone among the words.
const PHONE: char = '#';
/// Rows a statement.
const ROWS: usize = 1_000;

/// The word for a phone number with these digits from the last to the first.
fn phone_term(reversed: &str) -> String {
    format!("{PHONE}{reversed}")
}

/// The words under which a record with these texts and phones is found.
#[must_use]
pub fn terms(texts: &[&str], phones: &[&str]) -> Vec<String> {
    let mut terms = fold::words(&texts.join(" "));
    for phone in phones {
        let digits = fold::reversed_digits(phone);
        let term = phone_term(&digits);
        if digits.len() >= DIGITS && !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms
}

/// Replaces the words of a record.
pub async fn index(tx: &Tx, entity: EntityKind, id: Uuid, dealer: Uuid, texts: &[&str], phones: &[&str]) -> Result<()> {
    forget(tx, id).await?;
    insert(tx, entity, [(id, dealer, terms(texts, phones))]).await
}

/// Adds the words of new records, many at once.
pub async fn insert(tx: &Tx, entity: EntityKind, records: impl IntoIterator<Item = (Uuid, Uuid, Vec<String>)>) -> Result<()> {
    let rows: Vec<(Uuid, String, Uuid)> =
        records.into_iter().flat_map(|(id, dealer, terms)| terms.into_iter().map(move |term| (dealer, term, id))).collect();
    for chunk in rows.chunks(ROWS) {
        let mut sql = Sql::new("INSERT INTO search_word (dealer_id, word, entity, entity_id) VALUES ");
        sql.rows(chunk, |v, (dealer, word, id)| v.extend([(*dealer).into(), word.as_str().into(), entity.as_str().into(), (*id).into()]));
        sql.run(tx.db()).await?;
    }
    Ok(())
}

/// Forgets the words of a record.
pub async fn forget(tx: &Tx, id: Uuid) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM search_word WHERE entity_id = ");
    sql.bind(id);
    sql.run(tx.db()).await?;
    Ok(())
}

/// What somebody typed, as the words that a record must all have, each at least by its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    pub words: Vec<String>,
    /// The last digits of a phone number, from the last to the first, where it may be one.
    pub phone: Option<String>,
}

impl Needle {
    /// `None` where nothing remains to look for.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let words: Vec<String> = fold::words(text).into_iter().take(WORDS).collect();
        let is_phone = text.chars().all(|c| c.is_ascii_digit() || " +-().,/".contains(c));
        let phone = is_phone.then(|| {
            let mut digits: String = text.chars().filter(char::is_ascii_digit).collect();
            if digits.starts_with('0') && digits.len() > DIGITS + 1 {
                // The zero before a national number is not part of the international one.
                digits.remove(0);
            }
            fold::reversed_digits(&digits)
        });
        let phone = phone.filter(|digits| digits.len() >= DIGITS);
        (!words.is_empty()).then_some(Self { words, phone })
    }

    /// Adds the condition that the record whose id is the expression `id` has all words.
    pub fn push(&self, sql: &mut Sql, user: &UserSubject, permission: Permission, entity: EntityKind, id: &'static str) {
        sql.push("(");
        if let Some(phone) = &self.phone {
            sql.push(id);
            push_lookup(sql, user, permission, entity, &phone_term(phone));
            sql.push(" OR (");
        }
        for (i, word) in self.words.iter().enumerate() {
            sql.push(if i == 0 { "" } else { " AND " }).push(id);
            push_lookup(sql, user, permission, entity, word);
        }
        sql.push(if self.phone.is_some() { "))" } else { ")" });
    }
}

fn push_lookup(sql: &mut Sql, user: &UserSubject, permission: Permission, entity: EntityKind, word: &str) {
    sql.push(" IN (SELECT w.entity_id FROM search_word w WHERE ");
    push_words(sql, user, permission, entity, word);
    sql.push(")");
}

/// Adds the condition on `search_word w` that it is one of `entity` beginning with `word`, of a dealer within reach.
pub fn push_words(sql: &mut Sql, user: &UserSubject, permission: Permission, entity: EntityKind, word: &str) {
    sql.push_bind("(w.dealer_id = ", user.dealer_id());
    if user.reach.scope(permission) == Some(Scope::All) && !user.reach.open_dealers.is_empty() {
        sql.push(" OR w.dealer_id IN (SELECT id FROM dealer WHERE contract = 'open' AND deleted_at IS NULL)");
    }
    sql.push(")");
    push_range(sql, word);
    sql.push_bind(" AND w.entity = ", entity.as_str());
}

fn push_exists(sql: &mut Sql, id: &'static str, word: &str) {
    sql.push("EXISTS (SELECT 1 FROM search_word w WHERE w.entity_id = ").push(id);
    push_range(sql, word);
    sql.push(")");
}

fn push_range(sql: &mut Sql, word: &str) {
    sql.push_bind(" AND w.word >= ", word).push_bind(" AND w.word < ", format!("{word}\u{10ffff}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_folded_words_and_reversed_phones() {
        assert_eq!(
            terms(&["Công ty Đại Nam", "info@dainam.vn"], &["+84 903 123 456"]),
            ["cong", "ty", "dai", "nam", "info", "dainam", "vn", "#65432130948"]
        );
        assert_eq!(terms(&["A"], &["", "12"]), ["a"]);
    }

    #[test]
    fn needles_are_words_or_the_end_of_a_phone() {
        assert_eq!(Needle::read("  "), None);
        assert_eq!(Needle::read("Đại n").map(|n| (n.words, n.phone)), Some((vec!["dai".into(), "n".into()], None)));
        assert_eq!(Needle::read("123 456").and_then(|n| n.phone), Some("654321".into()));
        assert_eq!(Needle::read("0903-123-456").and_then(|n| n.phone), Some("654321309".into()));
        assert_eq!(Needle::read("12").and_then(|n| n.phone), None);
    }
}
