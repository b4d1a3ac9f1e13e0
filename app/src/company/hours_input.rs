//! Choosing when a working day begins and ends.

use leptos::prelude::*;
use muster_shared::calendar::WorkHours;

use crate::{
    t,
    ui::{Field, TextInput},
};

const DAY_MINUTES: u16 = 24 * 60;

/// Two times of the day. `error` is what is wrong with them together.
#[component]
pub fn HoursInput(value: RwSignal<WorkHours>, #[prop(optional, into)] error: Signal<Option<String>>) -> impl IntoView {
    let now = value.get_untracked();
    // The end of the day has no other name in a field for times.
    let (from, to) = (RwSignal::new(clock_text(now.from)), RwSignal::new(clock_text(now.to % DAY_MINUTES)));
    let set_from = move |text: String| value.update(|hours| hours.from = minute(&text).unwrap_or(u16::MAX));
    let set_to = move |text: String| value.update(|hours| hours.to = minute(&text).map_or(0, |to| if to == 0 { DAY_MINUTES } else { to }));
    view! {
        <div class="hours">
            <Field label=t!(company.hours_from) required=true><TextInput value=from kind="time" on_input=set_from /></Field>
            <Field label=t!(company.hours_to) hint=t!(company.hours_hint) required=true error><TextInput value=to kind="time" on_input=set_to /></Field>
        </div>
    }
    .into_any()
}

/// A minute of the day as clocks write it.
pub fn clock_text(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    Some(hour.parse::<u16>().ok()? * 60 + minute.parse::<u16>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_minutes_of_the_day() {
        for (text, expected) in [("07:30", Some(450)), ("00:00", Some(0)), ("", None), ("7", None)] {
            assert_eq!(minute(text), expected, "{text}");
        }
        assert_eq!((clock_text(450), clock_text(DAY_MINUTES)), ("07:30".to_owned(), "24:00".to_owned()));
    }
}
