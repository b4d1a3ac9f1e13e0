//! A picture of the coming weeks: which days are worked.

use leptos::prelude::*;
use muster_shared::{calendar::WorkCalendar, time::Day};

use super::picks::weekday_name;
use crate::{
    browser::{
        clock,
        format::{self, DayStyle},
    },
    t,
    ui::reactive,
};

const WEEKS: i32 = 6;

/// Six weeks from this Monday on; days off are struck out.
#[component]
pub fn CalendarPicture(#[prop(into)] workdays: Signal<[bool; 7]>, #[prop(into)] holidays: Signal<Vec<Day>>) -> impl IntoView {
    let today = clock::today();
    let monday = today.plus(-i32::from(today.weekday()));
    let calendar = Memo::new(move |_| WorkCalendar { zone: String::new(), workdays: workdays.get(), holidays: holidays.get() });
    let head = (0..7).map(|n| view! { <span class="cal__head">{reactive(move || weekday_name(n))}</span> }).collect_view();
    let cells = (0..WEEKS * 7).map(|n| cell(monday.plus(n), today, calendar)).collect_view();
    let worked = move || {
        let worked = calendar.with(|c| (0..WEEKS * 7).filter(|n| c.is_workday(monday.plus(*n))).count());
        t!(company.worked_days, count = worked)()
    };
    view! {
        <figure class="cal">
            <figcaption class="cal__title">{reactive(move || format::day(monday.plus(6), DayStyle::Month))}</figcaption>
            <div class="cal__grid" aria-hidden="true">{head} {cells}</div>
            <p class="cal__note">{reactive(worked)}</p>
        </figure>
    }
    .into_any()
}

fn cell(day: Day, today: Day, calendar: Memo<WorkCalendar>) -> AnyView {
    let number = day_of_month(day);
    view! {
        <span class="cal__day" class:cal__day--off=move || calendar.with(|c| !c.is_workday(day)) class:cal__day--today=day == today>
            {number}
        </span>
    }
    .into_any()
}

/// `7` of the seventh of any month.
fn day_of_month(day: Day) -> String {
    day.to_string().rsplit('-').next().unwrap_or_default().trim_start_matches('0').to_owned()
}
