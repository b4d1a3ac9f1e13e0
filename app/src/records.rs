//! What the lists of records share: filter, order and page in the address, the table, the trash.

use leptos::{prelude::*, task::spawn_local, text_prop::TextProp};
use leptos_router::hooks::use_navigate;
use muster_shared::page::{Page, SortKey, parse_sort};
use serde::de::DeserializeOwned;

use crate::{
    api::{self, ApiError, Reading},
    browser::{draft, timer},
    query::{Query, use_query, use_unreadable},
    t, t_now,
    ui::{Chip, ChipKind, Column, DataTable, ErrorState, Icon, Pager, Skeleton, SkeletonKind, TableState, TextInput, Toaster, reactive},
};

const LIMIT: u32 = 50;

/// A list's state: all of it but the column choice is in the address.
#[derive(Clone, Copy)]
pub struct Listing {
    pub query: Query,
    pub table: TableState,
    /// Cursors of the pages before this one.
    before: RwSignal<Vec<Option<String>>>,
}

/// The state of the list on this page; `place` names it for the column choice, `hidden` are the columns not shown at first.
pub fn use_listing(place: &'static str, hidden: &[&str]) -> Listing {
    let query = use_query();
    let sort = untrack(|| query.get("sort")).map(|sort| parse_sort(&sort)).unwrap_or_default();
    let key = format!("columns:{place}");
    let kept = draft::setting(&key);
    let hidden: Vec<&str> = match &kept {
        Some(kept) => kept.split(',').filter(|name| !name.is_empty()).collect(),
        None => hidden.to_vec(),
    };
    let table = TableState::new(sort, &hidden);
    Effect::new(move |was: Option<()>| {
        let hidden = table.hidden.get().join(",");
        if was.is_some() {
            draft::keep_setting(&key, &hidden);
        }
    });
    let before = RwSignal::new(Vec::new());
    Effect::new(move |was: Option<()>| {
        let sort = table.sort.with(|keys| write_sort(keys));
        if was.is_some() && untrack(|| query.get("sort")).unwrap_or_default() != sort {
            before.set(Vec::new());
            query.set(&[("sort", Some(sort)), ("after", None)]);
        }
    });
    Listing { query, table, before }
}

fn write_sort(keys: &[SortKey]) -> String {
    keys.iter().map(|k| format!("{}{}", if k.descending { "-" } else { "" }, k.field)).collect::<Vec<_>>().join(",")
}

impl Listing {
    /// The filter that the address names; tracked.
    pub fn filter<T: DeserializeOwned + Default>(self) -> T {
        api::filter_from(self.query.pairs().into_iter().filter(|(name, _)| name != "limit"))
    }

    /// Says what of the address such a filter cannot read.
    pub fn mention_unreadable<T: DeserializeOwned>(self) {
        use_unreadable(api::unreadable_in::<T>);
    }

    /// Whether the trash is shown instead of the living; tracked.
    pub fn is_trash(self) -> bool {
        self.query.get("deleted").as_deref() == Some("true")
    }

    /// Sets or removes a filter and goes back to the first page.
    pub fn narrow(self, key: &str, value: Option<String>) {
        self.before.set(Vec::new());
        self.query.set(&[(key, value), ("after", None)]);
    }

    /// The same as one types.
    pub fn typed(self, key: &str, value: Option<String>) {
        self.before.set(Vec::new());
        self.query.replace(&[(key, value), ("after", None)]);
    }

    fn next(self, cursor: Option<String>) {
        let here = untrack(|| self.query.get("after"));
        self.before.update(|before| before.push(here));
        self.query.set(&[("after", cursor)]);
    }

    fn previous(self) {
        let cursor = self.before.try_update(Vec::pop).flatten().flatten();
        self.query.set(&[("after", cursor)]);
    }
}

/// A switch between the living and the trash.
#[component]
pub fn TrashChip(listing: Listing) -> impl IntoView {
    let is_trash = Signal::derive(move || listing.is_trash());
    let kind = Signal::derive(move || if is_trash.get() { ChipKind::On } else { ChipKind::Plain });
    let toggle = move || listing.narrow("deleted", (!is_trash.get_untracked()).then(|| "true".to_owned()));
    view! { <Chip kind icon=Icon::TRASH_2 pressed=is_trash on_press=toggle>{t!(record.trash)}</Chip> }.into_any()
}

