//! What the pages of records share: lists with filter, order and page in the address, the trash, a record's page, forms.

mod form;
mod page;

pub use form::{Create, Created, Form, Input, wide};
pub use page::{Found, Shown, absent, actions, crumb, edit_link, follow, go_to_list, locked, reach, title, trash_note, use_id};

use leptos::{prelude::*, task::spawn_local, text_prop::TextProp};
use leptos_router::hooks::use_navigate;
use muster_shared::{
    access::Permission,
    event::EntityKind,
    page::{Page, SortKey, parse_sort},
    view::ViewPlace,
};
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};

use crate::{
    api::{self, ApiError, Reading},
    browser::{draft, live::LiveStatus, timer},
    event::Nothing,
    i18n::{Message, text_of},
    live::use_live,
    people::use_people,
    query::{Query, mention_unreadable, use_query},
    session::use_session,
    shell, t, t_now,
    ui::{
        Button, ButtonKind, Chip, ChipKind, Column, DataTable, EmptyState, ErrorState, Failure, FilterBar, FilterField, FilterValue, Icon,
        LinkButton, Pager, Pending, SearchFn, Size, Skeleton, SkeletonKind, TableState, TextInput, reactive, use_toaster,
    },
    view::Views,
};

const LIMIT: i64 = 50;
/// As many pages can be gone back one by one; further back lies the first.
const TRAIL_MAX: usize = 12;
/// What of the address says which page of a list is shown: the cursor it begins after, its number, the cursors before.
pub const PAGE: [&str; 3] = ["after", "page", "trail"];

/// A kind of record: where it is found and what it is called.
pub struct Kind {
    pub entity: EntityKind,
    /// The last part of its addresses, in the app and in the API.
    pub base: &'static str,
    pub place: ViewPlace,
    pub icon: Icon,
    pub may_write: Permission,
    pub title: &'static Message,
    pub one: &'static Message,
    pub new: &'static Message,
    pub none: &'static Message,
    pub none_text: &'static Message,
}

impl Kind {
    /// Its list.
    pub fn list(&self) -> String {
        format!("/desk/{}", self.base)
    }

    /// A record's page.
    pub fn page(&self, id: &str) -> String {
        format!("/desk/{}/{id}", self.base)
    }
}

/// What every row of a list has.
pub struct Named {
    pub id: String,
    pub version: i64,
    pub name: String,
}

/// A list's state; all of it is in the address, but for the columns of this device where the address names none.
#[derive(Clone, Copy)]
pub struct Listing {
    pub query: Query,
    pub table: TableState,
    /// What stands in its search box; the address has it a moment later.
    words: RwSignal<String>,
    /// What of the address the server refused: an order that is none, a page of another order. It is left out.
    refused: RwSignal<Pairs>,
}

/// Names and values of an address.
type Pairs = Vec<(String, String)>;

/// The state of the list on this page; `place` names it for the column choice, `hidden` are the columns not shown at first.
pub fn use_listing(place: &'static str, hidden: &[&str]) -> Listing {
    let query = use_query();
    let key = format!("columns:{place}");
    let usual = StoredValue::new(draft::setting(&key).unwrap_or_else(|| hidden.join(",")));
    let table = TableState::new(Vec::new(), &[]);
    let listing = Listing { query, table, words: RwSignal::new(String::new()), refused: RwSignal::new(Vec::new()) };
    let sort = Memo::new(move |_| listing.get("sort"));
    let columns = Memo::new(move |_| query.get("hide").unwrap_or_else(|| usual.get_value()));
    // The address leads: "back", a link or a saved view changes it, and the table follows.
    Effect::new(move |_| {
        let sort = parse_sort(&sort.get());
        if table.sort.with_untracked(|now| *now != sort) {
            table.sort.set(sort);
        }
    });
    Effect::new(move |_| {
        let hidden = read_columns(&columns.get());
        if table.hidden.with_untracked(|now| *now != hidden) {
            table.hidden.set(hidden);
        }
    });
    Effect::new(move |was: Option<()>| {
        let now = table.sort.with(|keys| write_sort(keys));
        if was.is_some() && sort.get_untracked() != now {
            query.set(&with_first_page("sort", Some(now)));
        }
    });
    Effect::new(move |was: Option<()>| {
        let now = table.hidden.with(|hidden| write_columns(hidden));
        if was.is_some() && read_columns(&columns.get_untracked()) != read_columns(&now) {
            draft::keep_setting(&key, &now);
            usual.set_value(now.clone());
            query.replace(&[("hide", Some(now))]);
        }
    });
    listing
}

