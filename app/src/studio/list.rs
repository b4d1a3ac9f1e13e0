//! The list of models.

use leptos::prelude::*;
use muster_shared::{access::Permission, catalog::studio::ModelRow, event::EntityKind};

use super::{api, new::NewModelDialog, wording};
use crate::{
    api::Reading,
    browser::format,
    i18n::lang,
    live::use_live,
    query::use_query,
    session::use_session,
    shell::Page,
    t, t_now,
    ui::{AsyncView, Button, ButtonKind, EmptyState, Icon, SkeletonKind, StatusPill, Tone, reactive},
};

/// The page at `/desk/models`.
#[component]
pub fn ModelsPage() -> impl IntoView {
    let session = use_session();
    let may_read = Memo::new(move |_| session.can(Permission::CatalogRead) || session.can(Permission::CatalogManage));
    let view = move || if may_read.get() { models() } else { no_permission() };
    reactive(view)
}

/// What somebody sees who may not look at models.
pub fn no_permission() -> AnyView {
    view! {
        <Page title=t!(studio.models)>
            <EmptyState title=t!(studio.no_permission) text=t!(studio.no_permission_text) icon=Icon::LOCK />
        </Page>
    }
    .into_any()
}

fn models() -> AnyView {
    let session = use_session();
    // The palette leads here to begin one.
    let open = RwSignal::new(untrack(|| use_query().get("new")).is_some());
    let changes = use_live().changes(&[EntityKind::Model, EntityKind::ModelVersion]);
    let rows = Reading::new(move || {
        changes.track();
        api::models()
    });
    let taken = Signal::derive(move || {
        rows.get().and_then(Result::ok).map(|rows: Vec<ModelRow>| rows.into_iter().map(|row| row.code).collect()).unwrap_or_default()
    });
    let can_manage = Memo::new(move |_| session.can(Permission::CatalogManage));
    let add = move || {
        can_manage.get().then(|| {
            view! { <Button kind=ButtonKind::Main icon=Icon::PLUS on_press=move || open.set(true)>{t!(studio.new_model)}</Button> }
        })
    };
    let show = move |rows: Vec<ModelRow>| if rows.is_empty() { empty(open, can_manage) } else { table(rows) };
    view! {
        <Page title=t!(studio.models) actions=move || reactive(add)>
            <AsyncView resource=rows skeleton=SkeletonKind::Rows children=show />
            <NewModelDialog open taken />
        </Page>
    }
    .into_any()
}

fn empty(open: RwSignal<bool>, can_manage: Memo<bool>) -> AnyView {
    let add = move || {
        can_manage.get().then(|| view! { <Button kind=ButtonKind::Main on_press=move || open.set(true)>{t!(studio.new_model)}</Button> })
    };
    view! { <EmptyState title=t!(studio.no_models) text=t!(studio.no_models_text) icon=Icon::CAR>{reactive(add)}</EmptyState> }.into_any()
}

fn table(rows: Vec<ModelRow>) -> AnyView {
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <div class="table-frame">
            <table class="table models">
                <thead class="table__head">
                    <tr>
                        <th scope="col">{t!(studio.model)}</th>
                        <th scope="col">{t!(studio.in_shop)}</th>
                        <th scope="col">{t!(studio.in_work)}</th>
                        <th scope="col">{t!(studio.markets)}</th>
                        <th scope="col" class="table__th--end">{t!(studio.size)}</th>
                        <th scope="col" class="table__th--end">{t!(record.updated)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(row: ModelRow) -> AnyView {
    let (name, code) = (row.name.clone(), row.code.clone());
    let shown = row.shown.clone().or_else(|| row.coming.clone());
    let changed = row.draft.as_ref().or(row.shown.as_ref()).map(|line| (line.changed_at, line.changed_by.clone()));
    let in_shop = move || match &shown {
        Some(line) => view! { <StatusPill tone=Tone::Good label=wording::version(line) /> }.into_any(),
        None => view! { <span class="models__none">{t_now!(studio.not_in_shop)}</span> }.into_any(),
    };
    let (draft, problems) = (row.draft.clone(), row.problems);
    let in_work = move || {
        let line = draft.as_ref()?;
        let pill = if problems > 0 {
            view! { <StatusPill tone=Tone::Warn label=t_now!(studio.problems, count = problems) /> }
        } else {
            let (tone, label) = wording::state(line.state);
            view! { <StatusPill tone label /> }
        };
        Some(pill)
    };
    let size = move || {
        let (groups, options, rules) = (row.groups, row.options, row.rules);
        t!(studio.size_is, groups = groups, options = options, rules = rules)()
    };
    let updated = move || {
        changed.as_ref().map(|(at, by)| {
            let by = by.clone().map(|by| format!(" · {by}")).unwrap_or_default();
            format!("{}{by}", format::relative(*at))
        })
    };
    view! {
        <tr class="table__row">
            <td class="table__cell--primary">
                <a class="rows__link" href=format!("/desk/models/{}", row.id)>{reactive(move || name.get(lang()).to_owned())}</a>
                <small class="models__code">{code}</small>
            </td>
            <td class="table__cell" data-label=t!(studio.in_shop)>{reactive(in_shop)}</td>
            <td class="table__cell" data-label=t!(studio.in_work)>{reactive(in_work)}</td>
            <td class="table__cell" data-label=t!(studio.markets)>{row.markets.join(", ").to_uppercase()}</td>
            <td class="table__cell table__cell--end" data-label=t!(studio.size)>{reactive(size)}</td>
            <td class="table__cell table__cell--end" data-label=t!(record.updated)>{reactive(updated)}</td>
        </tr>
    }
    .into_any()
}
