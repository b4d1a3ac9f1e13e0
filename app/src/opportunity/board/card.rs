//! A deal on the board.

use leptos::{ev, prelude::*};
use muster_shared::{
    id::OpportunityId,
    opportunity::{Card, Stage},
    time::Day,
};

use super::{
    carry,
    model::{Ages, Model, Row, card_id},
    state::Mark,
};
use crate::{
    browser::{
        format::{self, DayStyle},
        place,
    },
    t, t_now,
    ui::{Avatar, Glyph, Icon, Size, reactive},
};

/// The card of a deal, in its column.
#[component]
pub fn DealCard(model: Model, id: OpportunityId, is_tab_stop: Signal<bool>) -> impl IntoView {
    let Some(row) = model.row(id).map(RwSignal::from) else { return ().into_any() };
    let is_acting = Memo::new(move |_| model.acting.get() == Some(id));
    let is_carried = Memo::new(move |_| model.carried.with(|c| c.as_ref().is_some_and(|c| c.card.id == id)));
    let class = move || {
        row.with(|row| {
            let mark = match row.mark {
                Some(Mark::Moved(_)) => " card--new",
                Some(Mark::Changed(_)) => " card--touched",
                Some(Mark::Refused) => " card--refused",
                None => "",
            };
            let moving = if row.is_moving { " card--sending" } else { "" };
            let carried = if is_carried.get() { " card--away" } else { "" };
            format!("card{mark}{moving}{carried}")
        })
    };
    let body = move || row.with(|row| body(model, row));
    let title_id = format!("{}-name", card_id(id));
    view! {
        <li class="col__item">
            <article
                id=card_id(id)
                class=class
                aria-labelledby=title_id
                aria-describedby="board-help"
                tabindex=move || if is_tab_stop.get() { "0" } else { "-1" }
                on:pointerdown=move |event| carry::on_pointer_down(model, id, &event)
                on:pointerenter=move |_| model.hover(Some(id))
                on:pointerleave=move |_| model.hover(None)
                on:focusin=move |_| carry::on_focus(model, id)
                on:click=move |event| open(model, id, &event)
            >
                {reactive(body)}
                {reactive(move || (is_acting.get() && !is_carried.get()).then(|| actions(model, id)))}
                {more(model, id, row)}
            </article>
        </li>
    }
    .into_any()
}

/// What a card shows; also what follows the pointer while it is dragged.
pub fn body(model: Model, row: &Row) -> AnyView {
    let card = &row.card;
    let stage = model.stage(card.stage_id);
    let note = row.mark.as_ref().map(|mark| {
        let text = match mark {
            Mark::Moved(by) => t_now!(board.moved_by, name = by),
            Mark::Changed(by) => t_now!(board.changed_by, name = by),
            Mark::Refused => t_now!(board.refused).to_owned(),
        };
        view! { <span class="card__note">{text}</span> }
    });
    let close = format::day(card.close_day, DayStyle::Short);
    let close_title = t_now!(board.closes, day = close);
    view! {
        <div class="card__top">
            <h3 id=format!("{}-name", card_id(card.id))>
                <a class="card__link" href=format!("/desk/opportunities/{}", card.id) tabindex="-1" draggable="false">
                    {card.account_name.clone()}
                </a>
            </h3>
            <span class="card__amt">{format::money_short(card.amount)}</span>
        </div>
        <p class="card__what">{card.name.clone()}</p>
        {step(card, row.ages.today)}
        <div class="card__foot">
            {age(row.ages, stage.as_ref())}
            {contact(row.ages)}
            <span data-tip=close_title><span class="visually-hidden">{close_title.clone()}</span><span aria-hidden="true">{close}</span></span>
            <Avatar name=card.owner_name.clone() size=Size::Small />
        </div>
        {note}
    }
    .into_any()
}

/// The next step: overdue, today, later or missing.
fn step(card: &Card, today: Day) -> AnyView {
    let (class, text) = match card.next_step_day {
        _ if card.next_step.is_empty() && card.next_step_day.is_none() => ("none", t_now!(board.step_none).to_owned()),
        Some(day) if day < today => ("late", t_now!(board.step_late, step = step_name(card))),
        Some(day) if day == today => ("today", t_now!(board.step_today, step = step_name(card))),
        Some(day) => ("later", t_now!(board.step_later, step = step_name(card), day = format::day_near(day))),
        None => ("later", card.next_step.clone()),
    };
    view! { <p class=format!("card__step step step--{class}")>{text}</p> }.into_any()
}

