//! Roles, department, teams and territories of a person, while they are edited.

use leptos::{prelude::*, text_prop::TextProp};
use muster_shared::{
    id::{DealerId, RoleId, TeamId, TerritoryId},
    identity::{Role, Unit, User},
};
use uuid::Uuid;

use crate::{
    api::Reading,
    i18n::lang,
    identity::{api as requests, api::UnitKind},
    sending::Sending,
    t,
    ui::{Field, Select, SelectOption, reactive},
};

/// Where somebody belongs and what they may do, while it is edited.
#[derive(Clone, Copy, Default)]
pub struct Memberships {
    pub roles: RwSignal<Vec<RoleId>>,
    /// Empty for none.
    pub department: RwSignal<String>,
    pub teams: RwSignal<Vec<TeamId>>,
    pub territories: RwSignal<Vec<TerritoryId>>,
}

impl Memberships {
    /// Takes what somebody belongs to by now.
    pub fn fill(self, user: &User) {
        self.roles.set(user.role_ids.clone());
        self.department.set(user.department_id.map(|id| id.to_string()).unwrap_or_default());
        self.teams.set(user.team_ids.clone());
        self.territories.set(user.territory_ids.clone());
    }
}

/// The fields for roles, department, teams and territories.
#[component]
pub fn MembershipFields(
    belongs: Memberships,
    #[prop(into)] roles: Signal<Vec<Role>>,
    sending: Sending,
    dealer: Option<DealerId>,
) -> impl IntoView {
    let read = move |kind: UnitKind| {
        let units = Reading::new(move || requests::units(kind, dealer));
        Signal::derive(move || units.get().and_then(Result::ok).unwrap_or_default())
    };
    let (departments, teams, territories) = (read(UnitKind::Department), read(UnitKind::Team), read(UnitKind::Territory));
    let role_options =
        Signal::derive(move || roles.get().into_iter().map(|role| (role.id, role.name.get(lang()).to_owned())).collect::<Vec<_>>());
    let options = Signal::derive(move || {
        departments.get().into_iter().map(|unit| SelectOption::new(unit.id.to_string(), unit.name)).collect::<Vec<_>>()
    });
    view! {
        <Many label=t!(settings.roles) options=role_options value=belongs.roles error=sending.field("role_ids") />
        <Many label=t!(settings.teams) options=named(teams) value=belongs.teams error=sending.field("team_ids") />
        <Many label=t!(settings.territories) options=named(territories) value=belongs.territories error=sending.field("territory_ids") />
        <Field label=t!(settings.department) error=sending.field("department_id")>
            <Select value=belongs.department options empty=t!(settings.none) />
        </Field>
    }
    .into_any()
}

fn named<I: From<Uuid> + Send + Sync + 'static>(units: Signal<Vec<Unit>>) -> Signal<Vec<(I, String)>> {
    Signal::derive(move || units.get().into_iter().map(|unit| (I::from(unit.id), unit.name)).collect())
}

#[component]
fn Many<I: Copy + PartialEq + Send + Sync + 'static>(
    #[prop(into)] label: TextProp,
    options: Signal<Vec<(I, String)>>,
    value: RwSignal<Vec<I>>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let picks = move || {
        let entries = options.get().into_iter().map(|(id, name)| {
            let toggle = move |event: leptos::ev::Event| {
                let is_on = event_target_checked(&event);
                value.update(|list| {
                    list.retain(|other| *other != id);
                    if is_on {
                        list.push(id);
                    }
                });
            };
            view! {
                <label class="toggle">
                    <input type="checkbox" prop:checked=move || value.with(|list| list.contains(&id)) on:change=toggle />
                    <span>{name}</span>
                </label>
            }
        });
        entries.collect_view()
    };
    let is_there = move || options.with(|o| !o.is_empty());
    let group = move || {
        let label = label.clone();
        is_there().then(|| {
            view! {
                <fieldset class="setup__group">
                    <legend>{reactive(move || label.get())}</legend>
                    <div class="toggles">{reactive(picks)}</div>
                    <p class="field__error" role="alert">{reactive(move || error.get())}</p>
                </fieldset>
            }
        })
    };
    group.into_any()
}
