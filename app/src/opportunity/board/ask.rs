//! What the board asks: where to move a deal, why it was lost, and what to do when somebody was faster.

use leptos::{prelude::*, wasm_split::SplitLoaderError};
use muster_shared::{
    id::{OpportunityId, StageId},
    opportunity::{Card, LostReason, Move, StageKind},
    time::Instant,
};

use super::{
    carry,
    model::{Ask, Model},
};
use crate::{
    area,
    browser::{focus, format, timer},
    i18n::{lang, messages},
    opportunity::{
        panel::{Lost, lost_form},
        wording::use_stages,
    },
    t, t_now,
    ui::{Button, ButtonKind, Dialog, DialogSize, Glyph, Icon, reactive},
};

/// The dialog of the question that is open, if one is. Its code comes with the first question.
#[component]
pub fn Questions(model: Model) -> impl IntoView {
    area::lazy_since(move || model.asking.with(Option::is_some), move || Box::pin(load_dialog(model)))
}

#[leptos::wasm_split::wasm_split(extra, wasm_split_path = ::leptos::wasm_split, fallible)]
fn load_dialog(model: Model) -> Result<AnyView, SplitLoaderError> {
    Ok(dialog(model))
}

fn dialog(model: Model) -> AnyView {
    let open = RwSignal::new(false);
    // The dialog keeps its question while it closes.
    let asked = Memo::new(move |before: Option<&Option<Ask>>| model.asking.get().or_else(|| before.cloned().flatten()));
    Effect::new(move |_| open.set(model.asking.with(Option::is_some)));
    let cancel = move || {
        let id = model.asking.get_untracked().map(|ask| match ask {
            Ask::Lost { card, .. } | Ask::Stale { card, .. } | Ask::Where(card) => card.id,
        });
        model.asking.set(None);
        if let Some(id) = id {
            refocus(model, id);
        }
    };
    let title = move || match asked.get() {
        Some(Ask::Lost { card, .. }) => t_now!(board.lost_title, name = card.account_name),
        Some(Ask::Stale { card, .. }) => t_now!(board.stale_title, name = card.account_name),
        Some(Ask::Where(card)) => t_now!(board.where_title, name = card.account_name),
        None => String::new(),
    };
    let content = move || match model.asking.get() {
        Some(Ask::Lost { card, stage }) => lost(model, &card, stage),
        Some(Ask::Stale { card, wanted, by, at }) => {
            let names = (model.stage_name(card.stage_id), model.stage_name(wanted.stage_id));
            let (id, version) = (card.id, card.version);
            let repeat = Callback::new(move |()| {
                model.asking.set(None);
                model.send_move(id, version, wanted.clone());
                refocus(model, id);
            });
            stale(names, by, at, Callback::new(move |()| cancel()), repeat)
        }
        Some(Ask::Where(card)) => where_to(model, &card),
        None => ().into_any(),
    };
    view! { <Dialog open title size=DialogSize::Small on_cancel=cancel>{content}</Dialog> }.into_any()
}

/// Gives the focus back to the card that was asked about, or to the one beside where that left the board.
fn refocus(model: Model, id: OpportunityId) {
    let is_here = model.card(id).is_some();
    if let Some(id) = if is_here { Some(id) } else { model.tab_stop.get_untracked() } {
        carry::focus_card(model, id);
    }
}

fn lost(model: Model, card: &Card, stage: StageId) -> AnyView {
    let (id, version) = (card.id, card.version);
    let send = Callback::new(move |(reason, competitor, note): Lost| {
        model.asking.set(None);
        model.send_move(id, version, Move { stage_id: stage, lost_reason: Some(reason), competitor, note });
        refocus(model, id);
    });
    let cancel = Callback::new(move |()| {
        model.asking.set(None);
        refocus(model, id);
    });
    lost_form(id, send, cancel)
}

/// A reason, worded; follows the language.
pub fn reason_name(reason: LostReason) -> &'static str {
    messages::opportunity::lost_reason::find(&reason.as_str().replace('-', "_")).map_or(reason.as_str(), |message| message.text())
}

