//! The board: deals by stage, moved by hand, live.

mod ask;
mod card;
mod carry;
mod column;
mod ends;
mod filters;
mod menus;
mod model;
mod quick_add;
mod state;

use leptos::prelude::*;
use muster_shared::{
    access::Permission,
    id::OpportunityId,
    opportunity::{BoardFilter, Card, Pipeline, Stage, StageKind},
};

pub use ask::{StaleDialog, reason_name};
pub use model::Ask;

use self::{
    ask::Questions,
    column::StageColumn,
    ends::Ends,
    filters::BoardBar,
    model::{Model, Row},
};
use crate::{
    api::{self, ApiError, Reading},
    browser::timer,
    i18n::lang,
    lead::RequestLane,
    opportunity::panel::DealPanel,
    query::{use_query, use_unreadable},
    shell::Page,
    t, t_now,
    ui::{Button, ButtonKind, EmptyState, ErrorState, Glyph, Icon, Skeleton, SkeletonKind, reactive, use_shortcut},
};

/// The board's page.
#[component]
pub fn BoardPage() -> impl IntoView {
    let query = use_query();
    use_unreadable(api::unreadable_in::<BoardFilter>);
    let filter = Memo::new(move |_| api::filter_from::<BoardFilter>(query.pairs()));
    let model = Model::new(filter);
    let board = Reading::new(move || {
        let filter = filter.get();
        async move { model.load(filter).await }
    });
    let first_stage = move || model.targets().into_iter().find(|s| s.kind == StageKind::Open).map(|s| s.id);
    let can_write = move || model.session.can(Permission::OpportunityWrite);
    let add = move || {
        if untrack(can_write) {
            model.adding.set(first_stage());
        }
    };
    use_shortcut("n", t!(board.new), add);
    use_shortcut("z", t!(board.undo_last), move || model.undo_last());
    let actions = move || {
        move || can_write().then(|| view! { <Button kind=ButtonKind::Main icon=Icon::PLUS chord="n" on_press=add>{t!(board.new)}</Button> })
    };
    let title =
        move || model.pipeline.with(|p| p.as_ref().map_or_else(|| t_now!(board.title).to_owned(), |p| p.name.get(lang()).to_owned()));
    let body = move || {
        let is_read = model.pipeline.with(Option::is_some);
        let failure = board.get().and_then(Result::err).filter(|_| !is_read);
        match failure {
            Some(error) => view! { <ErrorState failure=ApiError::into(error) on_retry=move || board.refetch() /> }.into_any(),
            None if !is_read => view! { <Skeleton kind=SkeletonKind::Board count=5 /> }.into_any(),
            None => columns(model),
        }
    };
    view! {
        <Page title scope=move || menus::scope(model) actions=actions fills=true>
            <BoardBar model />
            {failed_again(model, board)}
            {reactive(body)}
            {pill(model)}
            {ghost(model)}
            <Questions model />
            <DealPanel
                card=Signal::derive(move || query.get("card").and_then(|id| id.parse::<OpportunityId>().ok()))
                on_close=move || query.set(&[("card", None)])
                on_written=move |card| model.took(card)
                on_deleted=move |id| model.lost_sight(id)
            />
        </Page>
    }
    .into_any()
}

/// A filter that could not be read leaves the old cards, and says so.
fn failed_again(model: Model, board: Reading<()>) -> AnyView {
    let view = move || {
        let is_read = model.pipeline.with(Option::is_some);
        let error = board.get().and_then(Result::err).filter(|_| is_read)?;
        Some(view! { <div class="board__failure"><ErrorState failure=ApiError::into(error) on_retry=move || board.refetch() /></div> })
    };
    reactive(view)
}

