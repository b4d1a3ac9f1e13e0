//! A deal beside the board, without leaving it; and the question why one was lost.

use leptos::{prelude::*, wasm_split::SplitLoaderError};
use muster_shared::{
    id::OpportunityId,
    opportunity::{Card, LostReason},
};

use super::{
    board::reason_name,
    detail::{actions, narrow, use_deal},
};
use crate::{
    area,
    browser::{draft, focus, json, timer},
    t, t_now,
    ui::{Button, ButtonKind, Dialog, DialogSize, Field, Icon, LinkButton, SidePanel, Size, TextArea, TextInput, reactive},
};

/// The deal that the address names, in a panel at the edge. Its code comes with the first deal that is opened.
#[component]
pub fn DealPanel(
    card: Signal<Option<OpportunityId>>,
    #[prop(into)] on_close: Callback<()>,
    #[prop(into)] on_written: Callback<(Card,)>,
    #[prop(into)] on_deleted: Callback<(OpportunityId,)>,
) -> impl IntoView {
    area::lazy_since(move || card.with(Option::is_some), move || Box::pin(load_panel(card, on_close, on_written, on_deleted)))
}

#[leptos::wasm_split::wasm_split(records, wasm_split_path = ::leptos::wasm_split, fallible)]
fn load_panel(
    card: Signal<Option<OpportunityId>>,
    on_close: Callback<()>,
    on_written: Callback<(Card,)>,
    on_deleted: Callback<(OpportunityId,)>,
) -> Result<AnyView, SplitLoaderError> {
    Ok(panel(card, on_close, on_written, on_deleted))
}

fn panel(
    card: Signal<Option<OpportunityId>>,
    on_close: Callback<()>,
    on_written: Callback<(Card,)>,
    on_deleted: Callback<(OpportunityId,)>,
) -> AnyView {
    let deal = use_deal(card).on_written(Callback::new(move |card: Card| on_written.run((card,))));
    let open = Memo::new(move |_| card.with(Option::is_some));
    let title =
        move || deal.found.with(|v| v.as_ref().map(|v| v.account_name.clone())).unwrap_or_else(|| t_now!(opportunity.one).to_owned());
    let gone = Callback::new(move |id: OpportunityId| {
        on_close.run(());
        on_deleted.run((id,));
    });
    let head = move || {
        let page = move || card.get().map(|id| format!("/desk/opportunities/{id}")).unwrap_or_default();
        view! {
            <LinkButton href=page size=Size::Small kind=ButtonKind::Plain icon=Icon::EXTERNAL_LINK>{t!(opportunity.open_page)}</LinkButton>
            {actions(deal, gone)}
        }
    };
    view! {
        <SidePanel open=Signal::derive(move || open.get()) title on_close actions=head>
            <div class="deal-panel">{narrow(deal)}</div>
        </SidePanel>
    }
    .into_any()
}

/// Why a deal was lost: the reason, the competitor where one was named, a note.
pub type Lost = (LostReason, Option<String>, Option<String>);

/// Asks why a deal was lost.
#[component]
pub fn LostDialog(
    /// Which deal, while it is asked.
    deal: Signal<Option<OpportunityId>>,
    name: Signal<String>,
    /// The reason, the competitor, a note.
    #[prop(into)]
    on_lost: Callback<(Lost,)>,
    #[prop(into)] on_cancel: Callback<()>,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    Effect::new(move |_| is_open.set(deal.with(Option::is_some)));
    let title = move || t_now!(board.lost_title, name = name.get());
    let content = move || deal.get().map(|deal| lost_form(deal, Callback::new(move |lost| on_lost.run((lost,))), on_cancel));
    view! { <Dialog open=is_open title size=DialogSize::Small on_cancel=on_cancel>{content}</Dialog> }.into_any()
}

/// The form: a reason is required, the rest may be said. What was said survives a reload until it is sent or given up.
pub fn lost_form(deal: OpportunityId, on_lost: Callback<Lost>, on_cancel: Callback<()>) -> AnyView {
    let reason = RwSignal::new(None::<LostReason>);
    let is_missing = RwSignal::new(false);
    let (competitor, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let key = StoredValue::new(format!("lost:{deal}"));
    let kept = move || json::text(&[reason.get().map_or("", LostReason::as_str), &competitor.get(), &note.get()]).unwrap_or_default();
    draft::keep(key.get_value(), Box::new(kept), &|kept| {
        let Ok::<[String; 3], _>([reason_kept, competitor_kept, note_kept]) = json::parse(&kept) else { return };
        reason.set(LostReason::parse(&reason_kept));
        competitor.set(competitor_kept);
        note.set(note_kept);
    });
    timer::after_layout(|| {
        focus::first("dialog[open] .pick input");
    });
    let given = |signal: RwSignal<String>| Some(signal.get_untracked().trim().to_owned()).filter(|t| !t.is_empty());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match reason.get_untracked() {
            Some(reason) => {
                draft::clear(&key.get_value());
                on_lost.run((reason, given(competitor), given(note)));
            }
            None => is_missing.set(true),
        }
    };
    let give_up = move || {
        draft::clear(&key.get_value());
        on_cancel.run(());
    };
    let choice = move |each: &'static LostReason| {
        view! {
            <label class="pick">
                <input
                    type="radio"
                    name="lost-reason"
                    class="visually-hidden"
                    prop:checked=move || reason.get() == Some(*each)
                    on:change=move |_| {
                        reason.set(Some(*each));
                        is_missing.set(false);
                    }
                />
                <span>{reactive(move || reason_name(*each))}</span>
            </label>
        }
    };
    let rival = move || {
        (reason.get() == Some(LostReason::Competitor))
            .then(|| view! { <Field label=t!(board.competitor)><TextInput value=competitor autofocus=true max_length=200 /></Field> })
    };
    view! {
        <form class="dialog__form" on:submit=send>
            <fieldset class="picks">
                <legend class="field__label">{t!(board.lost_why)}</legend>
                {LostReason::ALL.iter().map(choice).collect_view()}
            </fieldset>
            <p class="field__error" role="alert">{reactive(move || is_missing.get().then(|| t_now!(board.lost_needs_reason)))}</p>
            {reactive(rival)}
            <Field label=t!(board.lost_note)><TextArea value=note rows=2 /></Field>
            <footer class="dialog__foot">
                <Button on_press=give_up>{t!(board.lost_cancel)}</Button>
                <Button kind=ButtonKind::Main submit=true>{t!(board.lost_confirm)}</Button>
            </footer>
        </form>
    }
    .into_any()
}