/// The table of a list with its pages; `empty` stands in its place where nothing fits.
#[component]
pub fn Records<T>(
    listing: Listing,
    #[prop(into)] label: TextProp,
    resource: Reading<Page<T>>,
    columns: Vec<Column<T>>,
    row_id: fn(&T) -> String,
    row_version: fn(&T) -> i64,
    /// Where a row leads: its id is added.
    base: &'static str,
    #[prop(into)] empty: ViewFn,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let page = Memo::new(move |_| resource.get().and_then(Result::ok));
    let rows = Signal::derive(move || page.with(|page| page.as_ref().map(|page| page.items.clone()).unwrap_or_default()));
    let facts = Memo::new(move |_| {
        page.with(|page| page.as_ref().map(|page| Facts { shown: page.items.len(), total: page.total, next: page.next.clone() }))
    });
    let failure = Signal::derive(move || resource.get().and_then(Result::err));
    let navigate = use_navigate();
    let open = Callback::new(move |id: String| {
        // A deleted record has no page; it is restored first.
        if !untrack(|| listing.is_trash()) {
            navigate(&format!("{base}/{id}"), Default::default());
        }
    });
    let table = view! { <DataTable label columns rows row_id row_version state=listing.table on_open=open /> }.into_any();
    frame(listing, facts, failure, Callback::new(move |()| resource.refetch()), table, empty)
}

#[derive(Clone, PartialEq)]
struct Facts {
    shown: usize,
    total: i64,
    next: Option<String>,
}

/// Apart from the generic part, so that it is compiled once. The table stays in the page while it is empty, so that it keeps its state.
fn frame(
    listing: Listing,
    facts: Memo<Option<Facts>>,
    failure: Signal<Option<ApiError>>,
    on_retry: Callback<()>,
    table: AnyView,
    empty: ViewFn,
) -> AnyView {
    let is_empty = Memo::new(move |_| facts.with(|facts| facts.as_ref().is_some_and(|f| f.shown == 0)));
    let is_read = Memo::new(move |_| facts.with(Option::is_some));
    let is_failed = Memo::new(move |_| failure.with(Option::is_some));
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let first = Signal::derive(move || count(listing.before.with(Vec::len)) * i64::from(LIMIT) + 1);
    let shown = Signal::derive(move || facts.with(|f| f.as_ref().map_or(0, |f| count(f.shown))));
    let total = Signal::derive(move || facts.with(|f| f.as_ref().map_or(0, |f| f.total)));
    let has_next = Signal::derive(move || facts.with(|f| f.as_ref().is_some_and(|f| f.next.is_some())));
    let next = move || listing.next(facts.with_untracked(|f| f.as_ref().and_then(|f| f.next.clone())));
    let is_paged = move || has_next.get() || first.get() > 1;
    view! {
        {reactive(move || failure.get().map(|error| view! { <ErrorState failure=ApiError::into(error) on_retry /> }))}
        {reactive(move || (!is_read.get() && !is_failed.get()).then(|| view! { <Skeleton kind=SkeletonKind::Rows count=8 /> }))}
        {reactive(move || is_empty.get().then(|| empty.run()))}
        <div class="listing" class:is-hidden=move || is_empty.get() || !is_read.get()>
            {table}
            <Show when=is_paged>
                <Pager first shown total has_next on_previous=move || listing.previous() on_next=next />
            </Show>
        </div>
    }
    .into_any()
}

/// The words of the list's own search, in the address as one types.
#[component]
pub fn Search(listing: Listing) -> impl IntoView {
    let text = RwSignal::new(untrack(|| listing.query.get("q")).unwrap_or_default());
    let find = timer::debounce(200, move |typed: String| listing.typed("q", Some(typed.trim().to_owned())));
    view! { <div class="listing__find"><TextInput value=text kind="search" icon=Icon::SEARCH label=t!(record.search) placeholder=t!(record.search) on_input=find /></div> }.into_any()
}

/// A number to call.
pub fn phone(number: &str) -> AnyView {
    if number.is_empty() {
        return ().into_any();
    }
    let dial: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    view! { <a class="quiet-link" tabindex="-1" href=format!("tel:{dial}")>{number.to_owned()}</a> }.into_any()
}

/// An address to write to.
pub fn mail(address: &str) -> AnyView {
    if address.is_empty() {
        return ().into_any();
    }
    view! { <a class="quiet-link" tabindex="-1" href=format!("mailto:{address}")>{address.to_owned()}</a> }.into_any()
}

/// An address that names no record.
pub fn not_found() -> ApiError {
    ApiError::Problem(Box::new(muster_shared::problem::Problem::new(404, "not-found", "Not found")))
}

/// Says that a record went to the trash, with the way back.
pub fn offer_restore(toaster: Toaster, text: String, event: Option<i64>) {
    let Some(seq) = event else { return toaster.say(text) };
    toaster.say_with_undo(text, move || {
        spawn_local(async move {
            match crate::event::undo(seq).await {
                Ok(_) => toaster.say(t_now!(record.undone)),
                Err(error) => toaster.fail(error),
            }
        });
    });
}
