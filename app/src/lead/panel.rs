//! A request beside the board: its clock, how to reach who asks, what they built and agreed to, and its history.

use leptos::prelude::*;
use muster_shared::{
    event::EntityKind,
    id::LeadId,
    lead::{Consent, LeadView},
};

use super::{
    api,
    card::menu,
    clock::{Due, DueClock},
    configuration,
    requests::{Requests, Subject},
    wording::{HIDDEN, purpose_name, reason_name, source_name, state_name, wording},
};
use crate::{
    api::{ApiError, Reading},
    browser::format,
    company::own_name,
    event::History,
    live::use_live,
    records, t, t_now,
    ui::{Button, ButtonKind, ErrorState, Fact, Facts, Icon, SidePanel, Size, Skeleton, StatusPill, Tone, reactive},
};

/// The request that the address names, unless it names a deal as well: that came after it.
#[component]
pub fn RequestPanel(requests: Requests) -> impl IntoView {
    let query = requests.host.query;
    let id = Memo::new(move |_| query.get("request").and_then(|id| id.parse::<LeadId>().ok()).filter(|_| query.get("card").is_none()));
    let live = use_live();
    let read = Reading::new(move || {
        let id = id.get();
        if let Some(id) = id {
            live.changes_of(EntityKind::Lead, id.0).track();
        }
        async move {
            match id {
                Some(id) => api::view(id).await,
                None => Err(records::not_found()),
            }
        }
    });
    // Until the answer comes, the one before is about another request.
    let found = Memo::new(move |_| read.get().and_then(Result::ok).filter(|view| Some(view.lead.id) == id.get()));
    let title = move || found.with(|view| view.as_ref().map(|view| view.lead.name.clone())).unwrap_or_else(|| t_now!(lead.one).to_owned());
    let body = move || {
        let failure = read.get().and_then(Result::err).filter(|_| found.with(Option::is_none));
        match failure {
            Some(error) => view! { <ErrorState failure=ApiError::into(error) on_retry=move || read.refetch() /> }.into_any(),
            None => content(requests, id, found),
        }
    };
    view! {
        <SidePanel
            open=Signal::derive(move || id.with(Option::is_some))
            title
            on_close=move || query.set(&[("request", None)])
            actions=move || actions(requests, found)
        >
            <div class="deal-panel request-panel">{reactive(body)}</div>
        </SidePanel>
    }
    .into_any()
}

/// Accept, give back and cancel, for who may and as long as somebody waits.
fn actions(requests: Requests, found: Memo<Option<LeadView>>) -> AnyView {
    let can_answer =
        Memo::new(move |_| found.with(|view| view.as_ref().is_some_and(|view| view.can_write && view.lead.state.is_waiting())));
    let subject = move || found.with_untracked(|view| view.as_ref().map(Subject::from));
    let name = Signal::derive(move || found.with(|view| view.as_ref().map(|view| view.lead.name.clone()).unwrap_or_default()));
    let accept = move || {
        if let Some(subject) = subject() {
            requests.accept(subject);
        }
    };
    let view = move || {
        can_answer.get().then(|| {
            view! {
                <Button kind=ButtonKind::Main size=Size::Small icon=Icon::CHECK on_press=accept>{t!(lead.accept)}</Button>
                {menu(requests, Callback::new(move |()| subject()), name)}
            }
        })
    };
    reactive(view)
}

