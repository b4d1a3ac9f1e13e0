//! Recording a model: its name, or a file of another program.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use muster_shared::{
    catalog::studio::{CreatedModel, IMPORT_MAX, NewModel},
    problem::FieldError,
    text::{Lang, LocalText},
};

use super::{api, cells::code_of};
use crate::{
    browser::file,
    sending::Sending,
    t, t_now,
    ui::{Button, ButtonKind, Dialog, Field, FormError, Glyph, Icon, TextInput, reactive, use_toaster},
};

/// The dialog that records a model and opens its draft.
#[component]
pub fn NewModelDialog(
    open: RwSignal<bool>,
    /// Codes that others have.
    taken: Signal<Vec<String>>,
) -> impl IntoView {
    view! { <Dialog open title=t!(studio.new_model)>{move || form(open, taken)}</Dialog> }.into_any()
}

fn form(open: RwSignal<bool>, taken: Signal<Vec<String>>) -> AnyView {
    let (name, name_vi, code) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let is_own_code = RwSignal::new(false);
    let text = RwSignal::new(None::<(String, String)>);
    let sending = Sending::new();
    let (navigate, toaster) = (StoredValue::new_local(use_navigate()), use_toaster());
    let suggest = move |name: String| {
        if !is_own_code.get_untracked() {
            code.set(if name.is_empty() { String::new() } else { code_of(&name, &taken.get_untracked()) });
        }
    };
    let done = move |created: CreatedModel| {
        open.set(false);
        for note in created.notes {
            toaster.note(note);
        }
        navigate.with_value(|go| go(&format!("/desk/models/{}", created.model.id), Default::default()));
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut names = LocalText::default();
        for (lang, name) in [(Lang::En, name), (Lang::Vi, name_vi)] {
            super::cells::set_lang(&mut names, lang, name.get_untracked().trim().to_owned());
        }
        let missing = |field: &str| FieldError { field: field.to_owned(), code: "required".to_owned(), params: Default::default() };
        if names.0.is_empty() {
            return sending.refuse(vec![missing("name")]);
        }
        let new = NewModel { code: code.get_untracked().trim().to_owned(), name: names, text: text.get_untracked().map(|(_, text)| text) };
        sending.run(async move { api::create(&new).await }, done);
    };
    view! {
        <form class="dialog__form" on:submit=submit novalidate>
            <Field label=t!(studio.name_in, what = super::wording::lang_name(Lang::En)) required=true error=sending.field("name")>
                <TextInput value=name autofocus=true on_input=suggest max_length=80 />
            </Field>
            <Field label=t!(studio.name_in, what = super::wording::lang_name(Lang::Vi))><TextInput value=name_vi max_length=80 /></Field>
            <Field label=t!(studio.code_name) required=true hint=t!(studio.code_hint) error=sending.field("code")>
                <TextInput value=code on_input=move |_: String| is_own_code.set(true) max_length=40 />
            </Field>
            <Import text sending />
            <FormError error=sending.error() />
            <footer class="dialog__foot">
                <Button on_press=move || open.set(false)>{t!(ui.cancel)}</Button>
                <Button kind=ButtonKind::Main submit=true busy=sending.busy()>{t!(studio.create)}</Button>
            </footer>
        </form>
    }
    .into_any()
}

/// A file to start from.
#[component]
fn Import(text: RwSignal<Option<(String, String)>>, sending: Sending) -> impl IntoView {
    let toaster = use_toaster();
    let choose = move |event: leptos::ev::Event| {
        let Some(file) = file::chosen(&event) else { return };
        if file.size > IMPORT_MAX as f64 {
            return toaster.note(t_now!(studio.too_large_file));
        }
        let name = file.name.clone();
        leptos::task::spawn_local(async move {
            match file.text().await {
                Some(content) => drop(text.try_set(Some((name, content)))),
                None => toaster.note(t_now!(studio.unreadable_file)),
            }
        });
    };
    let chosen = move || text.with(|text| text.as_ref().map_or_else(|| t!(studio.import_hint)().to_owned(), |(name, _)| name.clone()));
    view! {
        <label class="studio__file">
            <input type="file" class="visually-hidden" accept=".json,.xml,.cnf,.dimacs,.uvl,.txt" on:change=choose />
            <Glyph icon=Icon::UPLOAD />
            <span><strong>{t!(studio.import)}</strong> <small>{reactive(chosen)}</small></span>
        </label>
        <FormError error=sending.field("text") />
    }
    .into_any()
}
