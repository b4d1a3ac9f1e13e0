//! Recording a person, and changing all of one at once.

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use muster_shared::{
    contact::{Contact, ContactPatch, ContactView, NewContact},
    id::ContactId,
    patch,
    problem::FieldError,
};

use super::{api, wording::wording};
use crate::{
    account,
    api::{ApiError, Reading},
    browser::draft,
    editing::patch_of,
    event::{ConflictDialog, Conflicts, Wording, still_wanted},
    records,
    sending::Sending,
    shell::Page,
    t, t_now,
    ui::{
        AsyncView, Button, ButtonKind, Choice, Combobox, Crumb, Field, FormError, LinkButton, TextArea, TextInput, reactive, use_toaster,
    },
};

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    account: RwSignal<Option<Choice>>,
    name: RwSignal<String>,
    title: RwSignal<String>,
    mail: RwSignal<String>,
    phone: RwSignal<String>,
    note: RwSignal<String>,
}

impl Draft {
    fn of(contact: Option<&ContactView>, account: RwSignal<Option<Choice>>) -> Self {
        let text = |read: fn(&Contact) -> &String| RwSignal::new(contact.map(|v| read(&v.contact).clone()).unwrap_or_default());
        Self {
            account,
            name: text(|c| &c.name),
            title: text(|c| &c.title),
            mail: text(|c| &c.mail),
            phone: text(|c| &c.phone),
            note: text(|c| &c.note),
        }
    }

    fn texts(self) -> [(&'static str, RwSignal<String>); 5] {
        [("name", self.name), ("title", self.title), ("mail", self.mail), ("phone", self.phone), ("note", self.note)]
    }

    /// The person, or that their customer is missing.
    fn read(self) -> Result<NewContact, Vec<FieldError>> {
        let text = |signal: RwSignal<String>| signal.get_untracked().trim().to_owned();
        let missing = || vec![FieldError { field: "account_id".to_owned(), code: "required".to_owned(), params: Default::default() }];
        let account_id = self.account.get_untracked().and_then(|a| a.id.parse().ok()).ok_or_else(missing)?;
        Ok(NewContact {
            account_id,
            name: text(self.name),
            title: text(self.title),
            mail: text(self.mail),
            phone: text(self.phone),
            note: text(self.note),
        })
    }
}

/// The page that records a person.
#[component]
pub fn NewContactPage() -> impl IntoView {
    const PLACE: &str = "contact:new";
    let draft = Draft::of(None, account::use_chosen());
    for (field, signal) in draft.texts() {
        draft::bind(format!("{PLACE}:{field}"), signal);
    }
    let (sending, toaster, navigate) = (Sending::new(), use_toaster(), use_navigate());
    let send = Callback::new(move |()| {
        let contact = match draft.read() {
            Ok(contact) => contact,
            Err(errors) => return sending.refuse(errors),
        };
        let navigate = navigate.clone();
        sending.run(async move { api::create(&contact).await }, move |wrote| {
            for (field, _) in draft.texts() {
                draft::clear(&format!("{PLACE}:{field}"));
            }
            toaster.say(t_now!(record.created, name = wrote.record.name));
            navigate(&format!("/desk/contacts/{}", wrote.record.id), Default::default());
        });
    });
    let crumbs = Signal::derive(|| vec![Crumb::new(t!(contact.title), "/desk/contacts")]);
    view! {
        <Page title=t!(contact.new) crumbs>
            {fields(draft, sending, send, "/desk/contacts".to_owned(), true)}
        </Page>
    }
    .into_any()
}

/// The page that changes a person.
#[component]
pub fn EditContactPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).and_then(|id| id.parse::<ContactId>().ok()));
    let contact = Reading::new(move || {
        let id = id.get();
        async move { api::read(id.ok_or_else(records::not_found)?).await }
    });
    let crumbs = Signal::derive(|| vec![Crumb::new(t!(contact.title), "/desk/contacts")]);
    view! {
        <Page title=t!(contact.edit) crumbs>
            <AsyncView resource=contact children=edit />
        </Page>
    }
    .into_any()
}

