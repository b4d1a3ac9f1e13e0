//! Recording a customer, and changing all of one at once.

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use muster_shared::{
    account::{Account, AccountKind, AccountPatch, NewAccount},
    id::AccountId,
    patch,
};

use super::{
    api,
    wording::{countries, wording},
};
use crate::{
    api::{ApiError, Reading},
    browser::draft,
    editing::patch_of,
    event::{ConflictDialog, Conflicts, Wording, still_wanted},
    people::use_people,
    sending::Sending,
    session::use_session,
    shell::Page,
    t, t_now,
    ui::{
        AsyncView, Button, ButtonKind, Crumb, Field, FormError, LinkButton, Segmented, Select, SelectOption, TextArea, TextInput, reactive,
        use_toaster,
    },
};

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    kind: RwSignal<String>,
    name: RwSignal<String>,
    segment: RwSignal<String>,
    mail: RwSignal<String>,
    phone: RwSignal<String>,
    website: RwSignal<String>,
    street: RwSignal<String>,
    city: RwSignal<String>,
    country: RwSignal<String>,
    note: RwSignal<String>,
    owner: RwSignal<String>,
}

impl Draft {
    fn of(account: Option<&Account>, me: String) -> Self {
        let text = |read: fn(&Account) -> &String| RwSignal::new(account.map(|a| read(a).clone()).unwrap_or_default());
        Self {
            kind: RwSignal::new(account.map_or(AccountKind::Company, |a| a.kind).as_str().to_owned()),
            name: text(|a| &a.name),
            segment: text(|a| &a.segment),
            mail: text(|a| &a.mail),
            phone: text(|a| &a.phone),
            website: text(|a| &a.website),
            street: text(|a| &a.street),
            city: text(|a| &a.city),
            country: text(|a| &a.country),
            note: text(|a| &a.note),
            owner: RwSignal::new(account.map_or(me, |a| a.owner_id.to_string())),
        }
    }

    /// Survives a reload until it is sent.
    fn keep(self, place: &str) {
        let all = [
            ("name", self.name),
            ("segment", self.segment),
            ("mail", self.mail),
            ("phone", self.phone),
            ("website", self.website),
            ("street", self.street),
            ("city", self.city),
            ("country", self.country),
            ("note", self.note),
        ];
        for (field, signal) in all {
            draft::bind(format!("{place}:{field}"), signal);
        }
    }

    fn read(self) -> NewAccount {
        let text = |signal: RwSignal<String>| signal.get_untracked().trim().to_owned();
        NewAccount {
            kind: AccountKind::parse(&self.kind.get_untracked()).unwrap_or(AccountKind::Company),
            name: text(self.name),
            segment: text(self.segment),
            mail: text(self.mail),
            phone: text(self.phone),
            website: text(self.website),
            street: text(self.street),
            city: text(self.city),
            country: text(self.country),
            note: text(self.note),
            owner_id: text(self.owner).parse().ok(),
            territory_id: None,
        }
    }
}

fn forget(place: &str) {
    for field in ["name", "segment", "mail", "phone", "website", "street", "city", "country", "note"] {
        draft::clear(&format!("{place}:{field}"));
    }
}

/// The page that records a customer.
#[component]
pub fn NewAccountPage() -> impl IntoView {
    const PLACE: &str = "account:new";
    let me = use_session().me_untracked().user.id.to_string();
    let draft = Draft::of(None, me);
    draft.keep(PLACE);
    let (sending, toaster, navigate) = (Sending::new(), use_toaster(), use_navigate());
    let send = Callback::new(move |()| {
        let account = draft.read();
        let navigate = navigate.clone();
        sending.run(async move { api::create(&account).await }, move |wrote| {
            forget(PLACE);
            toaster.say(t_now!(record.created, name = wrote.record.name));
            navigate(&format!("/desk/accounts/{}", wrote.record.id), Default::default());
        });
    });
    let crumbs = Signal::derive(|| vec![Crumb::new(t!(account.title), "/desk/accounts")]);
    view! {
        <Page title=t!(account.new) crumbs>
            {fields(draft, sending, send, "/desk/accounts".to_owned(), true)}
        </Page>
    }
    .into_any()
}

/// The page that changes a customer.
#[component]
pub fn EditAccountPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).and_then(|id| id.parse::<AccountId>().ok()));
    let account = Reading::new(move || {
        let id = id.get();
        async move {
            let id = id.ok_or_else(crate::records::not_found)?;
            api::read(id).await.map(|view| view.account)
        }
    });
    let crumbs = Signal::derive(|| vec![Crumb::new(t!(account.title), "/desk/accounts")]);
    view! {
        <Page title=t!(account.edit) crumbs>
            <AsyncView resource=account children=edit />
        </Page>
    }
    .into_any()
}

/// A customer being changed.
#[derive(Clone, Copy)]
struct Edit {
    account: StoredValue<Account>,
    sending: Sending,
    conflicts: Conflicts,
    words: Wording,
    /// Where to go once it is saved.
    leave: Callback<()>,
}

