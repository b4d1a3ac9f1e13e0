//! The list of deals.

use leptos::prelude::*;
use muster_shared::{
    access::Permission,
    event::EntityKind,
    opportunity::{DealState, OpportunityFilter, OpportunityRow},
    view::ViewPlace,
};

use super::{
    api,
    wording::{Stages, use_stages},
};
use crate::{
    account::{self, ACCOUNTS},
    api::Reading,
    browser::format::{self, DayStyle},
    i18n::{lang, messages},
    live::use_live,
    people::{use_people, use_teams},
    records::{Kind, List, Listing, Named, filter_field, filtered, link_cell, name_cell, search_people, use_listing},
    t, t_now,
    ui::{Column, FilterField, FilterKind, FilterValue, Icon, SelectOption},
};

/// Where deals are found and what they are called.
pub static OPPORTUNITIES: Kind = Kind {
    entity: EntityKind::Opportunity,
    base: "opportunities",
    place: ViewPlace::Opportunities,
    icon: Icon::HANDSHAKE,
    may_write: Permission::OpportunityWrite,
    title: &messages::opportunity::title,
    one: &messages::opportunity::one,
    new: &messages::board::new,
    none: &messages::opportunity::none,
    none_text: &messages::opportunity::none_text,
};

/// A row shows its customer, its stage and its owner by their names.
const SHOWN: &[EntityKind] = &[EntityKind::Opportunity, EntityKind::Pipeline, EntityKind::Stage, EntityKind::Account, EntityKind::User];

/// The list's page.
#[component]
pub fn OpportunitiesPage() -> impl IntoView {
    let listing = use_listing("opportunities", &["created_at", "updated_at"]);
    listing.mention_unreadable::<OpportunityFilter>();
    let stages = use_stages();
    let changes = use_live().changes(SHOWN);
    let resource = Reading::new(move || {
        changes.track();
        let filter = listing.filter::<OpportunityFilter>();
        async move { listing.heard(api::list(&filter).await) }
    });
    let (fields, values) = (fields(stages), values(listing, stages));
    let row_id = |row: &OpportunityRow| row.card.id.to_string();
    List { kind: &OPPORTUNITIES, listing, resource, columns: columns(listing, stages), row_id, named, fields, values }.view()
}

fn named(row: &OpportunityRow) -> Named {
    Named { id: row.card.id.to_string(), version: row.card.version, name: row.card.name.clone() }
}

fn columns(listing: Listing, stages: Stages) -> Vec<Column<OpportunityRow>> {
    type Row = OpportunityRow;
    let day = |day| format::day(day, DayStyle::Short);
    let account = |row: &Row| link_cell(ACCOUNTS.page(&row.card.account_id.to_string()), &row.card.account_name);
    let stage = move |row: &Row| {
        let id = row.card.stage_id;
        move || stages.name(id)
    };
    let step = |row: &Row| {
        let when = row.card.next_step_day.map(format::day_near).unwrap_or_default();
        view! { {row.card.next_step.clone()} " " <span class="quiet">{when}</span> }
    };
    vec![
        Column::new("name", t!(opportunity.fields.name), move |row: &Row| name_cell(&OPPORTUNITIES, listing, named(row)))
            .sortable()
            .primary(),
        Column::new("account", t!(opportunity.fields.account_id), account),
        Column::new("stage", t!(opportunity.fields.stage_id), stage),
        Column::new("amount", t!(opportunity.amount), |row: &Row| format::money(row.card.amount)).sortable().right(),
        Column::new("close_day", t!(opportunity.close_day), move |row: &Row| day(row.card.close_day)).sortable(),
        Column::new("next", t!(opportunity.fields.next_step), step),
        Column::new("owner", t!(opportunity.owner), |row: &Row| row.card.owner_name.clone()),
        Column::new("stage_since", t!(opportunity.in_stage), |row: &Row| format::relative(row.card.stage_since)).sortable(),
        Column::new("created_at", t!(opportunity.created), |row: &Row| format::date_of(row.created_at)).sortable(),
        Column::new("updated_at", t!(record.updated), |row: &Row| format::relative(row.updated_at)).sortable(),
    ]
}

fn state_name(state: DealState) -> &'static str {
    messages::opportunity::states::find(state.as_str()).map_or(state.as_str(), |message| message.text())
}

fn fields(stages: Stages) -> Signal<Vec<FilterField>> {
    let teams = use_teams();
    let (people, accounts) = (search_people(), account::search());
    let states = Signal::derive(|| DealState::ALL.iter().map(|s| SelectOption::new(s.as_str(), move || state_name(*s))).collect());
    let stage_options = Signal::derive(move || {
        let all = stages.pipelines().into_iter().flat_map(|p| p.stages);
        all.map(|s| SelectOption::new(s.id.to_string(), move || s.name.get(lang()).to_owned())).collect::<Vec<_>>()
    });
    let team_options =
        Signal::derive(move || teams.all().into_iter().map(|team| SelectOption::new(team.id.to_string(), team.name)).collect());
    Signal::derive(move || {
        vec![
            filter_field("state", t!(opportunity.state), FilterKind::Choice(states)),
            filter_field("stage", t!(opportunity.fields.stage_id), FilterKind::Choice(stage_options)),
            filter_field("owner", t!(opportunity.owner), FilterKind::Search(people)),
            filter_field("team", t!(opportunity.team), FilterKind::Choice(team_options)),
            filter_field("account", t!(opportunity.fields.account_id), FilterKind::Search(accounts)),
            filter_field("close_to", t!(board.close_to), FilterKind::Day),
            filter_field("close_from", t!(board.close_from), FilterKind::Day),
        ]
    })
}

fn values(listing: Listing, stages: Stages) -> Signal<Vec<FilterValue>> {
    let (people, teams) = (use_people(), use_teams());
    let account_name = account::use_name(Signal::derive(move || listing.filter::<OpportunityFilter>().account));
    Signal::derive(move || {
        let filter = listing.filter::<OpportunityFilter>();
        let day = |day| format::day(day, DayStyle::Short);
        [
            filter.state.map(|s| filtered("state", s.as_str(), state_name(s))),
            filter.stage.map(|id| filtered("stage", id.to_string(), stages.name(id))),
            filter.owner.map(|id| filtered("owner", id.to_string(), people.name(id).unwrap_or_default())),
            filter.team.map(|id| filtered("team", id.to_string(), teams.name(id.0).unwrap_or_default())),
            filter.account.map(|id| filtered("account", id.to_string(), account_name.get().unwrap_or_default())),
            filter.close_from.map(|d| filtered("close_from", d.to_string(), t_now!(board.closing_from, day = day(d)))),
            filter.close_to.map(|d| filtered("close_to", d.to_string(), t_now!(board.closing_by, day = day(d)))),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
    })
}