/// A person being changed.
#[derive(Clone, Copy)]
struct Edit {
    contact: StoredValue<Contact>,
    sending: Sending,
    conflicts: Conflicts,
    words: Wording,
    /// Where to go once it is saved.
    leave: Callback<()>,
}

impl Edit {
    /// Writes what is wanted; where others set the same fields, the person chooses and it is written again.
    fn save(self, version: i64, wanted: ContactPatch) {
        let (id, sent) = (self.contact.with_value(|c| c.id), wanted.clone());
        let work = async move {
            match api::change(id, version, &sent).await {
                Err(error) if !error.conflicts().is_empty() => Ok(Some(error)),
                Err(error) => Err(error),
                Ok(_) => Ok(None),
            }
        };
        self.sending.run(work, move |met: Option<ApiError>| {
            let Some(error) = met else { return self.leave.run(()) };
            let (clash, now) = (error.conflicts().to_vec(), error.version().unwrap_or(version));
            self.conflicts.ask(error.conflicts(), self.words, move |mine| match still_wanted(&wanted, &clash, &mine) {
                Some(left) => self.save(now, left),
                None => self.leave.run(()),
            });
        });
    }
}

fn edit(view: ContactView) -> AnyView {
    let account = Choice { id: view.contact.account_id.to_string(), label: view.account_name.clone(), detail: String::new() };
    let draft = Draft::of(Some(&view), RwSignal::new(Some(account.clone())));
    let (toaster, navigate) = (use_toaster(), use_navigate());
    let back = format!("/desk/contacts/{}", view.contact.id);
    let there = back.clone();
    let leave = Callback::new(move |()| {
        toaster.say(t_now!(record.saved_all));
        navigate(&there, Default::default());
    });
    let words = wording(move || Some((account.id.clone(), account.label.clone())));
    let edit = Edit { contact: StoredValue::new(view.contact), sending: Sending::new(), conflicts: Conflicts::new(), words, leave };
    let send = Callback::new(move |()| match draft.read() {
        Ok(typed) => {
            let wanted = edit.contact.with_value(|contact| changed(contact, &typed));
            edit.save(edit.contact.with_value(|c| c.version), wanted);
        }
        Err(errors) => edit.sending.refuse(errors),
    });
    view! {
        {fields(draft, edit.sending, send, back, false)}
        <ConflictDialog conflicts=edit.conflicts />
    }
    .into_any()
}

/// Only the fields that the form changed.
fn changed(contact: &Contact, typed: &NewContact) -> ContactPatch {
    let mut wanted = patch::fields(typed);
    let now = patch::fields(contact);
    wanted.retain(|field, value| now.get(field) != Some(value));
    patch_of(wanted)
}

fn fields(draft: Draft, sending: Sending, send: Callback<()>, back: String, is_new: bool) -> AnyView {
    view! {
        <form
            class="form-page"
            on:submit=move |event| {
                event.prevent_default();
                send.run(());
            }
        >
            <div class="form-page__grid">
                <div class="form-page__wide">
                    <Field label=t!(contact.fields.account_id) required=true error=sending.field("account_id")>
                        <Combobox value=draft.account search=account::search() placeholder=t!(board.add_account_hint) />
                    </Field>
                </div>
                <Field label=t!(contact.fields.name) required=true error=sending.field("name")><TextInput value=draft.name max_length=200 /></Field>
                <Field label=t!(contact.fields.title) error=sending.field("title")><TextInput value=draft.title /></Field>
                <Field label=t!(contact.fields.phone) error=sending.field("phone")><TextInput value=draft.phone kind="tel" /></Field>
                <Field label=t!(contact.fields.mail) error=sending.field("mail")><TextInput value=draft.mail kind="email" /></Field>
                <div class="form-page__wide">
                    <Field label=t!(contact.fields.note) error=sending.field("note")><TextArea value=draft.note /></Field>
                </div>
            </div>
            <FormError error=sending.error() />
            <footer class="form-page__foot">
                <Button kind=ButtonKind::Main submit=true busy=sending.busy()>
                    {reactive(move || if is_new { t_now!(record.create) } else { t_now!(ui.save) })}
                </Button>
                <LinkButton href=back kind=ButtonKind::Plain>{t!(ui.cancel)}</LinkButton>
            </footer>
        </form>
    }
    .into_any()
}