/// Somebody else moved the deal meanwhile: where it is now, and where it was wanted.
fn stale(names: (String, String), by: Option<String>, at: Option<Instant>, on_leave: Callback<()>, on_repeat: Callback<()>) -> AnyView {
    let (now_in, wanted_in) = names;
    let who = by.unwrap_or_else(|| t_now!(board.somebody).to_owned());
    let when = at.map(format::relative).unwrap_or_default();
    timer::after_layout(|| {
        focus::first("dialog[open] .dialog__foot button");
    });
    view! {
        <p class="dialog__text">{t_now!(board.stale_text, who = who, stage = now_in, when = when)}</p>
        <p class="dialog__text">{t_now!(board.stale_wanted, stage = wanted_in)}</p>
        <footer class="dialog__foot">
            <Button on_press=on_leave>{t_now!(board.stale_leave, stage = now_in)}</Button>
            <Button kind=ButtonKind::Main on_press=on_repeat>{t_now!(board.stale_repeat, stage = wanted_in)}</Button>
        </footer>
    }
    .into_any()
}

/// The same question away from the board: [`Ask::Stale`] while there is one. `on_repeat` is told the version and the move to repeat.
#[component]
pub fn StaleDialog(asking: RwSignal<Option<Ask>>, #[prop(into)] on_repeat: Callback<((i64, Move),)>) -> impl IntoView {
    let stages = use_stages();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(asking.with(Option::is_some)));
    let leave = move || asking.set(None);
    let title = move || match asking.get() {
        Some(Ask::Stale { card, .. }) => t_now!(board.stale_title, name = card.account_name),
        _ => String::new(),
    };
    let content = move || match asking.get() {
        Some(Ask::Stale { card, wanted, by, at }) => {
            let names = untrack(|| (stages.name(card.stage_id), stages.name(wanted.stage_id)));
            let repeat = Callback::new(move |()| {
                leave();
                on_repeat.run(((card.version, wanted.clone()),));
            });
            stale(names, by, at, Callback::new(move |()| leave()), repeat)
        }
        _ => ().into_any(),
    };
    view! { <Dialog open title size=DialogSize::Small on_cancel=leave>{content}</Dialog> }.into_any()
}

fn where_to(model: Model, card: &Card) -> AnyView {
    let targets = model.targets();
    let first_other = targets.iter().position(|s| s.id == card.stage_id).map_or(0, |i| (i + 1).min(targets.len().saturating_sub(1)));
    let open_count = targets.iter().filter(|s| s.kind == StageKind::Open).count();
    let id = card.id;
    let choose = move |to: StageId| {
        model.asking.set(None);
        model.request_move(id, to);
        if model.asking.with_untracked(Option::is_none) {
            refocus(model, id);
        }
    };
    let sorted: Vec<StageId> = targets.iter().map(|s| s.id).collect();
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        // 1 to 9 choose at once.
        let number = event.key().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        if let Some(to) = number.and_then(|n| sorted.get(n)) {
            event.prevent_default();
            choose(*to);
        }
    };
    let here = card.stage_id;
    timer::after_layout(|| {
        focus::by_id("move-next");
    });
    let entries = targets
        .into_iter()
        .enumerate()
        .map(|(index, stage)| {
            let is_here = stage.id == here;
            let mark = match stage.kind {
                StageKind::Open => {
                    view! { <span class=format!("dot stage--{}", super::tone(index, open_count)) aria-hidden="true"></span> }.into_any()
                }
                StageKind::Won => view! { <Glyph icon=Icon::TROPHY /> }.into_any(),
                StageKind::Lost => view! { <Glyph icon=Icon::CIRCLE_X /> }.into_any(),
            };
            let (name, to) = (stage.name, stage.id);
            view! {
                <button type="button" class="menu__item" disabled=is_here id=(index == first_other).then_some("move-next") on:click=move |_| choose(to)>
                    <span class="menu__icon">{mark}</span>
                    <span class="menu__label">{reactive(move || name.get(lang()).to_owned())}</span>
                    {is_here.then(|| view! { <span class="quiet">{t!(board.is_here)}</span> })}
                    <kbd class="kbd">{index + 1}</kbd>
                </button>
            }
        })
        .collect_view();
    view! { <div class="move-to" on:keydown=on_key>{entries}</div> }.into_any()
}
