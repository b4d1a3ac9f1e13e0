//! Days off: shown as spans, added one or several at a time.

use leptos::{ev, prelude::*};
use muster_shared::{
    check::Checks,
    problem::{FieldError, Params},
    time::Day,
};

use crate::{
    browser::{
        focus,
        format::{self, DayStyle},
        timer,
    },
    sending::Sending,
    t,
    ui::{Button, Chip, ChipKind, DateInput, Field, Icon, reactive},
};

/// Longest span that can be added at once; a year of days off is a slip of the finger.
const SPAN_MAX: i32 = 61;

/// Days off that are typed and not added yet. The form around it adds them too, so that nothing typed is lost.
#[derive(Clone, Copy)]
pub struct HolidayDraft {
    from: RwSignal<Option<Day>>,
    to: RwSignal<Option<Day>>,
    from_is_wrong: RwSignal<bool>,
    to_is_wrong: RwSignal<bool>,
    /// Says what is wrong with it.
    checking: Sending,
}

impl HolidayDraft {
    /// Nothing typed.
    pub fn new() -> Self {
        let (from, to) = (RwSignal::new(None), RwSignal::new(None));
        Self { from, to, from_is_wrong: RwSignal::new(false), to_is_wrong: RwSignal::new(false), checking: Sending::new() }
    }

    /// Adds what is typed to `days`; false where it stands for no days, which its fields then say.
    pub fn settle(self, days: RwSignal<Vec<Day>>) -> bool {
        self.checking.clear();
        if self.from_is_wrong.get_untracked() || self.to_is_wrong.get_untracked() {
            timer::after_layout(|| {
                focus::first(".holidays [aria-invalid=true]");
            });
            return false;
        }
        match span(self.from.get_untracked(), self.to.get_untracked()) {
            Err(errors) => {
                self.checking.refuse(errors);
                return false;
            }
            Ok(None) => {}
            Ok(Some((first, last))) => {
                days.update(|days| *days = with(days, first, last));
                self.from.set(None);
                self.to.set(None);
            }
        }
        true
    }

    fn is_begun(self) -> bool {
        let is_typed = |day: RwSignal<Option<Day>>, is_wrong: RwSignal<bool>| day.get_untracked().is_some() || is_wrong.get_untracked();
        is_typed(self.from, self.from_is_wrong) || is_typed(self.to, self.to_is_wrong)
    }

    /// Adds what is typed, and is ready for the next.
    fn add(self, days: RwSignal<Vec<Day>>) {
        if !self.is_begun() {
            let mut checks = Checks::new();
            checks.fail("from", "required");
            self.checking.refuse(checks.done().err().unwrap_or_default());
            return;
        }
        // A field that is being typed in keeps its text.
        if let Some(field) = focus::active() {
            let _ = field.blur();
        }
        if self.settle(days) {
            begin();
        }
    }
}

/// The focus waits where the next days off are typed.
fn begin() {
    timer::after_layout(|| {
        focus::first(".holidays input");
    });
}

/// The days off of a calendar.
#[component]
pub fn HolidayList(value: RwSignal<Vec<Day>>, draft: HolidayDraft, #[prop(optional, into)] error: Signal<Option<String>>) -> impl IntoView {
    let HolidayDraft { from, to, from_is_wrong, to_is_wrong, checking } = draft;
    let from_error = Signal::derive(move || checking.field_error("from").or_else(|| error.get()));
    let remove = move |first: Day, last: Day| {
        value.update(|days| *days = without(days, first, last));
        // The cross that was pressed is gone with its chip.
        begin();
    };
    let chips = move || {
        let spans = spans(&value.get());
        spans
            .into_iter()
            .map(|(first, last)| {
                let name = span_text(first, last);
                view! {
                    <Chip kind=ChipKind::On name=name.clone() on_remove=move || remove(first, last)>
                        {name}
                    </Chip>
                }
            })
            .collect_view()
    };
    let on_key = move |event: ev::KeyboardEvent| {
        // Otherwise it would send the form around, and what is typed here would be done with it.
        if event.key() == "Enter" && !event.is_composing() && !event.default_prevented() && draft.is_begun() {
            event.prevent_default();
            draft.add(value);
        }
    };
    view! {
        <div class="many">
            <div class="holidays" on:keydown=on_key>
                <Field label=t!(company.holidays) error=from_error>
                    <DateInput value=from is_wrong=from_is_wrong />
                </Field>
                <Field label=t!(company.holiday_until) error=checking.field("to")>
                    <DateInput value=to is_wrong=to_is_wrong />
                </Field>
                <Button icon=Icon::PLUS on_press=move || draft.add(value)>{t!(company.add_holiday)}</Button>
            </div>
            <div class="toggles">{reactive(chips)}</div>
        </div>
    }
    .into_any()
}

/// The days that two fields stand for, the earlier first; `None` where nothing is typed.
fn span(from: Option<Day>, to: Option<Day>) -> Result<Option<(Day, Day)>, Vec<FieldError>> {
    let mut checks = Checks::new();
    let span = match (from, to) {
        (None, None) => None,
        (None, Some(_)) => {
            checks.fail("from", "required");
            None
        }
        (Some(day), None) => Some((day, day)),
        (Some(from), Some(to)) => Some((from.min(to), from.max(to))),
    };
    if span.is_some_and(|(first, last)| last.0 - first.0 >= SPAN_MAX) {
        checks.fail_with("to", "span-too-long", Params::from([("max".to_owned(), SPAN_MAX.into())]));
    }
    checks.done().map(|()| span)
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
    let mut all: Vec<Day> = days.iter().copied().chain((0..=last.0 - first.0).map(|n| first.plus(n))).collect();
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
        assert_eq!(with(&days(&[2, 9]), Day(1), Day(3)), days(&[1, 2, 3, 9]));
        assert_eq!(without(&days(&[1, 2, 3, 9]), Day(2), Day(9)), days(&[1]));
    }

    #[track_caller]
    fn check(from: Option<i32>, to: Option<i32>, expected: Result<Option<(i32, i32)>, (&str, &str)>) {
        let found = span(from.map(Day), to.map(Day));
        let found = found.as_ref().map(|span| span.map(|(first, last)| (first.0, last.0)));
        assert_eq!(found.map_err(|errors| (errors[0].field.as_str(), errors[0].code.as_str())), expected);
    }

    #[test]
    fn a_span_is_taken_whole_or_refused_with_the_reason() {
        check(None, None, Ok(None));
        check(Some(5), None, Ok(Some((5, 5))));
        check(Some(5), Some(3), Ok(Some((3, 5))));
        check(Some(0), Some(60), Ok(Some((0, 60))));
        check(Some(0), Some(61), Err(("to", "span-too-long")));
        check(None, Some(3), Err(("from", "required")));
    }
}
