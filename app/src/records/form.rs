//! Forms that record or change a whole record: what is typed is kept until it is sent or given up, and only changes are sent.

use std::sync::Arc;

use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::hooks::use_navigate;
use muster_shared::{
    money::{Currency, Money},
    problem::FieldError,
    time::Day,
};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Kind;
use crate::{
    api::{self, ApiError, plain},
    browser::{draft, json},
    editing::{day_value, money_value, version_of},
    event::{ConflictDialog, Conflicts, Wording, offer_undo, still_wanted},
    sending::Sending,
    t, t_now,
    ui::{
        Button, ButtonKind, Choice, DateInput, Field, FormError, LinkButton, MoneyInput, Pending, Select, SelectOption, TextArea,
        TextInput, reactive, use_toaster,
    },
};

/// What one field of a form holds.
#[derive(Clone, Copy)]
pub enum Input {
    Text(RwSignal<String>),
    /// An id or a code; the empty text is none.
    Id(RwSignal<String>),
    Choice(RwSignal<Option<Choice>>),
    Day(RwSignal<Option<Day>>),
    Money(RwSignal<Option<Money>>),
}

impl Input {
    /// A text that begins as it is in `record`.
    pub fn text(record: &Map<String, Value>, field: &str) -> Self {
        Self::Text(RwSignal::new(record.get(field).map(plain).unwrap_or_default()))
    }

    /// An id or a code that begins as it is in `record`.
    pub fn id(record: &Map<String, Value>, field: &str) -> Self {
        Self::Id(RwSignal::new(record.get(field).map(plain).unwrap_or_default()))
    }

    /// As the API takes it; tracked.
    fn value(self) -> Value {
        match self {
            Self::Text(text) => text.with(|text| text.trim().to_owned()).into(),
            Self::Id(id) => Some(id.get()).filter(|id| !id.is_empty()).into(),
            Self::Choice(choice) => choice.get().map(|choice| choice.id).into(),
            Self::Day(day) => day_value(day.get()),
            Self::Money(money) => money.get().map_or(Value::Null, money_value),
        }
    }

    /// As the draft keeps it; tracked.
    fn kept(self) -> Value {
        match self {
            Self::Choice(choice) => choice.get().map(|choice| vec![choice.id, choice.label, choice.detail]).into(),
            other => other.value(),
        }
    }

    fn restore(self, kept: &Value) {
        match self {
            Self::Text(text) | Self::Id(text) => text.set(plain(kept)),
            Self::Choice(choice) => {
                let part = |i: usize| kept.get(i).map(plain).unwrap_or_default();
                choice.set((!kept.is_null()).then(|| Choice { id: part(0), label: part(1), detail: part(2) }));
            }
            Self::Day(day) => day.set(Day::parse(&plain(kept))),
            Self::Money(money) => {
                let currency = kept.get("currency").and_then(Value::as_str).and_then(Currency::parse);
                let minor = kept.get("minor").and_then(Value::as_i64);
                money.set(minor.zip(currency).map(|(minor, currency)| Money::new(minor, currency)));
            }
        }
    }
}

/// What came of recording something new.
pub struct Created {
    pub id: Uuid,
    pub name: String,
    pub event: Option<i64>,
}

/// Records something new.
pub type Create = Arc<dyn Fn(Map<String, Value>) -> Pending<Result<Created, ApiError>> + Send + Sync>;

/// A form.
#[derive(Clone, Copy)]
pub struct Form {
    kind: &'static Kind,
    pub sending: Sending,
    wording: Wording,
    conflicts: Conflicts,
    inputs: StoredValue<Vec<(&'static str, Input)>>,
    required: &'static [&'static str],
    /// The id of the record that is changed; absent for a new one.
    id: StoredValue<Option<String>>,
    /// What the fields held at first.
    initial: StoredValue<Map<String, Value>>,
    /// The version that the changes are made from.
    version: StoredValue<i64>,
    leave: Callback<(String, String, Option<i64>)>,
}