fn step_name(card: &Card) -> String {
    if card.next_step.is_empty() { t_now!(board.step_unnamed).to_owned() } else { card.next_step.clone() }
}

/// Time in the stage against its limit.
fn age(ages: Ages, stage: Option<&Stage>) -> AnyView {
    let stay = format::duration(ages.in_stage);
    let (text, why) = match stage.and_then(|s| s.limit_days) {
        Some(limit) if ages.is_stage_over => {
            (t_now!(board.age_over, age = stay, limit = limit), t_now!(board.age_over_why, age = stay, limit = limit))
        }
        Some(limit) => (stay.clone(), t_now!(board.age_why_limit, age = stay, limit = limit)),
        None => (stay.clone(), t_now!(board.age_why, age = stay)),
    };
    figure(ages.is_stage_over, None, text, &why)
}

/// Time since the last contact against its limit.
fn contact(ages: Ages) -> AnyView {
    let is_over = ages.is_contact_over;
    let (text, why) = match ages.since_contact {
        Some(since) => {
            let ago = format::duration(since);
            let why = if is_over { t_now!(board.contact_over, ago = ago) } else { t_now!(board.contact_ago, ago = ago) };
            (ago, why)
        }
        None if is_over => ("–".to_owned(), t_now!(board.contact_never_over).to_owned()),
        None => ("–".to_owned(), t_now!(board.contact_never).to_owned()),
    };
    figure(is_over, Some(Icon::PHONE), text, &why)
}

fn figure(is_over: bool, icon: Option<Icon>, text: String, why: &str) -> AnyView {
    let class = if is_over { "age age--over" } else { "age" };
    view! {
        <span class=class data-tip=why.to_owned()>
            {icon.map(|icon| view! { <Glyph icon /> })}
            <span aria-hidden="true">{text}</span>
            <span class="visually-hidden">{why.to_owned()}</span>
        </span>
    }
    .into_any()
}

/// What the keyboard can do with the focused card.
fn actions(model: Model, id: OpportunityId) -> AnyView {
    let act = move |action: fn(Model, OpportunityId)| {
        move |event: ev::MouseEvent| {
            event.stop_propagation();
            action(model, id);
        }
    };
    view! {
        <div class="card__do">
            <button type="button" on:click=act(open_panel)>{t!(board.open)}</button>
            <button type="button" on:click=act(open_step)>{t!(board.next_step)}</button>
            <button type="button" on:click=act(carry::ask_where)>{t!(board.move_to)} <Glyph icon=Icon::CHEVRON_RIGHT /></button>
        </div>
    }
    .into_any()
}

/// The way to "Move to" for a pointer or a finger.
fn more(model: Model, id: OpportunityId, row: RwSignal<Row>) -> AnyView {
    let can_write = row.with_untracked(|row| row.card.can_write);
    can_write
        .then(|| {
            view! {
                <button
                    type="button"
                    class="card__more"
                    tabindex="-1"
                    aria-label=move || t_now!(board.move_what, name = row.with(|row| row.card.account_name.clone()))
                    on:click=move |event| {
                        event.stop_propagation();
                        carry::ask_where(model, id);
                    }
                >
                    <Glyph icon=Icon::ELLIPSIS />
                </button>
            }
        })
        .into_any()
}

fn open(model: Model, id: OpportunityId, event: &ev::MouseEvent) {
    // A click that asks for a new tab is the link's.
    if event.ctrl_key() || event.meta_key() || event.shift_key() || place::is_inside(event, "button") {
        return;
    }
    event.prevent_default();
    open_panel(model, id);
}

/// Opens the deal beside the board.
pub fn open_panel(model: Model, id: OpportunityId) {
    model.acting.set(None);
    model.query.set(&[("card", Some(id.to_string()))]);
}

/// Opens the deal at its next step.
pub fn open_step(model: Model, id: OpportunityId) {
    open_panel(model, id);
    place::press_when_there("[data-field=next_step] .inline-edit__value:not([disabled])");
}