fn write_sort(keys: &[SortKey]) -> String {
    keys.iter().map(|k| format!("{}{}", if k.descending { "-" } else { "" }, k.field)).collect::<Vec<_>>().join(",")
}

/// The hidden columns as an address names them; that none is hidden is a choice too.
pub fn write_columns(hidden: &[String]) -> String {
    if hidden.is_empty() { "none".to_owned() } else { hidden.join(",") }
}

fn read_columns(text: &str) -> Vec<String> {
    text.split(',').filter(|name| !name.is_empty() && *name != "none").map(ToOwned::to_owned).collect()
}

type Changes = [(&'static str, Option<String>); 4];

fn with_first_page(key: &'static str, value: Option<String>) -> Changes {
    [(key, value), (PAGE[0], None), (PAGE[1], None), (PAGE[2], None)]
}

/// Where a list is: behind which cursor, on which page, and the cursors of the pages before it, with dots between.
#[derive(Clone, Debug, PartialEq)]
struct Leaf {
    after: String,
    page: i64,
    trail: String,
}

impl Leaf {
    fn next(&self, cursor: String) -> Self {
        let mut trail: Vec<&str> = self.trail.split('.').filter(|c| !c.is_empty()).collect();
        trail.push(&self.after);
        let surplus = trail.len().saturating_sub(TRAIL_MAX);
        let trail: Vec<&str> = trail.into_iter().skip(surplus).filter(|c| !c.is_empty()).collect();
        Self { after: cursor, page: self.page + 1, trail: trail.join(".") }
    }

    fn previous(&self) -> Self {
        let (trail, after) = self.trail.rsplit_once('.').unwrap_or(("", &self.trail));
        let page = if after.is_empty() { 1 } else { self.page - 1 };
        Self { after: after.to_owned(), page, trail: trail.to_owned() }
    }
}

/// `pairs` but those that were refused.
fn without(mut pairs: Pairs, refused: &[(String, String)]) -> Pairs {
    pairs.retain(|pair| !refused.contains(pair));
    pairs
}

/// Which of the pairs that were sent an error is about.
fn refused_in(error: &ApiError, mut sent: Pairs) -> Pairs {
    sent.retain(|(name, _)| error.fields().iter().any(|wrong| wrong.field == *name));
    sent
}

impl Listing {
    /// What of the address can be read; tracked.
    fn pairs(self) -> Pairs {
        self.refused.with(|refused| without(self.query.pairs(), refused))
    }

    /// The value of `name` in what can be read, empty where there is none; tracked.
    fn get(self, name: &str) -> String {
        self.pairs().into_iter().find(|pair| pair.0 == name).unwrap_or_default().1
    }

    /// The filter that the address names; tracked.
    pub fn filter<T: DeserializeOwned + Serialize + Default>(self) -> T {
        api::filter_from(self.pairs().into_iter().filter(|(name, _)| name != "limit"))
    }

    /// Says what of the address such a filter cannot read, and what the server refused of it.
    pub fn mention_unreadable<T: DeserializeOwned + Serialize>(self) {
        let names = move || {
            let (all, read) = (self.query.pairs(), self.pairs());
            let refused = all.iter().filter(|pair| !read.contains(pair)).map(|(name, _)| name.clone());
            api::unreadable_in::<T>(&all).into_iter().chain(refused).collect::<Vec<_>>().join(", ")
        };
        mention_unreadable(Memo::new(move |_| names()));
    }

    /// Takes note of what the server refused of the address, so that the list is read again without it.
    pub fn heard<T>(self, answer: Result<T, ApiError>) -> Result<T, ApiError> {
        if let Err(error) = &answer {
            self.refuse(error);
        }
        answer
    }

    fn refuse(self, error: &ApiError) {
        // The page may be gone by now.
        let new = self.refused.try_get_untracked().map(|refused| refused_in(error, without(untrack(|| self.query.pairs()), &refused)));
        if let Some(new) = new.filter(|new| !new.is_empty()) {
            self.refused.try_update(|refused| refused.extend(new));
        }
    }

    /// Whether the trash is shown instead of the living; tracked.
    pub fn is_trash(self) -> bool {
        self.query.get("deleted").as_deref() == Some("true")
    }

    /// Sets or removes a filter and goes back to the first page.
    fn narrow(self, key: &str, value: Option<String>) {
        let mut changes: Vec<(&str, Option<String>)> = PAGE.iter().map(|part| (*part, None)).collect();
        changes.push((key, value));
        self.query.set(&changes);
    }

    /// Takes away all filters and the words of the search at once.
    fn widen(self, filters: Vec<FilterValue>) {
        // Words that were typed just now are not sent any more.
        self.words.set(String::new());
        let keys = filters.iter().map(|filter| filter.key.as_str()).chain(["q"]).chain(PAGE);
        self.query.set(&keys.map(|key| (key, None)).collect::<Vec<_>>());
    }

    /// Which page this is; tracked.
    fn leaf(self) -> Leaf {
        let [after, page, trail] = PAGE.map(|part| self.get(part));
        if after.is_empty() {
            return Leaf { after, page: 1, trail: String::new() };
        }
        let page = page.parse().ok().filter(|page| *page > 0).unwrap_or(1);
        Leaf { after, page, trail }
    }

    fn turn(self, to: impl FnOnce(Leaf) -> Leaf) {
        let leaf = to(untrack(|| self.leaf()));
        let page = (leaf.page > 1).then(|| leaf.page.to_string());
        self.query.set(&[(PAGE[0], Some(leaf.after)), (PAGE[1], page), (PAGE[2], Some(leaf.trail))]);
    }
}

/// A list's page: what narrows it, the table, and what may be done.
pub struct List<T: 'static> {
    pub kind: &'static Kind,
    pub listing: Listing,
    pub resource: Reading<Page<T>>,
    pub columns: Vec<Column<T>>,
    pub row_id: fn(&T) -> String,
    pub named: fn(&T) -> Named,
    pub fields: Signal<Vec<FilterField>>,
    pub values: Signal<Vec<FilterValue>>,
}

impl<T: Clone + PartialEq + Send + Sync + 'static> List<T> {
    /// The page.
    pub fn view(self) -> AnyView {
        let Self { kind, listing, resource, mut columns, row_id, named, fields, values } = self;
        let (page, failure) = followed(listing, resource);
        let rows = Signal::derive(move || page.with(|page| page.as_ref().map(|page| page.items.clone()).unwrap_or_default()));
        let facts = Memo::new(move |_| {
            page.with(|page| page.as_ref().map(|page| Facts { shown: page.items.len(), total: page.total, next: page.next.clone() }))
        });
        let refetch = Callback::new(move |()| resource.refetch());
        columns.push(Column::end(move |row: &T| way_back(kind, listing, named(row), refetch)));
        let navigate = use_navigate();
        let open = Callback::new(move |id: String| {
            // A deleted record has no page; it is restored first.
            if !untrack(|| listing.is_trash()) {
                navigate(&kind.page(&id), Default::default());
            }
        });
        let table = view! {
            <DataTable label=text_of(kind.title) columns rows row_id state=listing.table on_open=open />
        };
        frame(Frame { kind, listing, facts, failure, refetch, table: table.into_any(), fields, values })
    }
}

