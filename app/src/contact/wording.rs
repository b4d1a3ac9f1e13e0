//! How fields of persons and their values are worded.

use muster_shared::id::UserId;

use crate::{api::plain, event::Wording, i18n::messages, people::use_people};

/// For history and conflicts; `account` names the customer where it is known.
pub fn wording(account: impl Fn() -> Option<(String, String)> + Send + Sync + 'static) -> Wording {
    let people = use_people();
    Wording::new(messages::contact::fields::find, move |field, value| {
        let text = plain(value);
        match field {
            "owner_id" => text.parse::<UserId>().ok().and_then(|id| people.name(id)).unwrap_or_default(),
            "account_id" => account()
                .filter(|(id, _)| *id == text)
                .map_or_else(|| messages::contact::another_account.text().to_owned(), |(_, name)| name),
            _ => text,
        }
    })
}