impl Form {
    /// A form of `inputs` that begins as `record` is: a known one with its id and version, or what a new one begins with.
    pub fn new(
        kind: &'static Kind,
        wording: Wording,
        record: &Map<String, Value>,
        required: &'static [&'static str],
        inputs: Vec<(&'static str, Input)>,
    ) -> Self {
        let id = record.get("id").map(plain);
        let place = place(kind, id.as_deref());
        let (toaster, navigate) = (use_toaster(), use_navigate());
        let leave = Callback::new(move |(id, text, event): (String, String, Option<i64>)| {
            draft::forget(&place);
            offer_undo(toaster, text, event, wording, Callback::new(|_| false));
            navigate(&kind.page(&id), Default::default());
        });
        let form = Self {
            kind,
            sending: Sending::new(),
            wording,
            conflicts: Conflicts::new(),
            inputs: StoredValue::new(inputs),
            required,
            id: StoredValue::new(id),
            initial: StoredValue::default(),
            version: StoredValue::new(version_of(record)),
            leave,
        };
        form.initial.set_value(untrack(|| form.read()));
        let key = form.id.with_value(|id| self::place(kind, id.as_deref()));
        draft::keep(key, Box::new(move || form.kept()), &|kept| form.restore(&kept));
        form
    }

    /// What is typed, as the API takes it; tracked.
    fn read(self) -> Map<String, Value> {
        self.inputs.with_value(|inputs| inputs.iter().map(|(name, input)| ((*name).to_owned(), input.value())).collect())
    }

