//! What is asked before a request is given back or ended.

use leptos::{ev, prelude::*};
use muster_shared::lead::{LeadReturn, ReturnReason};

use super::{
    requests::{Ask, Requests, Subject},
    wording::reason_name,
};
use crate::{
    browser::{focus, timer},
    t, t_now,
    ui::{Button, ButtonKind, Dialog, DialogSize, Field, TextArea, reactive},
};

/// The dialog of the question that is open, if one is.
#[component]
pub fn Questions(requests: Requests) -> impl IntoView {
    let open = RwSignal::new(false);
    // The dialog keeps its question while it closes.
    let asked = Memo::new(move |before: Option<&Option<Ask>>| requests.asking.get().or_else(|| before.cloned().flatten()));
    Effect::new(move |_| open.set(requests.asking.with(Option::is_some)));
    let leave = Callback::new(move |()| requests.asking.set(None));
    let title = move || match asked.get() {
        Some(Ask::Return(subject)) => t_now!(lead.return_title, name = subject.name),
        Some(Ask::Cancel(subject)) => t_now!(lead.cancel_title, name = subject.name),
        None => String::new(),
    };
    let content = move || match requests.asking.get() {
        Some(Ask::Return(subject)) => return_form(requests, subject, leave),
        Some(Ask::Cancel(subject)) => cancel_form(requests, subject, leave),
        None => ().into_any(),
    };
    view! { <Dialog open title size=DialogSize::Small on_cancel=leave>{content}</Dialog> }.into_any()
}

fn return_form(requests: Requests, subject: Subject, leave: Callback<()>) -> AnyView {
    let reason = RwSignal::new(None::<ReturnReason>);
    let note = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<&'static str>);
    timer::after_layout(|| {
        focus::first("dialog[open] .pick input");
    });
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(reason) = reason.get_untracked() else { return wrong.set(Some("reason")) };
        let back = LeadReturn { reason, note: note.get_untracked().trim().to_owned() };
        if back.check().is_err() {
            wrong.set(Some("note"));
            focus::first("dialog[open] textarea");
            return;
        }
        leave.run(());
        requests.give_back(subject.clone(), back);
    };
    let choice = move |each: &'static ReturnReason| {
        let choose = move |_| {
            reason.set(Some(*each));
            wrong.set(None);
        };
        view! {
            <label class="pick">
                <input type="radio" name="return-reason" class="visually-hidden" on:change=choose />
                <span>{reactive(move || reason_name(*each))}</span>
            </label>
        }
    };
    let is_missing = move || wrong.get() == Some("reason");
    let note_error = Signal::derive(move || (wrong.get() == Some("note")).then(|| t_now!(lead.return_note_needed).to_owned()));
    let note_field = move || {
        let is_needed = reason.get() == Some(ReturnReason::Other);
        view! { <Field label=t!(lead.return_note) required=is_needed error=note_error><TextArea value=note rows=2 /></Field> }
    };
    view! {
        <form class="dialog__form" on:submit=send>
            <p class="dialog__text">{t!(lead.return_text)}</p>
            <fieldset class="picks">
                <legend class="field__label">{t!(lead.return_why)}</legend>
                {ReturnReason::ALL.iter().map(choice).collect_view()}
            </fieldset>
            <p class="field__error" role="alert">{reactive(move || is_missing().then(|| t_now!(lead.return_needs_reason)))}</p>
            {reactive(note_field)}
            <footer class="dialog__foot">
                <Button on_press=leave>{t!(lead.keep)}</Button>
                <Button kind=ButtonKind::Main submit=true>{t!(lead.return_confirm)}</Button>
            </footer>
        </form>
    }
    .into_any()
}

fn cancel_form(requests: Requests, subject: Subject, leave: Callback<()>) -> AnyView {
    let note = RwSignal::new(String::new());
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        leave.run(());
        requests.cancel(subject.clone(), note.get_untracked().trim().to_owned());
    };
    timer::after_layout(|| {
        focus::first("dialog[open] textarea");
    });
    view! {
        <form class="dialog__form" on:submit=send>
            <p class="dialog__text">{t!(lead.cancel_text)}</p>
            <Field label=t!(lead.cancel_note)><TextArea value=note rows=2 /></Field>
            <footer class="dialog__foot">
                <Button on_press=leave>{t!(lead.keep)}</Button>
                <Button kind=ButtonKind::Danger submit=true>{t!(lead.cancel_confirm)}</Button>
            </footer>
        </form>
    }
    .into_any()
}
