//! How the company is organised: dealers, and per dealer the trees of teams and territories and the departments.

mod tree;

use std::sync::Arc;

use leptos::prelude::*;
use muster_shared::{
    event::EntityKind,
    id::DealerId,
    identity::{Dealer, DealerContract, NewDealer, NewUnit, Unit, UnitPatch},
};
use uuid::Uuid;

use self::tree::{Branch, flatten, possible_parents};
use super::{
    RoomHead,
    change::{Change, Changes, Undo, undo_of, value},
    kept::{Kept, keyed},
    row::Rows,
};
use crate::{
    api::{ApiError, Reading},
    identity::{api, api::UnitKind},
    live::use_live,
    query::{Query, use_query},
    sending::Sending,
    session::use_session,
    t, t_now,
    ui::{
        Badge, Button, ButtonKind, Dialog, EmptyState, Field, FormError, Glyph, Icon, InlineText, Menu, MenuItem, Pending, Segmented,
        Select, SelectOption, TabItem, TabPanel, Tabs, TextInput, reactive, use_toaster,
    },
};

/// Which dealer and which tree are in the address.
#[component]
pub fn StructureRoom() -> impl IntoView {
    let query = use_query();
    let kind = Memo::new(move |_| kind_of(query.get("tab").as_deref()));
    let items = Signal::derive(|| {
        vec![
            TabItem::new("teams", t!(settings.teams)),
            TabItem::new("territories", t!(settings.territories)),
            TabItem::new("departments", t!(settings.departments)),
            TabItem::new("dealers", t!(settings.dealers)),
        ]
    });
    let changes = use_live().changes(&[EntityKind::Dealer]);
    let dealers = Kept::new(Reading::new(move || {
        changes.track();
        api::dealers()
    }));
    let own = use_session().me_untracked().dealer.id;
    let dealer = Memo::new(move |_| query.get("dealer").and_then(|id| id.parse::<DealerId>().ok()).unwrap_or(own));
    let body = move || {
        let content = match kind.get() {
            Some(kind) => view! { <Units kind dealer=dealer.get() /> }.into_any(),
            None => dealers.show(6, move || view! { <Dealers dealers /> }.into_any()),
        };
        view! { <TabPanel id=tab_of(kind.get())>{content}</TabPanel> }
    };
    let has_which = Memo::new(move |_| kind.get().is_some() && dealers.with(|all| all.len() > 1).unwrap_or_default());
    let which = move || has_which.get().then(|| view! { <Which dealers dealer query /> });
    view! {
        <RoomHead title=t!(settings.structure_title) text=t!(settings.structure_text) />
        <div class="room__find">
            <Tabs
                label=t!(settings.structure)
                items
                selected=Signal::derive(move || tab_of(kind.get()).to_owned())
                on_select=move |id| query.set(&[("tab", Some(id))])
            />
            <div class="room__which">{reactive(which)}</div>
        </div>
        {reactive(body)}
    }
    .into_any()
}

/// The tree that a tab shows; `None` for the dealers.
fn kind_of(tab: Option<&str>) -> Option<UnitKind> {
    match tab {
        Some("territories") => Some(UnitKind::Territory),
        Some("departments") => Some(UnitKind::Department),
        Some("dealers") => None,
        _ => Some(UnitKind::Team),
    }
}

const fn tab_of(kind: Option<UnitKind>) -> &'static str {
    match kind {
        Some(UnitKind::Team) => "teams",
        Some(UnitKind::Territory) => "territories",
        Some(UnitKind::Department) => "departments",
        None => "dealers",
    }
}

/// Whose trees are shown.
#[component]
fn Which(dealers: Kept<Vec<Dealer>>, dealer: Memo<DealerId>, query: Query) -> impl IntoView {
    let value = RwSignal::new(String::new());
    Effect::new(move |_| value.set(dealer.get().to_string()));
    let options = Signal::derive(move || {
        let named = |dealer: &Dealer| SelectOption::new(dealer.id.to_string(), dealer.name.clone());
        dealers.with(|all| all.iter().map(named).collect::<Vec<_>>()).unwrap_or_default()
    });
    view! { <Select value options label=t!(settings.dealer) on_change=move |id| query.set(&[("dealer", Some(id))]) /> }.into_any()
}

