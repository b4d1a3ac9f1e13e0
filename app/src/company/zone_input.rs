//! Choosing a time zone by typing a part of its name.

use leptos::{prelude::*, text_prop::TextProp};
use muster_shared::fold::fold;

use crate::{
    browser::names,
    ui::{Choice, Combobox, Field, Pending},
};

/// Enough to see that typing narrows it down.
const SHOWN: usize = 12;

/// A field for an IANA zone.
#[component]
pub fn ZoneInput(
    value: RwSignal<String>,
    #[prop(into)] label: TextProp,
    #[prop(optional, into)] hint: TextProp,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let all = StoredValue::new(names::zones());
    let chosen = RwSignal::new(Some(choice(&value.get_untracked())).filter(|c| !c.id.is_empty()));
    let search = Callback::new(move |text: String| {
        let found = all.with_value(|all| matching(all, &text));
        Box::pin(async move { Ok(found.iter().map(|zone| choice(zone)).collect()) }) as Pending<_>
    });
    view! {
        <Field label hint error required=true>
            <Combobox value=chosen search on_choose=move |choice: Choice| value.set(choice.id) />
        </Field>
    }
    .into_any()
}

fn choice(zone: &str) -> Choice {
    let (region, city) = zone.rsplit_once('/').unwrap_or(("", zone));
    Choice { id: zone.to_owned(), label: city.replace('_', " "), detail: region.replace('_', " ") }
}

/// The zones whose name has every word that was typed.
fn matching(zones: &[String], text: &str) -> Vec<String> {
    let words: Vec<String> = fold(text).split_whitespace().map(str::to_owned).collect();
    let fits = |zone: &&String| {
        let name = fold(zone).replace(['_', '/'], " ");
        words.iter().all(|word| name.contains(word))
    };
    zones.iter().filter(fits).take(SHOWN).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_found_by_parts_of_their_name() {
        let zones = ["Asia/Ho_Chi_Minh", "Europe/Berlin", "Asia/Tokyo"].map(str::to_owned);
        assert_eq!(matching(&zones, "chí minh"), ["Asia/Ho_Chi_Minh"]);
        assert_eq!(matching(&zones, "asia to"), ["Asia/Tokyo"]);
        assert_eq!(matching(&zones, ""), zones);
        assert_eq!(choice("Asia/Ho_Chi_Minh").label, "Ho Chi Minh");
    }
}