type Kept<T> = Option<Page<T>>;

/// What is shown of a list that is read again and again: while that fails, the page as it was last read.
fn followed<T: Clone + PartialEq + Send + Sync + 'static>(
    listing: Listing,
    resource: Reading<Page<T>>,
) -> (Memo<Kept<T>>, Signal<Option<ApiError>>) {
    let asked = StoredValue::new(None::<Vec<(String, String)>>);
    let page = Memo::new(move |before: Option<&Kept<T>>| match resource.get()? {
        Ok(page) => {
            asked.set_value(Some(untrack(|| listing.query.pairs())));
            Some(page)
        }
        // Another filter's rows would be no answer.
        Err(_) => before.cloned().flatten().filter(|_| asked.get_value() == Some(untrack(|| listing.query.pairs()))),
    });
    // What is wrong with the address alone is left out, and the list is read again.
    let is_refused = move |error: &ApiError| {
        listing.refused.with(|refused| error.fields().iter().any(|wrong| refused.iter().any(|(name, _)| wrong.field == *name)))
    };
    let failure = Signal::derive(move || resource.get().and_then(Result::err).filter(|error| !is_refused(error)));
    let status = use_live().status();
    Effect::new(move |_| {
        if status.get() == LiveStatus::Open && untrack(|| failure.get()).is_some() {
            resource.refetch();
        }
    });
    (page, failure)
}

