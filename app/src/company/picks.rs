//! Choosing several of a few: languages, working days.

use leptos::{prelude::*, text_prop::TextProp};
use muster_shared::{text::Lang, time::Day};

use crate::{
    browser::format::{self, DayStyle},
    t,
    ui::reactive,
};

/// A group of toggles under one heading.
#[component]
fn Picks(#[prop(into)] label: TextProp, #[prop(into)] error: Signal<Option<String>>, children: Children) -> impl IntoView {
    view! {
        <fieldset class="setup__group" class:field--invalid=move || error.with(Option::is_some)>
            <legend>{reactive(move || label.get())}</legend>
            <div class="toggles">{children()}</div>
            <p class="field__error" role="alert">{reactive(move || error.get())}</p>
        </fieldset>
    }
    .into_any()
}

fn pick(label: TextProp, checked: Signal<bool>, on_change: Callback<bool>) -> AnyView {
    view! {
        <label class="toggle">
            <input type="checkbox" prop:checked=move || checked.get() on:change=move |event| on_change.run(event_target_checked(&event)) />
            <span>{reactive(move || label.get())}</span>
        </label>
    }
    .into_any()
}

/// The languages that people work in here.
#[component]
pub fn LanguagePicks(value: RwSignal<Vec<Lang>>, #[prop(optional, into)] error: Signal<Option<String>>) -> impl IntoView {
    let toggle = move |lang: Lang, is_on: bool| {
        value.update(|chosen| {
            chosen.retain(|l| *l != lang);
            if is_on {
                chosen.push(lang);
                chosen.sort_unstable();
            }
        });
    };
    let options = Lang::ALL
        .into_iter()
        .map(|lang| {
            let checked = Signal::derive(move || value.with(|chosen| chosen.contains(&lang)));
            pick(own_name(lang).into(), checked, Callback::new(move |is_on| toggle(lang, is_on)))
        })
        .collect_view();
    view! { <Picks label=t!(company.languages) error>{options}</Picks> }.into_any()
}

/// What a language calls itself.
pub const fn own_name(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "English",
        Lang::Vi => "Tiếng Việt",
    }
}

/// The days of the week that are worked, Monday first.
#[component]
pub fn WorkdayPicks(value: RwSignal<[bool; 7]>, #[prop(optional, into)] error: Signal<Option<String>>) -> impl IntoView {
    let options = (0..7_usize)
        .map(|weekday| {
            let checked = Signal::derive(move || value.with(|days| days[weekday]));
            pick((move || weekday_name(weekday)).into(), checked, Callback::new(move |is_on| value.update(|days| days[weekday] = is_on)))
        })
        .collect_view();
    view! { <Picks label=t!(company.workdays) error>{options}</Picks> }.into_any()
}

/// `Mon` for 0 to `Sun` for 6, in the language of the interface.
pub fn weekday_name(weekday: usize) -> String {
    // 5 January 1970 was a Monday.
    const MONDAY: Day = Day(4);
    format::day(MONDAY.plus(i32::try_from(weekday).unwrap_or_default()), DayStyle::Weekday)
}
