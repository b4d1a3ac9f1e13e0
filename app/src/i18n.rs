//! The texts of the interface in every language: `t!(group.key)` is a message that follows the language without a reload.

use std::{
    fmt::{Display, Write as _},
    sync::Arc,
};

use leptos::{prelude::*, reactive::graph::Observer};
pub use muster_shared::text::Lang;

/// One text in every language, each as (form for one, form for any other number).
pub struct Message {
    en: (&'static str, &'static str),
    vi: (&'static str, &'static str),
}

/// The messages of `locales/*.json`, one module per group.
#[expect(non_upper_case_globals, dead_code, reason = "named and generated as the locale files have them")]
pub mod messages {
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

impl Message {
    /// A message from its English and Vietnamese forms.
    pub const fn new(en: (&'static str, &'static str), vi: (&'static str, &'static str)) -> Self {
        Self { en, vi }
    }

    /// The text in the language of the interface; tracks it.
    pub fn text(&self) -> &'static str {
        self.forms().1
    }

    /// The text with `{name}` replaced by its value; a `count` of 1 takes the form for one.
    pub fn with(&self, values: &[(&str, &dyn Display)]) -> String {
        let (one, other) = self.forms();
        let is_one = values.iter().any(|(name, value)| *name == "count" && value.to_string() == "1");
        let mut rest = if is_one { one } else { other };
        let mut out = String::with_capacity(rest.len() + 16);
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                rest = after;
                break;
            };
            if let Some((_, value)) = values.iter().find(|(n, _)| *n == name) {
                // Display of the values used here never fails, and a String always takes it.
                let _ = write!(out, "{value}");
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    fn forms(&self) -> (&'static str, &'static str) {
        match lang() {
            Lang::En => self.en,
            Lang::Vi => self.vi,
        }
    }
}

thread_local! {
    // One per document: events and timers read it too, where no reactive owner is at hand.
    static LANG: ArcRwSignal<Lang> = ArcRwSignal::new(Lang::default());
}

/// The language of the interface; tracks it.
pub fn lang() -> Lang {
    let lang = LANG.with(Clone::clone);
    // Words for an event, such as a toast, are asked for where nothing can follow.
    if Observer::get().is_some() { lang.get() } else { lang.get_untracked() }
}

/// The language of the interface, without following it.
pub fn lang_untracked() -> Lang {
    LANG.with(Clone::clone).get_untracked()
}

/// Switches the language of the interface at once.
pub fn set_lang(lang: Lang) {
    LANG.with(Clone::clone).set(lang);
}

/// A closure that words a message and follows the language: `t!(ui.save)`, `t!(ui.pager.of, total = move || ...)`.
///
/// Values are expressions that are evaluated anew each time, so they may read signals.
#[macro_export]
macro_rules! t {
    ($($key:ident).+) => { $crate::i18n::text_of(&$crate::i18n::messages::$($key)::+) };
    ($($key:ident).+, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::i18n::wording_of(::std::sync::Arc::new(move || {
            $crate::i18n::messages::$($key)::+.with(&[$((stringify!($name), &$value as &dyn ::std::fmt::Display)),+])
        }))
    };
}

// What `t!` makes is of two types, whatever the message: a type of its own for each would be code of its own for each place
// that shows it.

/// A message that follows the language; see [`t!`](crate::t).
pub fn text_of(message: &'static Message) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || message.text()
}

/// A message with values that follows the language and what the values read; see [`t!`](crate::t).
pub fn wording_of(wording: Arc<dyn Fn() -> String + Send + Sync>) -> impl Fn() -> String + Clone + Send + Sync + 'static {
    move || wording()
}

/// The wording of a message now, for announcements and toasts.
#[macro_export]
macro_rules! t_now {
    ($($key:ident).+) => { $crate::i18n::messages::$($key)::+.text() };
    ($($key:ident).+, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::i18n::messages::$($key)::+.with(&[$((stringify!($name), &$value as &dyn ::std::fmt::Display)),+])
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &Message, values: &[(&str, &dyn Display)], expected: &str) {
        assert_eq!(message.with(values), expected);
    }

    #[test]
    fn values_take_their_places() {
        let rows = Message::new(("{count} row of {total}", "{count} rows of {total}"), ("{count} dòng", "{count} dòng"));
        check(&rows, &[("count", &1), ("total", &"1,000")], "1 row of 1,000");
        check(&rows, &[("count", &3), ("total", &"1,000")], "3 rows of 1,000");
        check(&rows, &[("count", &3)], "3 rows of ");
        check(&Message::new(("a { b", "a { b"), ("", "")), &[], "a  b");
        check(&Message::new(("plain", "plain"), ("", "")), &[], "plain");
    }
}