#[component]
fn Units(kind: UnitKind, dealer: DealerId) -> impl IntoView {
    let changes = use_live().changes(&[EntityKind::Team, EntityKind::Territory, EntityKind::Department]);
    let branches = Kept::new(Reading::new(move || {
        changes.track();
        let read = api::units(kind, Some(dealer));
        async move { read.await.map(|units| flatten(&units)) }
    }));
    let tree = Tree { kind, dealer, branches, changes: Changes::new(branches.refresh()) };
    branches.show(6, move || view! { <UnitTree tree /> }.into_any())
}

/// What is being asked for in the dialog of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    New { parent: Option<Uuid> },
    Move(Uuid),
}

/// A tree while it is edited.
#[derive(Clone, Copy)]
struct Tree {
    kind: UnitKind,
    dealer: DealerId,
    branches: Kept<Vec<Branch>>,
    changes: Changes,
}

impl Tree {
    /// Looks at one of its units; tracked.
    fn look<R>(self, id: Uuid, look: impl FnOnce(&Branch) -> R) -> Option<R> {
        self.branches.with(|all| all.iter().find(|branch| branch.unit.id == id).map(look)).flatten()
    }

    /// The unit as it is now.
    fn unit(self, id: Uuid) -> Option<Unit> {
        untrack(|| self.look(id, |branch| branch.unit.clone()))
    }

    fn delete(self, id: Uuid, sending: Sending) {
        let Some(Unit { version, dealer_id, name, parent_id, .. }) = self.unit(id) else { return };
        let Self { kind, branches, changes, .. } = self;
        sending.run(api::delete_unit(kind, id, version), move |()| {
            let text = t_now!(settings.deleted, what = name);
            changes.offer(text, add_again(kind, NewUnit { dealer_id: Some(dealer_id), name, parent_id }));
            branches.refresh().run(());
        });
    }
}

/// A unit that nothing named is the same when it is made again.
fn add_again(kind: UnitKind, unit: NewUnit) -> Undo {
    Arc::new(move || {
        let unit = unit.clone();
        Box::pin(async move { api::add_unit(kind, &unit).await.map(drop) }) as Pending<_>
    })
}

#[component]
fn UnitTree(tree: Tree) -> impl IntoView {
    let sending = Sending::new();
    let asked = RwSignal::new(None::<Asked>);
    let is_empty = Memo::new(move |_| tree.branches.with(Vec::is_empty).unwrap_or_default());
    let ids = move || tree.branches.with(|all| all.iter().map(|branch| branch.unit.id).collect::<Vec<_>>()).unwrap_or_default();
    let say = move || match tree.kind {
        UnitKind::Team => t!(settings.add_team)(),
        UnitKind::Territory => t!(settings.add_territory)(),
        UnitKind::Department => t!(settings.add_department)(),
    };
    let nothing = move || {
        is_empty
            .get()
            .then(|| view! { <EmptyState title=t!(settings.nothing_here) text=t!(settings.nothing_here_text) icon=Icon::GIT_BRANCH /> })
    };
    view! {
        {reactive(nothing)}
        <ul class="tree">{keyed(ids, move |id| unit_row(tree, id, sending, asked))}</ul>
        <FormError error=sending.error() />
        <div><Button icon=Icon::PLUS on_press=move || asked.set(Some(Asked::New { parent: None }))>{reactive(say)}</Button></div>
        <UnitDialog tree asked />
    }
    .into_any()
}

fn unit_row(tree: Tree, id: Uuid, sending: Sending, asked: RwSignal<Option<Asked>>) -> AnyView {
    let name = Signal::derive(move || tree.look(id, |branch| branch.unit.name.clone()).unwrap_or_default());
    let depth = move || tree.look(id, |branch| branch.depth).unwrap_or_default();
    let children = Memo::new(move |_| tree.look(id, |branch| branch.children).unwrap_or_default());
    let edit = tree.changes.edit("name", move || tree.look(id, |branch| (branch.unit.version, branch.unit.name.clone().into())));
    let rename = move |name: String| edit.save(api::unit_path(tree.kind, id), t_now!(record.saved, what = name), |_| name.into());
    let is_tree = tree.kind.is_tree();
    let below = move || {
        is_tree.then(|| {
            view! {
                <MenuItem label=t!(settings.add_below) icon=Icon::PLUS on_press=move || asked.set(Some(Asked::New { parent: Some(id) })) />
                <MenuItem label=t!(settings.move_below) icon=Icon::MOVE on_press=move || asked.set(Some(Asked::Move(id))) />
            }
        })
    };
    let count = move || Some(children.get()).filter(|n| *n > 0).map(|n| view! { <span class="tree__count">{n}</span> });
    let has_children = Signal::derive(move || children.get() > 0);
    view! {
        <li class=move || format!("tree__row tree__row--{}", depth().min(6))>
            <InlineText label=t!(ui.name) value=name on_begin=edit.on_begin() on_save=rename problem=edit.problem />
            {reactive(count)}
            <span class="tree__tools">
                <Menu label=t!(settings.actions_for, what = name.get())>
                    {below()}
                    <MenuItem
                        label=t!(settings.delete)
                        icon=Icon::TRASH_2
                        danger=true
                        disabled=has_children
                        on_press=move || tree.delete(id, sending)
                    />
                </Menu>
            </span>
        </li>
    }
    .into_any()
}