impl Edit {
    /// Writes what is wanted; where others set the same fields, the person chooses and it is written again.
    fn save(self, version: i64, wanted: AccountPatch) {
        let (id, sent) = (self.account.with_value(|a| a.id), wanted.clone());
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

fn edit(account: Account) -> AnyView {
    let draft = Draft::of(Some(&account), String::new());
    let (toaster, navigate) = (use_toaster(), use_navigate());
    let back = format!("/desk/accounts/{}", account.id);
    let there = back.clone();
    let leave = Callback::new(move |()| {
        toaster.say(t_now!(record.saved_all));
        navigate(&there, Default::default());
    });
    let edit = Edit { account: StoredValue::new(account), sending: Sending::new(), conflicts: Conflicts::new(), words: wording(), leave };
    let send = Callback::new(move |()| {
        let wanted = edit.account.with_value(|account| changed(account, &draft.read()));
        edit.save(edit.account.with_value(|a| a.version), wanted);
    });
    view! {
        {fields(draft, edit.sending, send, back, false)}
        <ConflictDialog conflicts=edit.conflicts />
    }
    .into_any()
}

/// Only the fields that the form changed.
fn changed(account: &Account, typed: &NewAccount) -> AccountPatch {
    let mut wanted = patch::fields(typed);
    let now = patch::fields(account);
    wanted.retain(|field, value| field != "territory_id" && now.get(field) != Some(value));
    patch_of(wanted)
}

fn fields(draft: Draft, sending: Sending, send: Callback<()>, back: String, is_new: bool) -> AnyView {
    let people = use_people();
    let kinds = Signal::derive(|| {
        vec![
            SelectOption::new(AccountKind::Company.as_str(), t!(account.kind_company)),
            SelectOption::new(AccountKind::Person.as_str(), t!(account.kind_person)),
        ]
    });
    let lands = Signal::derive(|| countries().into_iter().map(|(code, name)| SelectOption::new(code, name)).collect());
    let owners = Signal::derive(move || people.active().into_iter().map(|p| SelectOption::new(p.id.to_string(), p.name)).collect());
    let is_company = move || draft.kind.with(|kind| kind == AccountKind::Company.as_str());
    let name_label = move || if is_company() { t_now!(account.fields.name) } else { t_now!(account.person_name) };
    view! {
        <form
            class="form-page"
            on:submit=move |event| {
                event.prevent_default();
                send.run(());
            }
        >
            <Segmented label=t!(account.kind) value=draft.kind options=kinds on_change=move |kind| draft.kind.set(kind) />
            <div class="form-page__grid">
                <div class="form-page__wide">
                    <Field label=name_label required=true error=sending.field("name")>
                        <TextInput value=draft.name autofocus=true max_length=200 autocomplete="off" />
                    </Field>
                </div>
                <Field label=t!(account.fields.phone) error=sending.field("phone")><TextInput value=draft.phone kind="tel" /></Field>
                <Field label=t!(account.fields.mail) error=sending.field("mail")><TextInput value=draft.mail kind="email" /></Field>
                <Field label=t!(account.fields.segment) hint=t!(account.segment_hint) error=sending.field("segment")><TextInput value=draft.segment /></Field>
                <Field label=t!(account.fields.website) error=sending.field("website")><TextInput value=draft.website kind="url" placeholder="https://" /></Field>
                <div class="form-page__wide">
                    <Field label=t!(account.fields.street) error=sending.field("street")><TextInput value=draft.street /></Field>
                </div>
                <Field label=t!(account.fields.city) error=sending.field("city")><TextInput value=draft.city /></Field>
                <Field label=t!(account.fields.country) error=sending.field("country")><Select value=draft.country options=lands empty=t!(ui.choose) /></Field>
                <Field label=t!(account.fields.owner_id) required=true error=sending.field("owner_id")><Select value=draft.owner options=owners /></Field>
                <div class="form-page__wide">
                    <Field label=t!(account.fields.note) error=sending.field("note")><TextArea value=draft.note /></Field>
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

#[cfg(test)]
mod tests {
    use muster_shared::id::{DealerId, UserId};
    use muster_shared::time::Instant;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_form_sends_only_what_it_changed() {
        let account = Account {
            id: AccountId(Uuid::from_u128(1)),
            version: 3,
            dealer_id: DealerId(Uuid::from_u128(2)),
            kind: AccountKind::Company,
            name: "Sao Mai".into(),
            segment: String::new(),
            mail: String::new(),
            phone: "028 3822 0000".into(),
            website: String::new(),
            street: String::new(),
            city: String::new(),
            country: "VN".into(),
            note: String::new(),
            owner_id: UserId(Uuid::from_u128(4)),
            team_id: None,
            territory_id: Some(Uuid::from_u128(5).into()),
            custom: serde_json::Map::new(),
            created_at: Instant(0),
            updated_at: Instant(0),
            deleted_at: None,
        };
        let typed = NewAccount {
            phone: "028 3822 1111".into(),
            country: "VN".into(),
            owner_id: Some(account.owner_id),
            ..super::super::named("Sao Mai", AccountKind::Company)
        };
        let expected = AccountPatch { phone: Some("028 3822 1111".into()), ..AccountPatch::default() };
        assert_eq!(changed(&account, &typed), expected);
    }
}
