//! A record's page: following it live, what may be done with it, and what stands in its place until it is there.

use leptos::{prelude::*, task::spawn_local, text_prop::TextProp};
use leptos_router::hooks::use_navigate;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Kind, dial, not_found, restore};
use crate::{
    api::{self, ApiError, Reading},
    event::{Wording, offer_undo},
    i18n::text_of,
    live::use_live,
    query::use_segment,
    t, t_now,
    ui::{Button, ButtonKind, Crumb, ErrorState, Icon, LinkButton, Menu, MenuItem, PopoverAlign, Size, Skeleton, reactive, use_toaster},
};

/// The id that the address names.
pub fn use_id() -> Memo<Option<Uuid>> {
    let id = use_segment(2);
    Memo::new(move |_| id.with(|id| id.as_deref().and_then(|id| id.parse().ok())))
}

/// A record that is followed live.
pub struct Found<V: Send + Sync + 'static> {
    pub view: Memo<Option<V>>,
    pub failure: Signal<Option<ApiError>>,
    pub refetch: Callback<()>,
}

impl<V: Send + Sync + 'static> Clone for Found<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V: Send + Sync + 'static> Copy for Found<V> {}

/// Follows the record that `id` names; `id_of` tells which one an answer is about.
pub fn follow<V>(kind: &'static Kind, id: Signal<Option<Uuid>>, id_of: fn(&V) -> Uuid) -> Found<V>
where
    V: Clone + PartialEq + DeserializeOwned + Send + Sync + 'static,
{
    let live = use_live();
    let read = Reading::new(move || {
        let id = id.get();
        if let Some(id) = id {
            live.changes_of(kind.entity, id).track();
        }
        async move {
            let id = id.ok_or_else(not_found)?;
            api::get::<V>(&format!("/{}/{id}", kind.base)).await
        }
    });
    // Until the answer comes, the one before is about another record.
    let view = Memo::new(move |_| read.get().and_then(Result::ok).filter(|v| Some(id_of(v)) == id.get()));
    let failure = Signal::derive(move || read.get().and_then(Result::err));
    Found { view, failure, refetch: Callback::new(move |()| read.refetch()) }
}

/// What a page knows of the record it shows, whatever its kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub id: Uuid,
    pub version: i64,
    pub name: String,
    pub is_deleted: bool,
    pub can_write: bool,
    pub can_delete: bool,
}

/// Its name, or what it is until that is known.
pub fn title(kind: &'static Kind, shown: Memo<Option<Shown>>) -> TextProp {
    TextProp::from(move || shown.with(|v| v.as_ref().map(|v| v.name.clone())).unwrap_or_else(|| kind.one.text().to_owned()))
}

/// To the trash and out of it, and `more` for who may write.
pub fn actions(
    kind: &'static Kind,
    shown: Memo<Option<Shown>>,
    wording: Wording,
    on_changed: Callback<()>,
    on_gone: Callback<()>,
    more: ViewFn,
) -> AnyView {
    let toaster = use_toaster();
    let undone = Callback::new(|_: Option<ApiError>| false);
    let delete = move || {
        let Some(record) = shown.get_untracked() else { return };
        let text = t_now!(record.deleted, name = record.name);
        spawn_local(async move {
            match api::delete(&format!("/{}/{}", kind.base, record.id), Some(record.version)).await {
                Ok(event) => {
                    offer_undo(toaster, text, event, wording, undone);
                    on_gone.try_run(());
                }
                Err(error) => toaster.fail(error),
            }
        });
    };
    let bring_back = move || {
        let Some(record) = shown.get_untracked() else { return };
        spawn_local(async move {
            match restore(kind, &record.id.to_string(), record.version).await {
                Ok(()) => on_changed.try_run(()).unwrap_or_default(),
                Err(error) => toaster.fail(error),
            }
        });
    };
    let flag = move |read: fn(&Shown) -> bool| Memo::new(move |_| shown.with(|shown| shown.as_ref().is_some_and(read)));
    let (is_deleted, can_write, can_delete) = (flag(|s| s.is_deleted), flag(|s| s.can_write), flag(|s| s.can_delete));
    let view = move || {
        let (is_deleted, may_delete) = (is_deleted.get(), can_delete.get());
        let menu = (may_delete && !is_deleted).then(|| {
            view! {
                <Menu label=t!(record.more) align=PopoverAlign::End>
                    <MenuItem label=t!(record.delete) icon=Icon::TRASH_2 danger=true on_press=delete />
                </Menu>
            }
        });
        let back =
            (may_delete && is_deleted).then(|| view! { <Button kind=ButtonKind::Main on_press=bring_back>{t!(record.restore)}</Button> });
        view! { {menu} {back} {(can_write.get() && !is_deleted).then(|| more.run())} }
    };
    reactive(view)
}

/// Leads to the form that changes all of a record at once.
pub fn edit_link(kind: &'static Kind, id: Memo<Option<Uuid>>) -> AnyView {
    let href = move || format!("{}/edit", kind.page(&id.get().unwrap_or_default().to_string()));
    view! { <LinkButton href icon=Icon::PENCIL>{t!(ui.edit)}</LinkButton> }.into_any()
}

/// Goes to the list, as after the record that was shown went to the trash.
pub fn go_to_list(kind: &'static Kind) -> Callback<()> {
    let navigate = use_navigate();
    Callback::new(move |()| navigate(&kind.list(), Default::default()))
}

/// The way back to the list.
pub fn crumb(kind: &'static Kind) -> Crumb {
    Crumb::new(text_of(kind.title), kind.list())
}

/// Whether the record may not be changed.
pub fn locked(shown: Memo<Option<Shown>>) -> Signal<bool> {
    Signal::derive(move || !shown.with(|shown| shown.as_ref().is_some_and(|s| s.can_write && !s.is_deleted)))
}

/// Says that a record is in the trash.
pub fn trash_note(shown: Memo<Option<Shown>>) -> AnyView {
    let is_deleted = Memo::new(move |_| shown.with(|shown| shown.as_ref().is_some_and(|s| s.is_deleted)));
    reactive(move || is_deleted.get().then(|| view! { <p class="banner banner--warn">{t!(record.is_in_trash)}</p> }))
}

/// What stands in the place of a record that is not there yet.
pub fn absent(failure: Signal<Option<ApiError>>, refetch: Callback<()>) -> AnyView {
    match failure.get() {
        Some(error) => view! { <ErrorState failure=ApiError::into(error) on_retry=refetch /> }.into_any(),
        None => view! { <Skeleton /> }.into_any(),
    }
}

/// One press to call, write or look.
pub fn reach(number: &str, mail: &str, website: &str) -> AnyView {
    let site = if website.contains("://") { website.to_owned() } else { format!("https://{website}") };
    let link = |given: &str, href: String, icon: Icon, label: &'static str| {
        (!given.is_empty()).then(|| view! { <LinkButton href icon size=Size::Small>{label}</LinkButton> })
    };
    view! {
        <div class="reach">
            {link(number, dial(number), Icon::PHONE, t_now!(record.call))}
            {link(mail, format!("mailto:{mail}"), Icon::MAIL, t_now!(record.write))}
            {link(website, site, Icon::GLOBE, t_now!(account.fields.website))}
        </div>
    }
    .into_any()
}
