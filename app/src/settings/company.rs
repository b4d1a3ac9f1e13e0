//! What holds for everybody: name, calendar, languages, currencies, limits, mail.

use leptos::prelude::*;
use muster_shared::{
    calendar::WorkCalendar,
    company::{Company, CompanyPatch},
};

use super::{RoomHead, profile::changed};
use crate::{
    api::Reading,
    company::{CalendarPicture, CurrencyList, HolidayDraft, HolidayList, HoursInput, LanguagePicks, WorkdayPicks, ZoneInput, api},
    sending::Sending,
    session::use_session,
    t, t_now,
    ui::{AsyncView, Button, ButtonKind, Fact, Facts, Field, FormError, Panel, TextInput, use_toaster},
};

/// The company's settings.
#[component]
pub fn CompanyRoom() -> impl IntoView {
    let company = Reading::new(api::company);
    let show = |company: Company| view! { <CompanyForm company /> }.into_any();
    view! {
        <RoomHead title=t!(settings.company_title) text=t!(settings.company_text) />
        <AsyncView resource=company children=show />
    }
    .into_any()
}

#[component]
fn CompanyForm(company: Company) -> impl IntoView {
    let (session, toaster) = (use_session(), use_toaster());
    let name = RwSignal::new(company.name.clone());
    let zone = RwSignal::new(company.zone.clone());
    let languages = RwSignal::new(company.languages.clone());
    let currencies = RwSignal::new(company.currencies.clone());
    let workdays = RwSignal::new(company.calendar.workdays);
    let holidays = RwSignal::new(company.calendar.holidays.clone());
    let hours = RwSignal::new(company.hours);
    let holiday = HolidayDraft::new();
    let limit = RwSignal::new(company.contact_limit_days.to_string());
    let mail = RwSignal::new(company.mail_from.clone().unwrap_or_default());
    let server = RwSignal::new(String::new());
    let base = company.currency;
    let saved = RwSignal::new(company);
    let sending = Sending::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !holiday.settle(holidays) {
            return;
        }
        let old = saved.get_untracked();
        let calendar = WorkCalendar { zone: zone.get_untracked(), workdays: workdays.get_untracked(), holidays: holidays.get_untracked() };
        let mail = Some(mail.get_untracked().trim().to_owned()).filter(|m| !m.is_empty());
        let limit = limit.get_untracked().trim().parse().unwrap_or(0);
        let patch = CompanyPatch {
            name: changed(name.get_untracked().trim(), &old.name),
            currencies: Some(currencies.get_untracked()).filter(|c| *c != old.currencies),
            zone: changed(&zone.get_untracked(), &old.zone),
            languages: Some(languages.get_untracked()).filter(|l| *l != old.languages),
            calendar: Some(calendar).filter(|c| *c != old.calendar),
            hours: Some(hours.get_untracked()).filter(|hours| *hours != old.hours),
            contact_limit_days: (limit != old.contact_limit_days).then_some(limit),
            mail_from: (mail != old.mail_from).then_some(mail),
            // It is never sent here, so an empty field leaves it as it is.
            smtp_url: Some(Some(server.get_untracked().trim().to_owned())).filter(|url| url.as_deref() != Some("")),
        };
        let wanted = muster_shared::patch::apply(&old, &muster_shared::patch::changes(&old, &patch));
        if let Ok(Err(errors)) = wanted.map(|company: Company| company.check()) {
            sending.refuse(errors);
            return;
        }
        let version = sending.version_or(old.version);
        sending.run(async move { api::change_company(version, &patch).await }, move |company| {
            session.update(|me| me.company = company.clone());
            saved.set(company);
            server.set(String::new());
            toaster.say(t_now!(settings.saved));
        });
    };
    view! {
        <form class="stack" on:submit=submit>
            <Panel title=t!(settings.company_name_title)>
                <div class="form">
                    <Field label=t!(settings.company_name) required=true error=sending.field("name")><TextInput value=name /></Field>
                    <LanguagePicks value=languages error=sending.field("languages") />
                </div>
            </Panel>
            <Panel title=t!(settings.calendar_title)>
                <div class="form form--split">
                    <div class="form">
                        <ZoneInput value=zone label=t!(company.zone) hint=t!(company.zone_hint) error=sending.field("zone") />
                        <WorkdayPicks value=workdays error=sending.field("calendar.workdays") />
                        <HoursInput value=hours error=sending.field("hours") />
                        <HolidayList value=holidays draft=holiday error=sending.field("calendar.holidays") />
                        <Field label=t!(settings.contact_limit) hint=t!(settings.contact_limit_hint) required=true error=sending.field("contact_limit_days")>
                            <TextInput value=limit kind="number" />
                        </Field>
                    </div>
                    <CalendarPicture workdays holidays />
                </div>
            </Panel>
            <Panel title=t!(settings.money_title)>
                <Facts><Fact label=t!(company.currency)>{base.code().to_owned()}</Fact></Facts>
                <div class="form"><CurrencyList value=currencies base error=sending.field("currencies") /></div>
            </Panel>
            <Panel title=t!(settings.mail_title)>
                <div class="form">
                    <Field label=t!(settings.mail_from) hint=t!(settings.mail_from_hint) error=sending.field("mail_from")>
                        <TextInput value=mail kind="email" />
                    </Field>
                    <Field label=t!(settings.mail_server) hint=t!(settings.mail_server_hint) error=sending.field("smtp_url")>
                        <TextInput value=server placeholder="smtp://user:password@mail.example:587" />
                    </Field>
                </div>
            </Panel>
            <FormError error=sending.error() />
            <div class="form__foot form__foot--sticky"><Button kind=ButtonKind::Main submit=true busy=sending.busy()>{t!(ui.save)}</Button></div>
        </form>
    }
    .into_any()
}
