//! The line above the board: filters, sums, order, views.

use leptos::{prelude::*, text_prop::TextProp};
use muster_shared::{opportunity::BoardFilter, time::Day, view::ViewPlace};

use super::{menus, model::Model};
use crate::{
    browser::format::{self, DayStyle},
    people::{use_people, use_teams},
    t, t_now,
    ui::{Failure, FilterBar, FilterField, FilterKind, FilterValue, Pending, SelectOption},
    view::Views,
};

/// Filters, sums, order and saved views of the board.
#[component]
pub fn BoardBar(model: Model) -> impl IntoView {
    let (people, teams) = (use_people(), use_teams());
    let search = Callback::new(move |text: String| Box::pin(async move { Ok::<_, Failure>(people.find(&text)) }) as Pending<_>);
    let team_options =
        Signal::derive(move || teams.all().into_iter().map(|team| SelectOption::new(team.id.to_string(), team.name)).collect());
    let fields = Signal::derive(move || {
        vec![
            FilterField { key: "owner", label: TextProp::from(t!(opportunity.owner)), kind: FilterKind::Search(search) },
            FilterField { key: "team", label: TextProp::from(t!(opportunity.team)), kind: FilterKind::Choice(team_options) },
            FilterField { key: "close_to", label: TextProp::from(t!(board.close_to)), kind: FilterKind::Day },
            FilterField { key: "close_from", label: TextProp::from(t!(board.close_from)), kind: FilterKind::Day },
            FilterField { key: "q", label: TextProp::from(t!(board.contains)), kind: FilterKind::Text },
        ]
    });
    let values = Signal::derive(move || model.filter.with(|filter| worded(filter, people, teams)));
    let query = model.query;
    let set = move |value: FilterValue| {
        let key = fields.with_untracked(|all| all.iter().find(|f| f.key == value.key).map(|f| f.key));
        if let Some(key) = key {
            query.set(&[(key, Some(value.value))]);
        }
    };
    view! {
        <FilterBar
            fields
            values
            on_set=set
            on_remove=move |key: String| query.set(&[(key.as_str(), None)])
            on_clear=move |()| query.set(&["owner", "team", "close_to", "close_from", "q"].map(|key| (key, None)))
        >
            {menus::sums(model)}
            {menus::order(model)}
            <Views place=ViewPlace::Board />
        </FilterBar>
    }
    .into_any()
}

/// The filters in force as chips word them.
fn worded(filter: &BoardFilter, people: crate::people::People, teams: crate::people::Teams) -> Vec<FilterValue> {
    let day = |day: Day| format::day(day, DayStyle::Short);
    let chip = |key: &str, value: String, label: String| FilterValue { key: key.to_owned(), value, label };
    let mut chips = Vec::new();
    if let Some(owner) = filter.owner {
        chips.push(chip("owner", owner.to_string(), people.name(owner).unwrap_or_default()));
    }
    if let Some(team) = filter.team {
        chips.push(chip("team", team.to_string(), teams.name(team.0).unwrap_or_default()));
    }
    if let Some(from) = filter.close_from {
        chips.push(chip("close_from", from.to_string(), t_now!(board.closing_from, day = day(from))));
    }
    if let Some(to) = filter.close_to {
        chips.push(chip("close_to", to.to_string(), t_now!(board.closing_by, day = day(to))));
    }
    if let Some(q) = &filter.q {
        chips.push(chip("q", q.clone(), format!("“{q}”")));
    }
    chips
}