#[component]
fn UnitDialog(tree: Tree, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let Tree { kind, dealer, branches, changes } = tree;
    let toaster = use_toaster();
    let open = RwSignal::new(false);
    let (name, parent) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let sending = Sending::new();
    Effect::new(move |_| {
        let Some(asked) = asked.get() else { return };
        sending.clear();
        name.set(String::new());
        let of = match asked {
            Asked::New { parent } => parent,
            Asked::Move(id) => tree.unit(id).and_then(|unit| unit.parent_id),
        };
        parent.set(of.map(|id| id.to_string()).unwrap_or_default());
        open.set(true);
    });
    let close = Callback::new(move |()| {
        open.set(false);
        asked.set(None);
    });
    let moved = move || asked.with(|asked| if let Some(Asked::Move(id)) = asked { Some(*id) } else { None });
    let options = Signal::derive(move || {
        let option = |branch: &Branch| {
            SelectOption::new(branch.unit.id.to_string(), format!("{}{}", "\u{2003}".repeat(branch.depth), branch.unit.name))
        };
        branches.with(|all| possible_parents(all, moved()).map(option).collect::<Vec<_>>()).unwrap_or_default()
    });
    let is_move = Memo::new(move |_| moved().is_some());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let parent_id: Option<Uuid> = parent.get_untracked().parse().ok();
        let unit = untrack(moved).and_then(|id| tree.unit(id));
        let wanted = name.get_untracked().trim().to_owned();
        let old = unit.clone();
        let work = async move {
            match old {
                Some(unit) => {
                    let patch = UnitPatch { name: None, parent_id: Some(parent_id) };
                    api::change_unit(kind, unit.id, unit.version, &patch).await
                }
                None => api::add_unit(kind, &NewUnit { dealer_id: Some(dealer), name: wanted, parent_id }).await,
            }
        };
        sending.run(work, move |now| {
            close.run(());
            let text = t_now!(record.saved, what = now.name);
            match unit {
                Some(old) => {
                    let made =
                        Change::of(api::unit_path(kind, old.id), old.version, "parent_id", value(&old.parent_id), value(&now.parent_id));
                    changes.offer(text, undo_of(made, now.version));
                }
                None => toaster.say(text),
            }
            branches.refresh().run(());
        });
    };
    let title = move || if is_move.get() { t!(settings.move_below)() } else { t!(settings.new_unit)() };
    view! {
        <Dialog open title on_cancel=close>
            <form class="dialog__form" on:submit=submit>
                {reactive(move || (!is_move.get()).then(|| {
                    view! { <Field label=t!(ui.name) required=true error=sending.field("name")><TextInput value=name autofocus=true /></Field> }
                }))}
                {kind.is_tree().then(|| {
                    view! {
                        <Field label=t!(settings.parent) error=sending.field("parent_id")>
                            <Select value=parent options empty=t!(settings.at_the_top) />
                        </Field>
                    }
                })}
                <FormError error=sending.error() />
                <footer class="dialog__foot">
                    <Button on_press=close>{t!(ui.cancel)}</Button>
                    <Button kind=ButtonKind::Main submit=true busy=sending.busy()>{t!(ui.save)}</Button>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Dealers(dealers: Kept<Vec<Dealer>>) -> impl IntoView {
    let changes = Changes::new(dealers.refresh());
    let is_adding = RwSignal::new(false);
    let ids = move || dealers.with(|all| all.iter().map(|dealer| dealer.id.0).collect::<Vec<_>>()).unwrap_or_default();
    view! {
        <Rows label=t!(settings.dealers)>{keyed(ids, move |id| dealer_row(dealers, DealerId(id), changes))}</Rows>
        <div><Button icon=Icon::PLUS on_press=move || is_adding.set(true)>{t!(settings.add_dealer)}</Button></div>
        <Dialog open=is_adding title=t!(settings.add_dealer)><NewDealerForm open=is_adding on_change=dealers.refresh() /></Dialog>
    }
    .into_any()
}

fn contracts() -> Signal<Vec<SelectOption>> {
    Signal::derive(|| {
        let option = |contract: DealerContract| SelectOption::new(contract.as_str(), move || contract_name(contract));
        vec![option(DealerContract::Closed), option(DealerContract::Open)]
    })
}

/// What a contract is called.
pub fn contract_name(contract: DealerContract) -> &'static str {
    match contract {
        DealerContract::Closed => t!(settings.contract_closed)(),
        DealerContract::Open => t!(settings.contract_open)(),
    }
}

