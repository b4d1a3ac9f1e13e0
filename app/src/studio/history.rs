//! The versions of a model, what was done to the one that is open, and the way back to an earlier one.

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    catalog::{VersionState, studio::VersionLine},
    event::EntityKind,
    id::ModelVersionId,
};

use super::{about::PartHead, api, draft::use_draft, page::use_studio, wording};
use crate::{
    api::ApiError,
    browser::format,
    event::History,
    t, t_now,
    ui::{Button, ButtonKind, ConfirmDialog, Icon, LinkButton, Panel, Size, StatusPill, Tone, each, reactive},
};
use leptos_router::hooks::use_navigate;

/// What can be done with a version that asks first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Retire(ModelVersionId, i64),
    Discard(ModelVersionId, i64),
}

/// The page of versions.
#[component]
pub fn HistoryPart() -> impl IntoView {
    let (draft, studio) = (use_draft(), use_studio());
    let asked = RwSignal::new(None::<Asked>);
    let versions = move || studio.view.with(|view| view.as_ref().map(|view| view.versions.clone()).unwrap_or_default());
    let key = |line: &VersionLine| format!("{} {} {}", line.id, line.version, line.is_shown);
    view! {
        <PartHead title=t!(studio.history) text=t!(studio.history_text) />
        <Panel title=t!(studio.versions)><ul class="versions">{each(versions, key, move |line| row(line, asked))}</ul></Panel>
        <Panel title=t!(studio.events)>
            <History kind=EntityKind::ModelVersion id=draft.id.0 wording=wording::parts(draft) hidden=&["body", "diagram", "place/"] />
        </Panel>
        <Ask asked />
    }
    .into_any()
}

fn row(line: VersionLine, asked: RwSignal<Option<Asked>>) -> AnyView {
    let (draft, studio) = (use_draft(), use_studio());
    let id = line.id;
    let is_here = id == draft.id;
    let (tone, _) = wording::state(line.state);
    let tone = if line.is_shown { Tone::Good } else { tone };
    let label = {
        let line = line.clone();
        move || wording::version(&line)
    };
    let who = {
        let line = line.clone();
        move || format!("{}{}", format::relative(line.changed_at), line.changed_by.clone().map(|by| format!(" · {by}")).unwrap_or_default())
    };
    let bring_back = move || {
        spawn_local(async move {
            match api::bring_back(id).await {
                Ok(version) => {
                    draft.toaster.say(t_now!(studio.returned, number = version.number));
                    studio.refetch.try_run(());
                }
                Err(error) => draft.toaster.fail(error),
            }
        });
    };
    let (can_return, is_shown, version, state) = (line.can_return && !line.is_shown, line.is_shown, line.version, line.state);
    let code = draft.product.with_value(|product| product.code.clone());
    let tools = move || {
        let can_manage = studio.can_manage.get();
        let shop = is_shown.then(|| view! { <LinkButton size=Size::Small icon=Icon::EXTERNAL_LINK href=format!("/build/{code}")>{t!(studio.see_in_shop)}</LinkButton> });
        let back = (can_manage && can_return)
            .then(|| view! { <Button size=Size::Small icon=Icon::UNDO_2 on_press=bring_back>{t!(studio.return_to)}</Button> });
        let retire = (can_manage && state == VersionState::Published)
            .then(|| view! { <Button size=Size::Small kind=ButtonKind::Plain on_press=move || asked.set(Some(Asked::Retire(id, version)))>{t!(studio.retire)}</Button> });
        let discard = (can_manage && matches!(state, VersionState::Draft | VersionState::Checked))
            .then(|| view! { <Button size=Size::Small kind=ButtonKind::Plain on_press=move || asked.set(Some(Asked::Discard(id, version)))>{t!(studio.discard)}</Button> });
        view! { {shop} {back} {retire} {discard} }
    };
    let open = move || studio.query.set(&[("version", Some(id.to_string()))]);
    let look = (!is_here).then(|| view! { <Button size=Size::Small on_press=open>{t!(studio.open)}</Button> });
    view! {
        <li class="versions__row" class:versions__row--here=is_here>
            <span class="versions__name"><StatusPill tone label /> <small>{reactive(who)}</small></span>
            <span class="versions__tools">{reactive(tools)} {look}</span>
        </li>
    }
    .into_any()
}

/// Asks before a version is taken out of the shop or thrown away.
#[component]
fn Ask(asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let (draft, studio) = (use_draft(), use_studio());
    let navigate = StoredValue::new_local(use_navigate());
    let (retiring, discarding) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| {
        retiring.set(matches!(asked.get(), Some(Asked::Retire(..))));
        discarding.set(matches!(asked.get(), Some(Asked::Discard(..))));
    });
    let done = move |answer: Result<(), ApiError>, text: &'static str| match answer {
        Ok(()) => {
            draft.toaster.say(text);
            studio.refetch.try_run(());
            navigate.try_with_value(|go| go(&format!("/desk/models/{}?part=history", studio.model), Default::default()));
        }
        Err(error) => draft.toaster.fail(error),
    };
    let retire = move || {
        let Some(Asked::Retire(id, version)) = asked.try_update(Option::take).flatten() else { return };
        spawn_local(async move { done(api::retire(id, version).await, t_now!(studio.retired)) });
    };
    let discard = move || {
        let Some(Asked::Discard(id, version)) = asked.try_update(Option::take).flatten() else { return };
        spawn_local(async move { done(api::discard(id, version).await.map(drop), t_now!(studio.discarded)) });
    };
    view! {
        <ConfirmDialog open=retiring title=t!(studio.retire) text=t!(studio.retire_text) action=t!(studio.retire) on_confirm=retire />
        <ConfirmDialog open=discarding title=t!(studio.discard) text=t!(studio.discard_text) action=t!(studio.discard) on_confirm=discard />
    }
    .into_any()
}
