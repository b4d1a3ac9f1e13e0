//! How far a permission reaches, as a line of stops: nothing, own, team, territory, dealer, all.

use leptos::prelude::*;
use muster_shared::access::{Permission, Scope};

use crate::{i18n::messages::permission as words, t, ui::reactive, ui::unique_id};

/// The stops in order.
pub const STOPS: [Option<Scope>; 6] =
    [None, Some(Scope::Own), Some(Scope::Team), Some(Scope::Territory), Some(Scope::Dealer), Some(Scope::All)];

/// What a stop is called.
pub fn scope_name(scope: Option<Scope>) -> &'static str {
    match scope {
        None => t!(permission.scope.none)(),
        Some(Scope::Own) => t!(permission.scope.own)(),
        Some(Scope::Team) => t!(permission.scope.team)(),
        Some(Scope::Territory) => t!(permission.scope.territory)(),
        Some(Scope::Dealer) => t!(permission.scope.dealer)(),
        Some(Scope::All) => t!(permission.scope.all)(),
    }
}

/// What a permission allows.
pub fn permission_name(permission: Permission) -> &'static str {
    words::find(&permission.as_str().replace('.', "_")).map_or(permission.as_str(), |message| message.text())
}

/// Radio buttons as a line that fills up to the chosen stop. Stops beyond `limit` cannot be chosen: nobody grants what they lack.
#[component]
pub fn Reach(
    permission: Permission,
    #[prop(into)] value: Signal<Option<Scope>>,
    limit: Option<Scope>,
    #[prop(into)] disabled: Signal<bool>,
    #[prop(into)] on_change: Callback<Option<Scope>>,
) -> impl IntoView {
    let name = unique_id("reach");
    let stops = STOPS
        .into_iter()
        .map(|stop| {
            let is_beyond = stop > limit;
            let is_on = move |scope: Option<Scope>| scope.is_some() && scope >= stop;
            view! {
                <label
                    class="extent__stop"
                    class:extent__stop--on=move || is_on(value.get())
                    class:extent__stop--here=move || value.get() == stop
                    class:extent__stop--beyond=is_beyond
                    data-tip=move || scope_name(stop)
                >
                    <input
                        type="radio"
                        class="visually-hidden"
                        name=name.clone()
                        prop:checked=move || value.get() == stop
                        disabled=move || is_beyond || disabled.get()
                        on:change=move |_| on_change.run(stop)
                    />
                    <span class="visually-hidden">{reactive(move || scope_name(stop))}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="extent">
            <legend class="extent__name">{reactive(move || permission_name(permission))}</legend>
            <div class="extent__line">{stops}</div>
            <span class="extent__says" aria-hidden="true">{reactive(move || scope_name(value.get()))}</span>
        </fieldset>
    }
    .into_any()
}