fn dealer_row(dealers: Kept<Vec<Dealer>>, id: DealerId, changes: Changes) -> AnyView {
    let dealer = move || dealers.with(|all| all.iter().find(|dealer| dealer.id == id).cloned()).flatten();
    let name = Signal::derive(move || dealer().map(|dealer| dealer.name).unwrap_or_default());
    let contract = Signal::derive(move || dealer().map(|dealer| dealer.contract.as_str().to_owned()).unwrap_or_default());
    let path = move || format!("/dealers/{id}");
    let edit = changes.edit("name", move || dealer().map(|dealer| (dealer.version, dealer.name.into())));
    let rename = move |name: String| edit.save(path(), t_now!(record.saved, what = name), |_| name.into());
    let contract_problem = RwSignal::new(None);
    let set = move |code: String| {
        let Some(old) = untrack(dealer) else { return };
        let change = Change::of(path(), old.version, "contract", old.contract.as_str().into(), code.into());
        changes.save(t_now!(record.saved, what = old.name), contract_problem, vec![change]);
    };
    let about = move || match dealer().map(|dealer| (dealer.maker, dealer.contract)) {
        Some((true, _)) => t!(settings.maker_text)(),
        Some((false, DealerContract::Open)) => t!(settings.contract_open_text)(),
        Some((false, DealerContract::Closed)) => t!(settings.contract_closed_text)(),
        None => "",
    };
    let end = if untrack(dealer).is_some_and(|dealer| dealer.maker) {
        view! { <Badge>{t!(settings.maker)}</Badge> }.into_any()
    } else {
        view! {
            <Segmented label=t!(settings.contract) value=contract options=contracts() on_change=set />
            <FormError error=contract_problem />
        }
        .into_any()
    };
    view! {
        <li class="rows__row">
            <span class="rows__lead"><Glyph icon=Icon::STORE /></span>
            <span class="rows__main">
                <InlineText label=t!(ui.name) value=name on_begin=edit.on_begin() on_save=rename problem=edit.problem />
                <small>{reactive(about)}</small>
            </span>
            <span class="rows__end">{end}</span>
        </li>
    }
    .into_any()
}

#[component]
fn NewDealerForm(open: RwSignal<bool>, on_change: Callback<()>) -> impl IntoView {
    let toaster = use_toaster();
    let name = RwSignal::new(String::new());
    let contract = RwSignal::new(DealerContract::Closed.as_str().to_owned());
    let sending = Sending::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let contract = DealerContract::parse(&contract.get_untracked()).unwrap_or(DealerContract::Closed);
        let dealer = NewDealer { name: name.get_untracked().trim().to_owned(), contract };
        sending.run(async move { api::add_dealer(&dealer).await.map(drop) as Result<(), ApiError> }, move |()| {
            open.set(false);
            toaster.say(t_now!(settings.dealer_added));
            on_change.run(());
        });
    };
    view! {
        <form class="dialog__form" on:submit=submit>
            <Field label=t!(ui.name) required=true error=sending.field("name")><TextInput value=name autofocus=true /></Field>
            <div class="field">
                <span class="field__label">{t!(settings.contract)}</span>
                <Segmented label=t!(settings.contract) value=contract options=contracts() on_change=move |code| contract.set(code) />
            </div>
            <FormError error=sending.error() />
            <footer class="dialog__foot">
                <Button on_press=move || open.set(false)>{t!(ui.cancel)}</Button>
                <Button kind=ButtonKind::Main submit=true busy=sending.busy()>{t!(ui.save)}</Button>
            </footer>
        </form>
    }
    .into_any()
}