/// Out of the trash, at the end of a row there.
fn way_back(kind: &'static Kind, listing: Listing, row: Named, on_restored: Callback<()>) -> AnyView {
    if !untrack(|| listing.is_trash()) {
        return ().into_any();
    }
    let toaster = use_toaster();
    let row = StoredValue::new((row.id, row.version, row.name));
    let restore = move || {
        let (id, version, name) = row.get_value();
        spawn_local(async move {
            match restore(kind, &id, version).await {
                Ok(()) => {
                    toaster.say(t_now!(record.restored, name = name));
                    on_restored.try_run(());
                }
                Err(error) => toaster.fail(error),
            }
        });
    };
    view! { <Button size=Size::Small on_press=restore>{t!(record.restore)}</Button> }.into_any()
}

/// Takes a record out of the trash.
async fn restore(kind: &Kind, id: &str, version: i64) -> Result<(), ApiError> {
    api::post_to::<IgnoredAny>(&format!("/{}/{id}/restore", kind.base), version, &Nothing {}).await.map(|_| ())
}

#[derive(Clone, PartialEq)]
struct Facts {
    shown: usize,
    total: i64,
    next: Option<String>,
}

struct Frame {
    kind: &'static Kind,
    listing: Listing,
    facts: Memo<Option<Facts>>,
    failure: Signal<Option<ApiError>>,
    refetch: Callback<()>,
    table: AnyView,
    fields: Signal<Vec<FilterField>>,
    values: Signal<Vec<FilterValue>>,
}

/// Apart from the generic part, so that it is compiled once. The table stays in the page while it is empty, so that it keeps its state.
fn frame(of: Frame) -> AnyView {
    let Frame { kind, listing, facts, failure, refetch, table, fields, values } = of;
    let session = use_session();
    let add = move || {
        session.can(kind.may_write).then(|| {
            let href = format!("{}/new", kind.list());
            view! { <LinkButton href kind=ButtonKind::Main icon=Icon::PLUS>{text_of(kind.new)}</LinkButton> }
        })
    };
    let is_empty = Memo::new(move |_| facts.with(|facts| facts.as_ref().is_some_and(|f| f.shown == 0)));
    let is_read = Memo::new(move |_| facts.with(Option::is_some));
    let trouble = move || {
        let error = failure.get()?;
        Some(if is_read.get() {
            stale_note(refetch)
        } else {
            view! { <ErrorState failure=ApiError::into(error) on_retry=refetch /> }.into_any()
        })
    };
    let is_loading = move || !is_read.get() && failure.with(Option::is_none);
    let empty = move || {
        is_empty.get().then(|| match listing.is_trash() {
            true => view! { <EmptyState title=t!(record.trash_empty) text=t!(record.trash_empty_text) icon=Icon::TRASH_2 /> },
            false => view! { <EmptyState title=text_of(kind.none) text=text_of(kind.none_text) icon=kind.icon /> },
        })
    };
    view! {
        <shell::Page title=text_of(kind.title) actions=move || reactive(add)>
            <FilterBar
                fields
                values
                on_set=move |value: FilterValue| listing.narrow(&value.key, Some(value.value))
                on_remove=move |key: String| listing.narrow(&key, None)
                on_clear=move |()| listing.widen(values.get_untracked())
                searched=Signal::derive(move || listing.query.get("q").is_some())
            >
                {search_box(listing)}
                {trash_chip(listing)}
                <Views place=kind.place hidden=listing.table.hidden />
            </FilterBar>
            {reactive(trouble)}
            {reactive(move || is_loading().then(|| view! { <Skeleton kind=SkeletonKind::Rows count=8 /> }))}
            {reactive(empty)}
            <div class="listing" class:is-hidden=move || is_empty.get() || !is_read.get()>
                {table}
                {pager(listing, facts)}
            </div>
        </shell::Page>
    }
    .into_any()
}

