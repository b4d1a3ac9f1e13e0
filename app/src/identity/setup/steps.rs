//! The questions before there is a company.

use leptos::prelude::*;

use super::{
    answers::StageAnswer,
    form::{SetupForm, StageForm},
    frame::Question,
    pictures::swatch,
};
use crate::{
    browser::focus,
    company::{CurrencyInput, CurrencyList, HolidayList, LanguagePicks, WorkdayPicks, ZoneInput},
    identity::PasswordInput,
    sending::Sending,
    t,
    ui::{Button, Field, Icon, IconButton, Size, TextInput, reactive},
};

/// As many stages as the rules allow.
const STAGES_MAX: usize = 20;

/// Name, currencies, languages.
#[component]
pub fn CompanyStep(form: SetupForm, sending: Sending) -> impl IntoView {
    view! {
        <Question title=t!(setup.company_title) text=t!(setup.company_text) />
        <div class="setup__fields">
            <Field label=t!(company.name) error=sending.field("company") required=true>
                <TextInput value=form.company autocomplete="organization" autofocus=true />
            </Field>
            <CurrencyInput value=form.currency label=t!(company.currency) hint=t!(company.currency_hint) error=sending.field("currency") />
            <CurrencyList value=form.currencies base=form.currency error=sending.field("currencies") />
            <LanguagePicks value=form.languages error=sending.field("languages") />
        </div>
    }
    .into_any()
}

/// Zone, working days, days off.
#[component]
pub fn CalendarStep(form: SetupForm, sending: Sending) -> impl IntoView {
    view! {
        <Question title=t!(setup.calendar_title) text=t!(setup.calendar_text) />
        <div class="setup__fields">
            <ZoneInput value=form.zone label=t!(company.zone) hint=t!(company.zone_hint) error=sending.field("zone") />
            <WorkdayPicks value=form.workdays error=sending.field("workdays") />
            <HolidayList value=form.holidays draft=form.holiday error=sending.field("holidays") />
        </div>
    }
    .into_any()
}

/// The pipeline and its stages.
#[component]
pub fn StagesStep(form: SetupForm, sending: Sending) -> impl IntoView {
    let add = move || {
        let answer = StageAnswer { probability: "50".into(), limit: "7".into(), ..StageAnswer::default() };
        form.add_stage(answer);
    };
    let row = move |stage: StageForm| stage_row(form, sending, stage);
    view! {
        <Question title=t!(setup.stages_title) text=t!(setup.stages_text) />
        <div class="setup__fields">
            <Field label=t!(setup.pipeline) error=sending.field("pipeline") required=true>
                <TextInput value=form.pipeline />
            </Field>
            <div>
                <div class="stages__row stages__head" aria-hidden="true">
                    <span></span> <span>{t!(setup.stage)}</span> <span>{t!(setup.chance)}</span> <span>{t!(setup.limit)}</span> <span></span>
                </div>
                <ol class="stages">
                    <For each=move || form.stages.get() key=|stage| stage.key.clone() children=row />
                    <li class="stages__row stages__end"><i class="swatch swatch--won"></i> <span>{t!(setup.won)}</span> <span>"100 %"</span></li>
                    <li class="stages__row stages__end"><i class="swatch swatch--lost"></i> <span>{t!(setup.lost)}</span> <span>"0 %"</span></li>
                </ol>
                <p class="field__error" role="alert">{reactive(move || sending.field("stages").get())}</p>
                <Button size=Size::Small icon=Icon::PLUS disabled=Signal::derive(move || form.stages.with(Vec::len) >= STAGES_MAX) on_press=add>
                    {t!(setup.add_stage)}
                </Button>
            </div>
        </div>
    }
    .into_any()
}

fn stage_row(form: SetupForm, sending: Sending, stage: StageForm) -> AnyView {
    let StageForm { key, name, probability, limit } = stage;
    let place = Memo::new(move |_| form.stages.with(|stages| stages.iter().position(|other| other.key == key)).unwrap_or_default());
    let last = Memo::new(move |_| form.stages.with(Vec::len).saturating_sub(1));
    let swap = move |other: usize| {
        focus::hold("h1");
        form.stages.update(|stages| stages.swap(place.get_untracked(), other));
    };
    let remove = move || {
        focus::hold("h1");
        form.stages.update(|stages| drop(stages.remove(place.get_untracked())));
    };
    let error = move |field: &'static str| Signal::derive(move || sending.field_error(&format!("stages.{}.{field}", place.get())));
    let is_first = Signal::derive(move || place.get() == 0);
    let is_last = Signal::derive(move || place.get() == last.get());
    let is_only = Signal::derive(move || last.get() == 0);
    view! {
        <li class="stages__row">
            <i class=move || swatch(place.get())></i>
            <Field label=t!(setup.stage_no, no = place.get() + 1) label_hidden=true required=true error=error("name")>
                <TextInput value=name />
            </Field>
            <Field label=t!(setup.chance_of, what = name.get()) label_hidden=true required=true error=error("probability")>
                <TextInput value=probability />
            </Field>
            <Field label=t!(setup.limit_of, what = name.get()) label_hidden=true required=true error=error("limit_days")>
                <TextInput value=limit />
            </Field>
            <span class="stages__tools">
                <IconButton
                    icon=Icon::ARROW_UP
                    size=Size::Small
                    label=t!(setup.move_up, what = name.get())
                    disabled=is_first
                    on_press=move || swap(place.get_untracked() - 1)
                />
                <IconButton
                    icon=Icon::ARROW_DOWN
                    size=Size::Small
                    label=t!(setup.move_down, what = name.get())
                    disabled=is_last
                    on_press=move || swap(place.get_untracked() + 1)
                />
                <IconButton
                    icon=Icon::X
                    size=Size::Small
                    label=t!(ui.remove_what, what = name.get())
                    disabled=is_only
                    on_press=remove
                />
            </span>
        </li>
    }
    .into_any()
}

/// The administrator.
#[component]
pub fn YouStep(form: SetupForm, sending: Sending) -> impl IntoView {
    view! {
        <Question title=t!(setup.you_title) text=t!(setup.you_text) />
        {reactive(move || sending.is_wrong("token").then(|| view! { <p class="gate__note" role="alert">{t!(setup.token_wrong)}</p> }))}
        <div class="setup__fields">
            <Field label=t!(identity.your_name) error=sending.field("name") required=true>
                <TextInput value=form.name autocomplete="name" autofocus=true />
            </Field>
            <Field label=t!(identity.mail) error=sending.field("mail") required=true>
                <TextInput value=form.mail kind="email" autocomplete="username" />
            </Field>
            <Field label=t!(identity.password) hint=t!(identity.password_hint) error=sending.field("password") required=true>
                <PasswordInput value=form.password autocomplete="new-password" />
            </Field>
        </div>
    }
    .into_any()
}