/// The columns and the ends. Drawn anew only when the pipeline itself changes.
fn columns(model: Model) -> AnyView {
    let stages = Memo::new(move |_| model.pipeline.with(|p| p.as_ref().map(shown_stages).unwrap_or_default()));
    let is_stop = Selector::new(move || model.tab_stop.get());
    let inner = move || {
        let all = stages.get();
        let (open, ends): (Vec<Stage>, Vec<Stage>) = all.into_iter().partition(|s| s.kind == StageKind::Open);
        let count = open.len();
        let columns = open
            .into_iter()
            .enumerate()
            .map(|(index, stage)| view! { <StageColumn model stage tone=tone(index, count) is_stop=is_stop.clone() /> })
            .collect_view();
        view! {
            {columns}
            <Ends model stages=ends />
        }
    };
    let is_carrying = move || model.carried.with(Option::is_some);
    view! {
        <p class="visually-hidden" id="board-help">{t!(board.help)}</p>
        <div
            class="board"
            class:board--carrying=is_carrying
            id=carry::BOARD
            role="group"
            aria-label=t!(board.title)
            on:keydown=move |event| carry::on_key(model, &event)
            on:pointerup=move |_| model.is_pointing.set_value(false)
            on:pointercancel=move |_| model.is_pointing.set_value(false)
            on:touchmove=move |event| {
                // Listened to from the start: a browser asks only those that were there when the finger came down.
                if is_carrying() {
                    event.prevent_default();
                }
            }
            on:focusout=move |event| carry::on_focus_out(model, &event)
        >
            <RequestLane query=model.query is_carrying=Signal::derive(is_carrying) on_deal=Callback::new(move |card| show_deal(model, card)) />
            {reactive(inner)}
        </div>
        {first_deal(model)}
    }
    .into_any()
}

/// A request became this deal, or joined it: it opens beside the board, and closing it leads to its card.
fn show_deal(model: Model, card: Card) {
    let id = card.id;
    model.took(card);
    carry::focus_card(model, id);
    timer::after_layout(move || model.query.set(&[("request", None), ("card", Some(id.to_string()))]));
}

fn shown_stages(pipeline: &Pipeline) -> Vec<Stage> {
    pipeline.stages.iter().filter(|stage| !stage.archived).cloned().collect()
}

/// Of the five shades, the one for this place among the open stages.
fn tone(index: usize, count: usize) -> usize {
    if count < 2 { 3 } else { (1 + index * 4 / (count - 1)).min(5) }
}

/// An empty board says what to do.
fn first_deal(model: Model) -> AnyView {
    let is_empty =
        move || model.tab_stop.with(Option::is_none) && model.adding.with(Option::is_none) && model.pipeline.with(Option::is_some);
    let is_filtered = move || {
        model.filter.with(|f| f.q.is_some() || f.owner.is_some() || f.team.is_some() || f.close_from.is_some() || f.close_to.is_some())
    };
    let view = move || {
        if !is_empty() {
            return None;
        }
        let empty = if is_filtered() {
            view! { <EmptyState title=t!(board.nothing_fits) text=t!(board.nothing_fits_text) icon=Icon::KANBAN /> }.into_any()
        } else {
            view! { <EmptyState title=t!(board.empty) text=t!(board.empty_text) icon=Icon::KANBAN /> }.into_any()
        };
        Some(view! { <div class="board__empty">{empty}</div> })
    };
    reactive(view)
}

/// Changes that wait for the hand to be free.
fn pill(model: Model) -> AnyView {
    let view = move || {
        let count = model.waiting.get();
        (count > 0).then(|| {
            view! {
                <button type="button" class="board__pill" on:click=move |_| model.show_waiting()>
                    <Glyph icon=Icon::REFRESH_CW /> {t_now!(board.waiting, count = count)}
                </button>
            }
        })
    };
    view! { <div class="board__pill-place" role="status">{reactive(view)}</div> }.into_any()
}

/// The card that follows the pointer.
fn ghost(model: Model) -> AnyView {
    let is_dragging = Memo::new(move |_| model.ghost.with(Option::is_some));
    let at = move || model.ghost.get().unwrap_or_default();
    let view = move || {
        let card = is_dragging.get().then(|| model.carried.get_untracked()).flatten()?.card;
        let row = model.row(card.id)?.get_untracked();
        let row = Row { card, mark: None, is_moving: false, ..row };
        Some(view! {
            <div
                class="card card--held"
                aria-hidden="true"
                style:left=move || format!("{}px", at().left)
                style:top=move || format!("{}px", at().top)
                style:width=move || format!("{}px", at().width)
            >
                {card::body(model, &row)}
            </div>
        })
    };
    reactive(view)
}