/// What is shown could not be read anew.
fn stale_note(refetch: Callback<()>) -> AnyView {
    view! {
        <p class="banner banner--warn" role="status">
            {t!(record.stale)} " " <Button size=Size::Small kind=ButtonKind::Plain icon=Icon::REFRESH_CW on_press=refetch>{t!(ui.retry)}</Button>
        </p>
    }
    .into_any()
}

fn pager(listing: Listing, facts: Memo<Option<Facts>>) -> AnyView {
    let first = Signal::derive(move || (listing.leaf().page - 1) * LIMIT + 1);
    let shown = Signal::derive(move || facts.with(|f| f.as_ref().map_or(0, |f| i64::try_from(f.shown).unwrap_or(LIMIT))));
    let total = Signal::derive(move || facts.with(|f| f.as_ref().map_or(0, |f| f.total)));
    let has_next = Signal::derive(move || facts.with(|f| f.as_ref().is_some_and(|f| f.next.is_some())));
    let next = move || {
        if let Some(cursor) = facts.with_untracked(|f| f.as_ref().and_then(|f| f.next.clone())) {
            listing.turn(|leaf| leaf.next(cursor));
        }
    };
    let is_paged = Memo::new(move |_| has_next.get() || first.get() > 1);
    let previous = move || listing.turn(|leaf| leaf.previous());
    reactive(move || is_paged.get().then(|| view! { <Pager first shown total has_next on_previous=previous on_next=next /> }))
}

/// A switch between the living and the trash.
fn trash_chip(listing: Listing) -> AnyView {
    let is_trash = Signal::derive(move || listing.is_trash());
    let kind = Signal::derive(move || if is_trash.get() { ChipKind::On } else { ChipKind::Plain });
    let toggle = move || listing.narrow("deleted", (!is_trash.get_untracked()).then(|| "true".to_owned()));
    view! { <Chip kind icon=Icon::TRASH_2 pressed=is_trash on_press=toggle>{t!(record.trash)}</Chip> }.into_any()
}

/// The words of the list's own search, in the address as one types.
fn search_box(listing: Listing) -> AnyView {
    let text = listing.words;
    let sent = StoredValue::new(String::new());
    let asked = Memo::new(move |_| listing.query.get("q").unwrap_or_default());
    // A view, "back" or a link brings other words; what comes back from typing here is behind what stands here by now.
    Effect::new(move |_| {
        let asked = asked.get();
        if sent.get_value() != asked {
            sent.set_value(asked.clone());
            text.set(asked);
        }
    });
    let find = timer::debounce(200, move |typed: String| {
        // Emptied meanwhile.
        if text.with_untracked(|text| *text != typed) {
            return;
        }
        let words = typed.trim().to_owned();
        sent.set_value(words.clone());
        listing.query.replace(&with_first_page("q", Some(words)));
    });
    view! { <div class="listing__find"><TextInput value=text kind="search" icon=Icon::SEARCH label=t!(record.search) placeholder=t!(record.search) on_input=find /></div> }.into_any()
}

/// Finds colleagues for a filter.
pub fn search_people() -> SearchFn {
    let people = use_people();
    Callback::new(move |text: String| Box::pin(async move { Ok::<_, Failure>(people.find(&text)) }) as Pending<_>)
}

