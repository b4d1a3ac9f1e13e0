//! How the company is organised: dealers, and per dealer the trees of teams and territories and the departments.

mod tree;

use leptos::prelude::*;
use muster_shared::{
    event::EntityKind,
    id::DealerId,
    identity::{Dealer, DealerContract, DealerPatch, NewDealer, NewUnit, Unit, UnitPatch},
};
use uuid::Uuid;

use self::tree::{Branch, flatten, possible_parents};
use super::{RoomHead, row::Rows};
use crate::{
    api::{ApiError, Reading},
    identity::{api, api::UnitKind},
    live::use_live,
    query::use_query,
    sending::Sending,
    session::use_session,
    t, t_now,
    ui::{
        AsyncView, Badge, Button, ButtonKind, Dialog, EmptyState, Field, FormError, Glyph, Icon, InlineText, Menu, MenuItem, Segmented,
        Select, SelectOption, SkeletonKind, TabItem, Tabs, TextInput, reactive, use_toaster,
    },
};

/// Which dealer and which tree are in the address.
#[component]
pub fn StructureRoom() -> impl IntoView {
    let query = use_query();
    let tab = Signal::derive(move || query.get("tab").unwrap_or_else(|| "teams".to_owned()));
    let items = Signal::derive(|| {
        vec![
            TabItem::new("teams", t!(settings.teams)),
            TabItem::new("territories", t!(settings.territories)),
            TabItem::new("departments", t!(settings.departments)),
            TabItem::new("dealers", t!(settings.dealers)),
        ]
    });
    let kind = Memo::new(move |_| match tab.get().as_str() {
        "territories" => Some(UnitKind::Territory),
        "departments" => Some(UnitKind::Department),
        "dealers" => None,
        _ => Some(UnitKind::Team),
    });
    let dealers = Reading::new(api::dealers);
    let own = use_session().me_untracked().dealer.id;
    let dealer = Memo::new(move |_| query.get("dealer").and_then(|id| id.parse::<DealerId>().ok()).unwrap_or(own));
    let refresh = Callback::new(move |()| dealers.refetch());
    let body = move || match kind.get() {
        Some(kind) => view! { <Units kind dealer=dealer.get() /> }.into_any(),
        None => {
            let show = move |list: Vec<Dealer>| view! { <Dealers list on_change=refresh /> }.into_any();
            view! { <AsyncView resource=dealers skeleton=SkeletonKind::Rows children=show /> }.into_any()
        }
    };
    let which = move || {
        let list = dealers.get().and_then(Result::ok).unwrap_or_default();
        (kind.get().is_some() && list.len() > 1).then(|| {
            let options = list.into_iter().map(|dealer| SelectOption::new(dealer.id.to_string(), dealer.name)).collect::<Vec<_>>();
            let value = RwSignal::new(dealer.get_untracked().to_string());
            view! { <Select value options=Signal::stored(options) label=t!(settings.dealer) on_change=move |id| query.set(&[("dealer", Some(id))]) /> }
        })
    };
    view! {
        <RoomHead title=t!(settings.structure_title) text=t!(settings.structure_text) />
        <div class="room__find">
            <Tabs label=t!(settings.structure) items selected=tab on_select=move |id| query.set(&[("tab", Some(id))]) />
            <div class="room__which">{reactive(which)}</div>
        </div>
        {reactive(body)}
    }
    .into_any()
}

#[component]
fn Units(kind: UnitKind, dealer: DealerId) -> impl IntoView {
    let changes = use_live().changes(&[EntityKind::Team, EntityKind::Territory, EntityKind::Department]);
    let units = Reading::new(move || {
        changes.track();
        api::units(kind, Some(dealer))
    });
    let refresh = Callback::new(move |()| units.refetch());
    let show = move |list: Vec<Unit>| view! { <UnitTree kind dealer list on_change=refresh /> }.into_any();
    view! { <AsyncView resource=units skeleton=SkeletonKind::Rows children=show /> }.into_any()
}

/// What is being asked for in the dialog of a tree.
#[derive(Clone, Debug, PartialEq)]
enum Asked {
    New { parent: Option<Uuid> },
    Move(Unit),
}

#[component]
fn UnitTree(kind: UnitKind, dealer: DealerId, list: Vec<Unit>, on_change: Callback<()>) -> impl IntoView {
    let sending = Sending::new();
    let asked = RwSignal::new(None::<Asked>);
    let branches = flatten(&list);
    let is_empty = branches.is_empty();
    let rows = branches.into_iter().map(|branch| unit_row(kind, branch, sending, asked, on_change)).collect_view();
    let say = move || match kind {
        UnitKind::Team => t!(settings.add_team)(),
        UnitKind::Territory => t!(settings.add_territory)(),
        UnitKind::Department => t!(settings.add_department)(),
    };
    let nothing = is_empty
        .then(|| view! { <EmptyState title=t!(settings.nothing_here) text=t!(settings.nothing_here_text) icon=Icon::GIT_BRANCH /> });
    view! {
        {nothing}
        <ul class="tree">{rows}</ul>
        <FormError error=sending.error() />
        <div><Button icon=Icon::PLUS on_press=move || asked.set(Some(Asked::New { parent: None }))>{reactive(say)}</Button></div>
        <UnitDialog kind dealer list asked on_change />
    }
    .into_any()
}

