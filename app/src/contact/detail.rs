//! A person's page: facts that are edited in place, and what was recorded.

use leptos::prelude::*;
use muster_shared::{contact::ContactView, event::EntityKind, patch};
use uuid::Uuid;

use super::{CONTACTS, wording::wording};
use crate::{
    account::ACCOUNTS,
    editing::{Editing, patching},
    event::{ConflictDialog, History},
    records::{self, Found, Shown},
    shell::Page,
    t,
    ui::{Crumb, Fact, Facts, Panel, reactive},
};

/// The page.
#[component]
pub fn ContactPage() -> impl IntoView {
    let id = records::use_id();
    let found = records::follow(&CONTACTS, Signal::derive(move || id.get()), |v: &ContactView| v.contact.id.0);
    let shown = Memo::new(move |_| found.view.with(|v| v.as_ref().map(shown)));
    let words = wording(move || account_of(found));
    let title = records::title(&CONTACTS, shown);
    let crumbs = Signal::derive(move || {
        let account = account_of(found).map(|(id, name)| Crumb::new(name, format!("{}?tab=people", ACCOUNTS.page(&id))));
        std::iter::once(records::crumb(&CONTACTS)).chain(account).collect::<Vec<_>>()
    });
    let gone = records::go_to_list(&CONTACTS);
    let more = move || records::edit_link(&CONTACTS, id);
    let actions = move || records::actions(&CONTACTS, shown, words, found.refetch, gone, ViewFn::from(more));
    let here = Memo::new(move |_| shown.with(|v| v.as_ref().map(|v| v.id)));
    let body = move || match here.get() {
        Some(id) => content(id, found, shown),
        None => records::absent(found.failure, found.refetch),
    };
    view! { <Page title crumbs actions=actions>{reactive(body)}</Page> }.into_any()
}

fn shown(view: &ContactView) -> Shown {
    Shown {
        id: view.contact.id.0,
        version: view.contact.version,
        name: view.contact.name.clone(),
        is_deleted: view.contact.deleted_at.is_some(),
        can_write: view.can_write,
        can_delete: view.can_delete,
    }
}

/// The customer, by id and name; tracked.
fn account_of(found: Found<ContactView>) -> Option<(String, String)> {
    found.view.with(|v| v.as_ref().map(|v| (v.contact.account_id.to_string(), v.account_name.clone())))
}

fn content(id: Uuid, found: Found<ContactView>, shown: Memo<Option<Shown>>) -> AnyView {
    let record = Signal::derive(move || found.view.with(|v| v.as_ref().map(|v| patch::fields(&v.contact)).unwrap_or_default()));
    let words = wording(move || account_of(found));
    let editing = Editing::new(record, records::locked(shown), words, found.refetch, patching(&CONTACTS, id));
    let reach = move || found.view.with(|v| v.as_ref().map(|v| records::reach(&v.contact.phone, &v.contact.mail, "")));
    let account = move || account_of(found).map(|(id, name)| view! { <a class="quiet-link" href=ACCOUNTS.page(&id)>{name}</a> });
    let owner = move || found.view.with(|v| v.as_ref().map(|v| v.owner_name.clone()));
    view! {
        {records::trash_note(shown)}
        <div class="record">
            <aside class="record__side">
                {reactive(reach)}
                <Facts>
                    {editing.text("name")}
                    {editing.text("title")}
                    <Fact label=t!(contact.fields.account_id)>{reactive(account)}</Fact>
                    {editing.text("phone")}
                    {editing.text("mail")}
                    <Fact label=t!(contact.fields.owner_id)>{reactive(owner)}</Fact>
                    {editing.text("note")}
                </Facts>
            </aside>
            <div class="record__main">
                <Panel title=t!(event.history)>
                    <History kind=EntityKind::Contact id wording=editing.wording hidden=&["updated_at"] />
                </Panel>
            </div>
        </div>
        <ConflictDialog conflicts=editing.conflicts />
    }
    .into_any()
}