/// A filter in force.
pub fn filtered(key: &str, value: impl Into<String>, label: impl Into<String>) -> FilterValue {
    FilterValue { key: key.to_owned(), value: value.into(), label: label.into() }
}

/// A field that a list is filtered by.
pub fn filter_field(key: &'static str, label: impl Into<TextProp>, kind: crate::ui::FilterKind) -> FilterField {
    FilterField { key, label: label.into(), kind }
}

/// A row's name, leading to its page; a deleted record has none.
pub fn name_cell(kind: &Kind, listing: Listing, row: Named) -> AnyView {
    if untrack(|| listing.is_trash()) {
        return view! { <strong>{row.name}</strong> }.into_any();
    }
    view! { <a class="table__link" tabindex="-1" href=kind.page(&row.id)>{row.name}</a> }.into_any()
}

/// A link in a cell; nothing where there is no text.
pub fn link_cell(href: String, text: &str) -> AnyView {
    if text.is_empty() {
        return ().into_any();
    }
    view! { <a class="quiet-link" tabindex="-1" href=href>{text.to_owned()}</a> }.into_any()
}

/// A number to call.
pub fn phone(number: &str) -> AnyView {
    link_cell(dial(number), number)
}

/// An address to write to.
pub fn mail(address: &str) -> AnyView {
    link_cell(format!("mailto:{address}"), address)
}

/// The address that calls a number.
pub fn dial(number: &str) -> String {
    let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    format!("tel:{digits}")
}

/// An address that names no record.
pub fn not_found() -> ApiError {
    ApiError::Problem(Box::new(muster_shared::problem::Problem::new(404, "not-found", "Not found")))
}

#[cfg(test)]
mod tests {
    use muster_shared::problem::{FieldError, Problem};

    use super::*;

    #[test]
    fn what_the_server_refuses_of_an_address_is_left_out_and_nothing_else() {
        let pairs = |of: &[(&str, &str)]| of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Pairs>();
        let mut problem = Problem::new(422, "invalid", "Some fields do not hold");
        problem.errors = vec![FieldError { field: "sort".into(), code: "unknown".into(), params: Default::default() }];
        let sent = pairs(&[("sort", "shoe-size"), ("city", "Huế"), ("card", "7")]);
        let refused = refused_in(&ApiError::Problem(Box::new(problem)), sent.clone());
        assert_eq!(refused, pairs(&[("sort", "shoe-size")]));
        assert_eq!(without(sent.clone(), &refused), pairs(&[("city", "Huế"), ("card", "7")]));
        // Another order in its place is tried.
        let other = pairs(&[("sort", "name")]);
        assert_eq!(without(other.clone(), &refused), other);
        assert_eq!(refused_in(&ApiError::Offline, sent), []);
    }

    fn leaf(after: &str, page: i64, trail: &str) -> Leaf {
        Leaf { after: after.to_owned(), page, trail: trail.to_owned() }
    }

    #[test]
    fn pages_are_walked_on_and_back() {
        let first = leaf("", 1, "");
        let second = first.next("a".into());
        let third = second.next("b".into());
        let fourth = third.next("c".into());
        assert_eq!((&second, &third, &fourth), (&leaf("a", 2, ""), &leaf("b", 3, "a"), &leaf("c", 4, "a.b")));
        assert_eq!((fourth.previous(), third.previous(), second.previous()), (third, second, first));
    }

    #[test]
    fn a_long_way_back_ends_on_the_first_page() {
        let far = (1..=30).fold(leaf("", 1, ""), |at, n| at.next(format!("c{n}")));
        assert_eq!((far.page, far.trail.split('.').count()), (31, TRAIL_MAX));
        let back = (0..=TRAIL_MAX).fold(far, |at, _| at.previous());
        assert_eq!(back, leaf("", 1, ""));
    }

    #[test]
    fn that_no_column_is_hidden_is_a_choice_too() {
        for hidden in [Vec::new(), vec!["mail".to_owned(), "country".to_owned()]] {
            assert_eq!(read_columns(&write_columns(&hidden)), hidden);
        }
        assert_eq!(write_columns(&[]), "none");
        assert!(read_columns("").is_empty());
    }
}
