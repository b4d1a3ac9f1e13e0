//! Collects what is wrong with an input field by field, so that a form shows everything at once.

use crate::problem::{FieldError, Params};

/// Longest name or title of anything.
pub const NAME_MAX: usize = 200;
/// Longest free text.
pub const TEXT_MAX: usize = 10_000;

/// The errors found so far.
#[derive(Debug, Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that `field` is wrong in the way `code` says.
    pub fn fail(&mut self, field: &str, code: &str) {
        self.fail_with(field, code, Params::new());
    }

    /// Notes that `field` is wrong, with the values its message needs.
    pub fn fail_with(&mut self, field: &str, code: &str, params: Params) {
        self.0.push(FieldError { field: field.to_owned(), code: code.to_owned(), params });
    }

    /// `ok` or `field` is wrong.
    pub fn that(&mut self, ok: bool, field: &str, code: &str) {
        if !ok {
            self.fail(field, code);
        }
    }

    /// A text that must be there: not blank, at most `max` characters, no control characters.
    pub fn required(&mut self, field: &str, text: &str, max: usize) {
        if text.trim().is_empty() {
            self.fail(field, "required");
        }
        self.optional(field, text, max);
    }

    /// A text that may be empty.
    pub fn optional(&mut self, field: &str, text: &str, max: usize) {
        if text.chars().count() > max {
            self.fail_with(field, "too-long", Params::from([("max".to_owned(), max.into())]));
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.fail(field, "control-character");
        }
    }

    /// An e-mail address as people write them; delivery is the only real test.
    pub fn mail(&mut self, field: &str, mail: &str) {
        let ok = mail.len() <= 254
            && !mail.chars().any(|c| c.is_whitespace() || c.is_control())
            && mail.split_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains('@')
            });
        self.that(ok, field, "not-a-mail");
    }

    /// `low ≤ value ≤ high`.
    pub fn range(&mut self, field: &str, value: i64, low: i64, high: i64) {
        if !(low..=high).contains(&value) {
            let params = Params::from([("min".to_owned(), low.into()), ("max".to_owned(), high.into())]);
            self.fail_with(field, "out-of-range", params);
        }
    }

    /// All errors, or `Ok` where there are none.
    pub fn done(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(run: impl FnOnce(&mut Checks), codes: &[&str]) {
        let mut checks = Checks::new();
        run(&mut checks);
        let found: Vec<String> = checks.0.into_iter().map(|e| e.code).collect();
        assert_eq!(found, codes);
    }

    #[test]
    fn texts() {
        check(|c| c.required("name", "Lê Minh Khoa", 20), &[]);
        check(|c| c.required("name", "  ", 20), &["required"]);
        check(|c| c.required("name", "đđđ", 2), &["too-long"]);
        check(|c| c.optional("note", "two\nlines", 20), &[]);
        check(|c| c.optional("note", "bell\u{7}", 20), &["control-character"]);
    }

    #[test]
    fn mails() {
        for good in ["a@b.vn", "thi.huong+x@aurora-motors.example"] {
            check(|c| c.mail("mail", good), &[]);
        }
        for bad in ["", "a", "a@", "@b.vn", "a@b", "a b@c.vn", "a@b@c.vn", "a@.vn"] {
            check(|c| c.mail("mail", bad), &["not-a-mail"]);
        }
    }
}