    /// What differs from what was there at first, with the version it differs from.
    fn kept(self) -> String {
        let mut kept = Map::from_iter([("version".to_owned(), self.version.get_value().into())]);
        self.inputs.with_value(|inputs| {
            self.initial.with_value(|initial| {
                let is_changed = |(name, input): &&(&'static str, Input)| initial.get(*name) != Some(&input.value());
                // A choice alone is no draft: the address may have brought it.
                if inputs.iter().filter(is_changed).any(|(_, input)| !matches!(input, Input::Choice(_))) {
                    kept.extend(inputs.iter().filter(is_changed).map(|(name, input)| ((*name).to_owned(), input.kept())));
                }
            });
        });
        json::text(&kept).unwrap_or_default()
    }

    fn restore(self, kept: &str) {
        let Ok(kept) = json::parse::<Map<String, Value>>(kept) else { return };
        // From then on others may have changed the same fields: it is compared with what the person saw.
        self.version.set_value(version_of(&kept));
        self.inputs.with_value(|inputs| {
            for (name, input) in inputs {
                if let Some(value) = kept.get(*name) {
                    input.restore(value);
                }
            }
        });
    }

    /// Records what is typed with `create`.
    pub fn create(self, create: &Create) {
        let typed = untrack(|| self.read());
        if self.is_complete(&typed) {
            let work = create(typed);
            self.sending.run(work, move |made: Created| {
                self.leave.run((made.id.to_string(), t_now!(record.created, name = made.name), made.event));
            });
        }
    }

    /// Writes what was changed.
    pub fn change(self) {
        let typed = untrack(|| self.read());
        if self.is_complete(&typed) {
            let changed = self.initial.with_value(|initial| changed(initial, typed));
            if changed.is_empty() {
                return self.saved(None);
            }
            self.write(self.version.get_value(), changed);
        }
    }

    /// Where others set the same fields, the person chooses and it is written again.
    fn write(self, version: i64, wanted: Map<String, Value>) {
        let sent = wanted.clone();
        let path = format!("/{}/{}", self.kind.base, self.id.get_value().unwrap_or_default());
        let work = async move {
            match api::patch::<IgnoredAny>(&path, version, &sent).await {
                Ok(wrote) => Ok(Ok(wrote.event)),
                Err(error) if !error.conflicts().is_empty() => Ok(Err(error)),
                Err(error) => Err(error),
            }
        };
        self.sending.run(work, move |answer: Result<Option<i64>, ApiError>| match answer {
            Ok(event) => self.saved(event),
            Err(error) => {
                let (met, now) = (error.conflicts().to_vec(), error.version().unwrap_or(version));
                self.conflicts.ask(error.conflicts(), self.wording, move |mine| match still_wanted(&wanted, &met, &mine) {
                    Some(left) => self.write(now, left),
                    None => self.saved(None),
                });
            }
        });
    }

    fn saved(self, event: Option<i64>) {
        self.leave.run((self.id.get_value().unwrap_or_default(), t_now!(record.saved_all).to_owned(), event));
    }

    fn is_complete(self, typed: &Map<String, Value>) -> bool {
        let missing = missing(self.required, typed);
        if missing.is_empty() {
            return true;
        }
        self.sending.refuse(missing);
        false
    }

    fn is_required(self, name: &str) -> bool {
        self.required.contains(&name)
    }

    /// The field's name.
    pub fn label(self, name: &'static str) -> TextProp {
        TextProp::from(move || self.wording.label(name))
    }

    fn input(self, name: &str) -> Input {
        let found = self.inputs.with_value(|inputs| inputs.iter().find(|(other, _)| *other == name).map(|(_, input)| *input));
        found.expect("a form shows only the fields it was made of")
    }

    /// What a text field holds.
    pub fn text(self, name: &str) -> RwSignal<String> {
        match self.input(name) {
            Input::Text(text) | Input::Id(text) => text,
            Input::Choice(_) | Input::Day(_) | Input::Money(_) => RwSignal::new(String::new()),
        }
    }

    /// What a field for an amount holds.
    pub fn amount(self, name: &str) -> RwSignal<Option<Money>> {
        match self.input(name) {
            Input::Money(money) => money,
            Input::Text(_) | Input::Id(_) | Input::Choice(_) | Input::Day(_) => RwSignal::new(None),
        }
    }

    /// A control of a field with its name and what is wrong with it; it is made inside of the frame that ties them together.
    pub fn labelled(self, name: &'static str, label: TextProp, control: Box<dyn FnOnce() -> AnyView + Send>) -> AnyView {
        view! { <Field label required=self.is_required(name) error=self.sending.field(name)>{control()}</Field> }.into_any()
    }

    fn field(self, name: &'static str, control: Box<dyn FnOnce() -> AnyView + Send>) -> AnyView {
        self.labelled(name, self.label(name), control)
    }

    /// A line of text, of a kind such as `tel`.
    pub fn line(self, name: &'static str, kind: &'static str) -> AnyView {
        self.hinted(name, kind, TextProp::from(""))
    }

    /// The same with an example in its place while it is empty.
    pub fn hinted(self, name: &'static str, kind: &'static str, placeholder: TextProp) -> AnyView {
        self.field(name, Box::new(move || view! { <TextInput value=self.text(name) kind placeholder max_length=200 /> }.into_any()))
    }

    /// Several lines of text.
    pub fn area(self, name: &'static str) -> AnyView {
        wide(self.field(name, Box::new(move || view! { <TextArea value=self.text(name) /> }.into_any())))
    }

    /// One of a few; `empty` stands for none of them.
    pub fn select(self, name: &'static str, options: Signal<Vec<SelectOption>>, empty: Option<TextProp>) -> AnyView {
        let value = self.text(name);
        let control = move || match empty {
            Some(empty) => view! { <Select value options empty /> }.into_any(),
            None => view! { <Select value options /> }.into_any(),
        };
        self.field(name, Box::new(control))
    }

    /// One of a few under another name than the field's.
    pub fn select_as(self, name: &'static str, label: TextProp, options: Signal<Vec<SelectOption>>) -> AnyView {
        let value = self.text(name);
        self.labelled(name, label, Box::new(move || view! { <Select value options /> }.into_any()))
    }

    /// A day.
    pub fn day(self, name: &'static str) -> AnyView {
        let Input::Day(value) = self.input(name) else { return ().into_any() };
        self.field(name, Box::new(move || view! { <DateInput value /> }.into_any()))
    }

    /// An amount.
    pub fn money(self, name: &'static str, currency: Signal<Currency>) -> AnyView {
        let value = self.amount(name);
        self.field(name, Box::new(move || view! { <MoneyInput value currency /> }.into_any()))
    }

    /// The form with its buttons; `back` is where who gives up goes.
    pub fn view(self, back: String, on_send: Callback<()>, grid: AnyView) -> AnyView {
        let is_new = self.id.with_value(Option::is_none);
        let give_up = move |_| draft::forget(&self.id.with_value(|id| place(self.kind, id.as_deref())));
        view! {
            <form
                class="form-page"
                on:submit=move |event| {
                    event.prevent_default();
                    on_send.run(());
                }
            >
                {grid}
                <FormError error=self.sending.error() />
                <footer class="form-page__foot">
                    <Button kind=ButtonKind::Main submit=true busy=self.sending.busy()>
                        {reactive(move || if is_new { t_now!(record.create) } else { t_now!(ui.save) })}
                    </Button>
                    <span on:click=give_up><LinkButton href=back kind=ButtonKind::Plain>{t!(ui.cancel)}</LinkButton></span>
                </footer>
            </form>
            <ConflictDialog conflicts=self.conflicts />
        }
        .into_any()
    }
}

/// A field over the whole width.
pub fn wide(field: AnyView) -> AnyView {
    view! { <div class="form-page__wide">{field}</div> }.into_any()
}

fn place(kind: &Kind, id: Option<&str>) -> String {
    format!("{}:{}", kind.base, id.unwrap_or("new"))
}

/// Only the fields that are not as they were.
fn changed(initial: &Map<String, Value>, mut typed: Map<String, Value>) -> Map<String, Value> {
    typed.retain(|field, value| initial.get(field) != Some(value));
    typed
}

fn missing(required: &[&str], typed: &Map<String, Value>) -> Vec<FieldError> {
    let is_missing = |name: &&&str| typed.get(**name).is_none_or(|value| value.is_null() || value.as_str() == Some(""));
    let error = |name: &&str| FieldError { field: (*name).to_owned(), code: "required".to_owned(), params: Default::default() };
    required.iter().filter(is_missing).map(error).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fields: &[(&str, Value)]) -> Map<String, Value> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    #[test]
    fn a_form_sends_only_what_it_changed() {
        let initial = of(&[("name", "Sao Mai".into()), ("phone", "028 3822 0000".into()), ("owner_id", Value::Null)]);
        let typed = of(&[("name", "Sao Mai".into()), ("phone", "028 3822 1111".into()), ("owner_id", Value::Null)]);
        assert_eq!(changed(&initial, typed), of(&[("phone", "028 3822 1111".into())]));
    }