fn unit_row(kind: UnitKind, branch: Branch, sending: Sending, asked: RwSignal<Option<Asked>>, on_change: Callback<()>) -> AnyView {
    let Branch { unit, depth, children } = branch;
    let has_children = children > 0;
    let (id, version, name) = (unit.id, unit.version, unit.name.clone());
    let rename = move |name: String| {
        let patch = UnitPatch { name: Some(name), parent_id: None };
        sending.run(async move { api::change_unit(kind, id, version, &patch).await }, move |_| on_change.run(()));
    };
    let delete = move || sending.run(api::delete_unit(kind, id, version), move |()| on_change.run(()));
    let unit = StoredValue::new(unit);
    let below = move || {
        kind.is_tree().then(|| {
            view! {
                <MenuItem label=t!(settings.add_below) icon=Icon::PLUS on_press=move || asked.set(Some(Asked::New { parent: Some(id) })) />
                <MenuItem label=t!(settings.move_below) icon=Icon::MOVE on_press=move || asked.set(Some(Asked::Move(unit.get_value()))) />
            }
        })
    };
    let menu_label = name.clone();
    view! {
        <li class=format!("tree__row tree__row--{}", depth.min(6))>
            <InlineText label=t!(ui.name) value=name on_save=rename />
            {has_children.then(|| view! { <span class="tree__count">{children}</span> })}
            <span class="tree__tools">
                <Menu label=t!(settings.actions_for, what = menu_label)>
                    {below()}
                    <MenuItem label=t!(settings.delete) icon=Icon::TRASH_2 danger=true disabled=has_children on_press=delete />
                </Menu>
            </span>
        </li>
    }
    .into_any()
}

#[component]
fn UnitDialog(kind: UnitKind, dealer: DealerId, list: Vec<Unit>, asked: RwSignal<Option<Asked>>, on_change: Callback<()>) -> impl IntoView {
    let open = RwSignal::new(false);
    let (name, parent) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let sending = Sending::new();
    let list = StoredValue::new(list);
    Effect::new(move |_| {
        let Some(asked) = asked.get() else { return };
        sending.clear();
        name.set(String::new());
        let of = match asked {
            Asked::New { parent } => parent,
            Asked::Move(unit) => unit.parent_id,
        };
        parent.set(of.map(|id| id.to_string()).unwrap_or_default());
        open.set(true);
    });
    let close = Callback::new(move |()| {
        open.set(false);
        asked.set(None);
    });
    let options = Signal::derive(move || {
        let moved = asked.with(|asked| if let Some(Asked::Move(unit)) = asked { Some(unit.id) } else { None });
        let parents = list.with_value(|list| possible_parents(list, moved));
        parents
            .into_iter()
            .map(|branch| SelectOption::new(branch.unit.id.to_string(), format!("{}{}", "\u{2003}".repeat(branch.depth), branch.unit.name)))
            .collect::<Vec<_>>()
    });
    let is_move = Memo::new(move |_| matches!(asked.get(), Some(Asked::Move(_))));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let parent_id = parent.get_untracked().parse().ok();
        let work = {
            let (asked, name) = (asked.get_untracked(), name.get_untracked().trim().to_owned());
            async move {
                match asked {
                    Some(Asked::Move(unit)) => {
                        api::change_unit(kind, unit.id, unit.version, &UnitPatch { name: None, parent_id: Some(parent_id) }).await.map(drop)
                    }
                    _ => api::add_unit(kind, &NewUnit { dealer_id: Some(dealer), name, parent_id }).await.map(drop),
                }
            }
        };
        sending.run(work, move |()| {
            close.run(());
            on_change.run(());
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
fn Dealers(list: Vec<Dealer>, on_change: Callback<()>) -> impl IntoView {
    let sending = Sending::new();
    let is_adding = RwSignal::new(false);
    let rows = list.into_iter().map(|dealer| dealer_row(dealer, sending, on_change)).collect_view();
    view! {
        <Rows label=t!(settings.dealers)>{rows}</Rows>
        <FormError error=sending.error() />
        <div><Button icon=Icon::PLUS on_press=move || is_adding.set(true)>{t!(settings.add_dealer)}</Button></div>
        <Dialog open=is_adding title=t!(settings.add_dealer)><NewDealerForm open=is_adding on_change /></Dialog>
    }
    .into_any()
}

fn contracts() -> Signal<Vec<SelectOption>> {
    Signal::derive(|| {
        vec![
            SelectOption::new(DealerContract::Closed.as_str(), t!(settings.contract_closed)),
            SelectOption::new(DealerContract::Open.as_str(), t!(settings.contract_open)),
        ]
    })
}

fn dealer_row(dealer: Dealer, sending: Sending, on_change: Callback<()>) -> AnyView {
    let Dealer { id, version, name, maker, contract } = dealer;
    let change =
        move |patch: DealerPatch| sending.run(async move { api::change_dealer(id, version, &patch).await }, move |_| on_change.run(()));
    let about = move || match (maker, contract) {
        (true, _) => t!(settings.maker_text)(),
        (false, DealerContract::Open) => t!(settings.contract_open_text)(),
        (false, DealerContract::Closed) => t!(settings.contract_closed_text)(),
    };
    let end = if maker {
        view! { <Badge>{t!(settings.maker)}</Badge> }.into_any()
    } else {
        let set = move |code: String| change(DealerPatch { name: None, contract: DealerContract::parse(&code) });
        view! { <Segmented label=t!(settings.contract) value=contract.as_str().to_owned() options=contracts() on_change=set /> }.into_any()
    };
    let rename = move |name: String| change(DealerPatch { name: Some(name), contract: None });
    view! {
        <li class="rows__row">
            <span class="rows__lead"><Glyph icon=Icon::STORE /></span>
            <span class="rows__main"><InlineText label=t!(ui.name) value=name on_save=rename /> <small>{about}</small></span>
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