/// Drawn anew for another request, not for another version of the same one, but for what differs in it.
fn content(requests: Requests, id: Memo<Option<LeadId>>, found: Memo<Option<LeadView>>) -> AnyView {
    let due = Signal::derive(move || {
        let lead = found.with(|view| view.as_ref().map(|view| view.lead.clone()))?;
        lead.state.is_waiting().then_some(Due { state: lead.state, at: lead.due_at, escalations: lead.escalations })
    });
    let history = move || {
        id.get().map(|id| {
            view! {
                <section>
                    <h3 class="deal-panel__title">{t!(event.history)}</h3>
                    <History kind=EntityKind::Lead id=id.0 wording=wording() hidden=HIDDEN />
                </section>
            }
        })
    };
    let part = move |draw: fn(&LeadView) -> AnyView| reactive(move || found.with(|view| view.as_ref().map(draw)));
    view! {
        {reactive(move || found.with(Option::is_none).then(|| view! { <Skeleton /> }))}
        {reactive(move || found.with(|view| view.as_ref().map(|view| state(requests, view))))}
        <DueClock due />
        {part(|view| records::reach(&view.lead.phone, &view.lead.mail, ""))}
        {part(facts)}
        {part(configuration::whole)}
        {part(consents)}
        {reactive(history)}
    }
    .into_any()
}

/// What became of it, where nobody waits any more, with the way to its deal.
fn state(requests: Requests, view: &LeadView) -> AnyView {
    let state = view.lead.state;
    if state.is_waiting() {
        return ().into_any();
    }
    let deal = view.lead.opportunity_id.map(|deal| {
        view! { <Button size=Size::Small icon=Icon::HANDSHAKE on_press=move || requests.show_deal(deal)>{t!(lead.to_deal)}</Button> }
    });
    let tone = if deal.is_some() { Tone::Good } else { Tone::Neutral };
    view! { <div class="request-panel__state"><StatusPill tone label=move || state_name(state) />{deal}</div> }.into_any()
}

fn facts(view: &LeadView) -> AnyView {
    let lead = &view.lead;
    let (source, language) = (lead.source, lead.language);
    let text = |label: &'static str, text: &str| {
        let text = Some(text.to_owned()).filter(|text| !text.is_empty());
        text.map(|text| view! { <Fact label>{text}</Fact> })
    };
    let (owner, asked_at) = (view.owner_name.clone(), format::date_time(lead.created_at));
    let said = text(t_now!(lead.fields.note), &lead.note);
    let phone = text(t_now!(lead.fields.phone), &lead.phone);
    let mail = text(t_now!(lead.fields.mail), &lead.mail);
    let place = text(t_now!(lead.fields.place), &lead.place);
    let word = text(t_now!(lead.fields.return_note), &lead.return_note);
    let returned = lead.return_reason.map(|reason| {
        view! { <Fact label=t!(lead.fields.return_reason)>{reactive(move || reason_name(reason))}</Fact> }
    });
    view! {
        <Facts>
            {said}
            {phone}
            {mail}
            {place}
            <Fact label=t!(lead.speaks)>{own_name(language)}</Fact>
            <Fact label=t!(lead.fields.owner_id)>{owner}</Fact>
            <Fact label=t!(lead.asked_at)>{asked_at}</Fact>
            <Fact label=t!(lead.fields.source)>{reactive(move || source_name(source))}</Fact>
            {returned}
            {word}
        </Facts>
    }
    .into_any()
}

/// What the customer agreed to, and when.
fn consents(view: &LeadView) -> AnyView {
    let one = |consent: &Consent| {
        let given = t_now!(lead.consent, given = format::date_time(consent.given_at), version = consent.text_version);
        let withdrawn = consent.withdrawn_at.map(|at| t_now!(lead.withdrawn, at = format::date_time(at)));
        view! {
            <Fact label=purpose_name(&consent.purpose)>
                {given} {withdrawn.map(|text| view! { <span class="request-panel__withdrawn">" · " {text}</span> })}
            </Fact>
        }
    };
    let all = view.consents.iter().map(one).collect_view();
    view! {
        <section>
            <h3 class="deal-panel__title">{t!(lead.consents)}</h3>
            {view.consents.is_empty().then(|| view! { <p class="dialog__text">{t!(lead.no_consent)}</p> })}
            <Facts>{all}</Facts>
        </section>
    }
    .into_any()
}