    #[test]
    fn what_is_required_and_empty_is_named() {
        let typed = of(&[("name", "".into()), ("account_id", Value::Null), ("close_day", "2026-12-01".into())]);
        let names: Vec<String> = missing(&["name", "account_id", "close_day", "amount"], &typed).into_iter().map(|e| e.field).collect();
        assert_eq!(names, ["name", "account_id", "amount"]);
    }

    #[test]
    fn every_kind_of_field_comes_back_from_its_draft() {
        let owner = Owner::new();
        owner.set();
        let choice = Choice { id: "7".into(), label: "Sao Mai".into(), detail: "Huế".into() };
        let money = Money::new(850_000_000, Currency::VND);
        let day = Day::parse("2026-12-01");
        let inputs = |filled: bool| {
            let text = |value: &str| RwSignal::new(if filled { value.to_owned() } else { String::new() });
            [
                Input::Text(text("Linh")),
                Input::Id(text("42")),
                Input::Choice(RwSignal::new(Some(choice.clone()).filter(|_| filled))),
                Input::Day(RwSignal::new(day.filter(|_| filled))),
                Input::Money(RwSignal::new(Some(money).filter(|_| filled))),
            ]
        };
        for (full, empty) in inputs(true).into_iter().zip(inputs(false)) {
            let (kept, nothing) = (untrack(|| full.kept()), untrack(|| empty.kept()));
            empty.restore(&kept);
            assert_eq!(untrack(|| (empty.kept(), empty.value())), (kept, untrack(|| full.value())));
            full.restore(&nothing);
            assert_eq!(untrack(|| full.kept()), nothing);
        }
    }
}
