//! The list of deals.

use leptos::{prelude::*, task::spawn_local, text_prop::TextProp};
use muster_shared::{
    access::Permission,
    opportunity::{DealState, OpportunityFilter, OpportunityRow},
    view::ViewPlace,
};

use super::{
    api,
    wording::{Stages, use_stages},
};
use crate::{
    account,
    api::Reading,
    browser::format::{self, DayStyle},
    i18n::{lang, messages},
    live::use_live,
    people::{use_people, use_teams},
    records::{Listing, Records, Search, TrashChip, use_listing},
    session::use_session,
    shell::Page,
    t, t_now,
    ui::{
        Button, ButtonKind, Column, EmptyState, Failure, FilterBar, FilterField, FilterKind, FilterValue, Icon, LinkButton, Pending,
        SelectOption, Size, use_toaster,
    },
    view::Views,
};

/// The list's page.
#[component]
pub fn OpportunitiesPage() -> impl IntoView {
    let listing = use_listing("opportunities", &["created_at", "updated_at"]);
    listing.mention_unreadable::<OpportunityFilter>();
    let (session, stages) = (use_session(), use_stages());
    let changes = use_live().changes(api::KINDS);
    let page = Reading::new(move || {
        changes.track();
        let filter = listing.filter::<OpportunityFilter>();
        async move { api::list(&filter).await }
    });
    let can_write = move || session.can(Permission::OpportunityWrite);
    let actions = move || {
        move || {
            can_write().then(
                || view! { <LinkButton href="/desk/opportunities/new" kind=ButtonKind::Main icon=Icon::PLUS>{t!(board.new)}</LinkButton> },
            )
        }
    };
    let empty = move || {
        if listing.is_trash() {
            return view! { <EmptyState title=t!(record.trash_empty) text=t!(record.trash_empty_text) icon=Icon::TRASH_2 /> }.into_any();
        }
        view! { <EmptyState title=t!(opportunity.none) text=t!(opportunity.none_text) icon=Icon::HANDSHAKE /> }.into_any()
    };
    view! {
        <Page title=t!(opportunity.title) actions=actions>
            <Filters listing />
            <Records
                listing
                label=t!(opportunity.title)
                resource=page
                columns=columns(listing, stages, Callback::new(move |()| page.refetch()))
                row_id=|row: &OpportunityRow| row.card.id.to_string()
                row_version=|row: &OpportunityRow| row.card.version
                base="/desk/opportunities"
                empty
            />
        </Page>
    }
    .into_any()
}

fn columns(listing: Listing, stages: Stages, on_restored: Callback<()>) -> Vec<Column<OpportunityRow>> {
    type Row = OpportunityRow;
    let day = |day| format::day(day, DayStyle::Short);
    let account = |row: &Row| view! { <a class="quiet-link" tabindex="-1" href=format!("/desk/accounts/{}", row.card.account_id)>{row.card.account_name.clone()}</a> };
    let stage = move |row: &Row| {
        let id = row.card.stage_id;
        move || stages.name(id)
    };
    let step = |row: &Row| {
        let when = row.card.next_step_day.map(format::day_near).unwrap_or_default();
        view! { {row.card.next_step.clone()} " " <span class="quiet">{when}</span> }
    };
    vec![
        Column::new("name", t!(opportunity.fields.name), move |row: &Row| name(row, listing)).sortable().primary(),
        Column::new("account", t!(opportunity.fields.account_id), account),
        Column::new("stage", t!(opportunity.fields.stage_id), stage),
        Column::new("amount", t!(opportunity.amount), |row: &Row| format::money(row.card.amount)).sortable().right(),
        Column::new("close_day", t!(opportunity.close_day), move |row: &Row| day(row.card.close_day)).sortable(),
        Column::new("next", t!(opportunity.fields.next_step), step),
        Column::new("owner", t!(opportunity.owner), |row: &Row| row.card.owner_name.clone()),
        Column::new("stage_since", t!(opportunity.in_stage), move |row: &Row| last(row, listing, on_restored)).sortable(),
        Column::new("created_at", t!(opportunity.created), |row: &Row| format::date_of(row.created_at)).sortable(),
        Column::new("updated_at", t!(record.updated), |row: &Row| format::relative(row.updated_at)).sortable(),
    ]
}

