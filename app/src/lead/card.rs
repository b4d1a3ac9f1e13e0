//! A request in the lane: who asks for what, by when they are to have an answer, and the tap that gives one.

use leptos::prelude::*;
use muster_shared::{id::LeadId, lead::LeadRow};

use super::{
    clock::{Due, DueClock},
    requests::{Ask, Requests, Subject, model_name},
};
use crate::{
    browser::{format, place},
    records::dial,
    t, t_now,
    ui::{Avatar, Glyph, Icon, Menu, MenuItem, PopoverAlign, Size, reactive},
};

/// The card of a request.
#[component]
pub fn RequestCard(requests: Requests, id: LeadId) -> impl IntoView {
    let row = Memo::new(move |_| requests.row(id));
    let title_id = format!("request-{id}");
    let labelled_by = title_id.clone();
    let due = Signal::derive(move || row.with(|row| row.as_ref().map(due_of)));
    let can_write = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.can_write)));
    let body = move || row.with(|row| row.as_ref().map(|row| body(requests, row)));
    let reach = move || row.with(|row| row.as_ref().map(reach));
    let open = move |event: leptos::ev::MouseEvent| {
        // A click that asks for a new tab is the link's, and the others have what they are for.
        if event.ctrl_key() || event.meta_key() || event.shift_key() || place::is_inside(&event, "button, [href^=tel], [href^=mailto]") {
            return;
        }
        event.prevent_default();
        requests.open(id);
    };
    view! {
        <li class="col__item">
            <div class="card request" role="group" aria-labelledby=labelled_by on:click=open>
                <div class="card__top">
                    <h3 id=title_id>
                        <a class="card__link request__name" href=format!("/desk/board?request={id}") draggable="false">
                            {reactive(move || row.with(|row| row.as_ref().map(|row| row.name.clone())))}
                        </a>
                    </h3>
                    <span class="card__amt">
                        {reactive(move || row.with(|row| row.as_ref().and_then(|row| row.amount).map(format::money_short)))}
                    </span>
                </div>
                {reactive(body)}
                <DueClock due />
                {reactive(reach)}
                {reactive(move || can_write.get().then(|| answers(requests, row)))}
            </div>
        </li>
    }
    .into_any()
}

/// What the clock of a row shows.
pub fn due_of(row: &LeadRow) -> Due {
    Due { state: row.state, at: row.due_at, escalations: row.escalations }
}

/// The model, its code, the place, and who looks after it.
fn body(requests: Requests, row: &LeadRow) -> AnyView {
    let place =
        (!row.place.is_empty()).then(|| view! { <span class="request__place"><Glyph icon=Icon::MAP_PIN />{row.place.clone()}</span> });
    let whose = if requests.is_others(row) { t_now!(lead.with, name = row.owner_name) } else { t_now!(lead.for_you).to_owned() };
    view! {
        <p class="card__what">{model_name(row.model_name.as_ref())}</p>
        <p class="code request__code" data-tip=row.code.clone()>{row.code.clone()}</p>
        <p class="request__where">
            {place}
            <span class="request__whose"><Avatar name=row.owner_name.clone() size=Size::Small decorative=true />{whose}</span>
        </p>
    }
    .into_any()
}

/// One press to call or to write.
fn reach(row: &LeadRow) -> AnyView {
    let link = |text: &str, href: String, icon: Icon, label: String| {
        (!text.is_empty())
            .then(|| view! { <a class="request__link" href=href aria-label=label><Glyph icon /><span>{text.to_owned()}</span></a> })
    };
    view! {
        <div class="request__reach">
            {link(&row.phone, dial(&row.phone), Icon::PHONE, t_now!(lead.call_what, name = row.name, phone = row.phone))}
            {link(&row.mail, format!("mailto:{}", row.mail), Icon::MAIL, t_now!(lead.write_what, name = row.name, mail = row.mail))}
        </div>
    }
    .into_any()
}

/// Accept, and behind the dots what else may be done.
fn answers(requests: Requests, row: Memo<Option<LeadRow>>) -> AnyView {
    let name = move || row.with(|row| row.as_ref().map(|row| row.name.clone()).unwrap_or_default());
    let subject = move || row.with_untracked(|row| row.as_ref().map(Subject::from));
    let accept = move |_| {
        if let Some(subject) = subject() {
            requests.accept(subject);
        }
    };
    view! {
        <div class="request__foot">
            <button type="button" class="button button--main button--small" aria-label=move || t_now!(lead.accept_what, name = name()) on:click=accept>
                <Glyph icon=Icon::CHECK /> <span class="button__label">{t!(lead.accept)}</span>
            </button>
            {menu(requests, Callback::new(move |()| subject()), Signal::derive(name))}
        </div>
    }
    .into_any()
}

/// Giving back and cancelling.
pub fn menu(requests: Requests, subject: Callback<(), Option<Subject>>, name: Signal<String>) -> AnyView {
    let ask = move |question: fn(Subject) -> Ask| {
        move || {
            if let Some(subject) = subject.run(()) {
                requests.asking.set(Some(question(subject)));
            }
        }
    };
    view! {
        <Menu label=t!(lead.more_for, name = name.get()) align=PopoverAlign::End>
            <MenuItem label=t!(lead.give_back) icon=Icon::UNDO_2 on_press=ask(Ask::Return) />
            <MenuItem label=t!(lead.cancel) icon=Icon::CIRCLE_X danger=true on_press=ask(Ask::Cancel) />
        </Menu>
    }
    .into_any()
}
