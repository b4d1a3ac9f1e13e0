//! Days off: shown as spans, added one or several at a time.

use leptos::prelude::*;
use muster_shared::time::Day;

use crate::{
    browser::format::{self, DayStyle},
    t,
    ui::{Button, Chip, ChipKind, DateInput, Field, Icon, reactive},
};

/// Longest span that can be added at once; a year of days off is a slip of the finger.
const SPAN_MAX: i32 = 60;

/// The days off of a calendar.
#[component]
pub fn HolidayList(value: RwSignal<Vec<Day>>, #[prop(optional, into)] error: Signal<Option<String>>) -> impl IntoView {
    let (from, to) = (RwSignal::new(None::<Day>), RwSignal::new(None::<Day>));
    let add = move || {
        if let Some(first) = from.get_untracked() {
            value.update(|days| *days = with(days, first, to.get_untracked().unwrap_or(first)));
            from.set(None);
            to.set(None);
        }
    };
    let chips = move || {
        let spans = spans(&value.get());
        spans
            .into_iter()
            .map(|(first, last)| {
                let name = span_text(first, last);
                view! {
                    <Chip kind=ChipKind::On name=name.clone() on_remove=move || value.update(|days| *days = without(days, first, last))>
                        {name}
                    </Chip>
                }
            })
            .collect_view()
    };
    view! {
        <div class="many">
            <div class="holidays">
                <Field label=t!(company.holidays) error>
                    <DateInput value=from />
                </Field>
                <Field label=t!(company.holiday_until)>
                    <DateInput value=to />
                </Field>
                <Button icon=Icon::PLUS disabled=Signal::derive(move || from.with(Option::is_none)) on_press=add>{t!(company.add_holiday)}</Button>
            </div>
            <div class="toggles">{reactive(chips)}</div>
        </div>
    }
    .into_any()
}

fn span_text(first: Day, last: Day) -> String {
    let end = format::day(last, DayStyle::Short);
    if first == last { end } else { format!("{} – {end}", format::day(first, DayStyle::Short)) }
}

/// Runs of days without a gap.
fn spans(days: &[Day]) -> Vec<(Day, Day)> {
    let mut spans: Vec<(Day, Day)> = Vec::new();
    for &day in days {
        match spans.last_mut() {
            Some((_, last)) if last.plus(1) == day => *last = day,
            _ => spans.push((day, day)),
        }
    }
    spans
}

/// `days` with everything from `first` to `last`, ascending, each once.
fn with(days: &[Day], first: Day, last: Day) -> Vec<Day> {
    let (first, last) = if last < first { (last, first) } else { (first, last) };
    let length = (last.0 - first.0).min(SPAN_MAX);
    let mut all: Vec<Day> = days.iter().copied().chain((0..=length).map(|n| first.plus(n))).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn without(days: &[Day], first: Day, last: Day) -> Vec<Day> {
    days.iter().copied().filter(|day| !(first..=last).contains(day)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(list: &[i32]) -> Vec<Day> {
        list.iter().map(|n| Day(*n)).collect()
    }

    #[test]
    fn days_in_a_row_are_one_span() {
        assert_eq!(spans(&days(&[1, 2, 3, 7, 9, 10])), [(Day(1), Day(3)), (Day(7), Day(7)), (Day(9), Day(10))]);
        assert_eq!(spans(&[]), []);
    }

    #[test]
    fn adding_keeps_the_order_and_each_day_once() {
        assert_eq!(with(&days(&[2, 9]), Day(3), Day(1)), days(&[1, 2, 3, 9]));
        assert_eq!(without(&days(&[1, 2, 3, 9]), Day(2), Day(9)), days(&[1]));
        assert_eq!(with(&[], Day(0), Day(1_000)).len(), 61);
    }
}