fn name(row: &OpportunityRow, listing: Listing) -> AnyView {
    if untrack(|| listing.is_trash()) {
        return view! { <strong>{row.card.name.clone()}</strong> }.into_any();
    }
    view! { <a class="table__link" tabindex="-1" href=format!("/desk/opportunities/{}", row.card.id)>{row.card.name.clone()}</a> }
        .into_any()
}

/// Since when it is in its stage; in the trash, the way out of it.
fn last(row: &OpportunityRow, listing: Listing, on_restored: Callback<()>) -> AnyView {
    if !untrack(|| listing.is_trash()) {
        return format::relative(row.card.stage_since).into_any();
    }
    let (id, version, name) = (row.card.id, row.card.version, row.card.name.clone());
    let toaster = use_toaster();
    let restore = move || {
        let name = name.clone();
        spawn_local(async move {
            match api::restore(id, version).await {
                Ok(_) => {
                    toaster.say(t_now!(record.restored, name = name));
                    on_restored.try_run(());
                }
                Err(error) => toaster.fail(error),
            }
        });
    };
    view! { <Button size=Size::Small on_press=restore>{t!(record.restore)}</Button> }.into_any()
}

fn state_name(state: DealState) -> &'static str {
    messages::opportunity::states::find(state.as_str()).map_or(state.as_str(), |message| message.text())
}

#[component]
fn Filters(listing: Listing) -> impl IntoView {
    let (people, teams, stages) = (use_people(), use_teams(), use_stages());
    let search = Callback::new(move |text: String| Box::pin(async move { Ok::<_, Failure>(people.find(&text)) }) as Pending<_>);
    let states = Signal::derive(|| DealState::ALL.iter().map(|s| SelectOption::new(s.as_str(), move || state_name(*s))).collect());
    let stage_options = Signal::derive(move || {
        let all = stages.pipelines().into_iter().flat_map(|p| p.stages);
        all.map(|s| SelectOption::new(s.id.to_string(), move || s.name.get(lang()).to_owned())).collect::<Vec<_>>()
    });
    let team_options =
        Signal::derive(move || teams.all().into_iter().map(|team| SelectOption::new(team.id.to_string(), team.name)).collect());
    let accounts = account::search();
    let fields = Signal::derive(move || {
        vec![
            FilterField { key: "state", label: TextProp::from(t!(opportunity.state)), kind: FilterKind::Choice(states) },
            FilterField { key: "stage", label: TextProp::from(t!(opportunity.fields.stage_id)), kind: FilterKind::Choice(stage_options) },
            FilterField { key: "owner", label: TextProp::from(t!(opportunity.owner)), kind: FilterKind::Search(search) },
            FilterField { key: "team", label: TextProp::from(t!(opportunity.team)), kind: FilterKind::Choice(team_options) },
            FilterField { key: "account", label: TextProp::from(t!(opportunity.fields.account_id)), kind: FilterKind::Search(accounts) },
            FilterField { key: "close_to", label: TextProp::from(t!(board.close_to)), kind: FilterKind::Day },
            FilterField { key: "close_from", label: TextProp::from(t!(board.close_from)), kind: FilterKind::Day },
        ]
    });
    let account_name = account::use_name(Signal::derive(move || listing.filter::<OpportunityFilter>().account));
    let values = Signal::derive(move || {
        let filter = listing.filter::<OpportunityFilter>();
        let day = |day| format::day(day, DayStyle::Short);
        let chip = |key: &str, value: String, label: String| FilterValue { key: key.to_owned(), value, label };
        [
            filter.state.map(|s| chip("state", s.as_str().to_owned(), state_name(s).to_owned())),
            filter.stage.map(|id| chip("stage", id.to_string(), stages.name(id))),
            filter.owner.map(|id| chip("owner", id.to_string(), people.name(id).unwrap_or_default())),
            filter.team.map(|id| chip("team", id.to_string(), teams.name(id.0).unwrap_or_default())),
            filter.account.map(|id| chip("account", id.to_string(), account_name.get().unwrap_or_default())),
            filter.close_from.map(|d| chip("close_from", d.to_string(), t_now!(board.closing_from, day = day(d)))),
            filter.close_to.map(|d| chip("close_to", d.to_string(), t_now!(board.closing_by, day = day(d)))),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
    });
    view! {
        <FilterBar
            fields
            values
            on_set=move |value: FilterValue| listing.narrow(&value.key, Some(value.value))
            on_remove=move |key: String| listing.narrow(&key, None)
        >
            <Search listing />
            <TrashChip listing />
            <Views place=ViewPlace::Opportunities />
        </FilterBar>
    }
    .into_any()
}
