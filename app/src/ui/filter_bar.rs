//! Filters as chips: what is in force, and a way to add more.

use leptos::{prelude::*, text_prop::TextProp, wasm_split::SplitLoaderError};

use super::{
    Button, ButtonKind, Chip, ChipKind, Choice, Combobox, DateInput, Glyph, Icon, Popover, PopoverHandle, SearchFn, Select, SelectOption,
    Size, TextInput, reactive,
};
use crate::{
    area,
    browser::{
        focus,
        format::{self, DayStyle},
        timer,
    },
    t,
};

/// How the value of a filter is given.
#[derive(Clone)]
pub enum FilterKind {
    /// One of a few.
    Choice(Signal<Vec<SelectOption>>),
    /// One of many, found by typing.
    Search(SearchFn),
    Text,
    /// A day.
    Day,
}

/// A field that can be filtered by.
#[derive(Clone)]
pub struct FilterField {
    /// The name in the address.
    pub key: &'static str,
    pub label: TextProp,
    pub kind: FilterKind,
}

/// A filter in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterValue {
    pub key: String,
    /// What goes into the address.
    pub value: String,
    /// How the chip words it, such as "Team Quận 7".
    pub label: String,
}

/// The chips of the filters in force and the button that adds one; `children` stand at the end of the bar.
#[component]
pub fn FilterBar(
    #[prop(into)] fields: Signal<Vec<FilterField>>,
    #[prop(into)] values: Signal<Vec<FilterValue>>,
    /// A value was added or replaced.
    #[prop(into)]
    on_set: Callback<FilterValue>,
    /// The filter with this key was taken away.
    #[prop(into)]
    on_remove: Callback<String>,
    /// All were taken away at once; without it each is, by itself.
    #[prop(optional, into)]
    on_clear: Option<Callback<()>>,
    /// Whether a search box in the bar narrows as well; `on_clear` empties it.
    #[prop(optional, into)]
    searched: Signal<bool>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let chips = move || {
        values
            .get()
            .into_iter()
            .map(|value| {
                let (key, name) = (value.key.clone(), value.label.clone());
                view! { <Chip kind=ChipKind::On name=name on_remove=move || on_remove.run(key.clone())>{value.label}</Chip> }
            })
            .collect_view()
    };
    let trigger = || view! { <Glyph icon=Icon::PLUS /> <span>{t!(ui.filter)}</span> };
    let clear = move || {
        match on_clear {
            Some(on_clear) => on_clear.run(()),
            None => values.get_untracked().into_iter().for_each(|value| on_remove.run(value.key)),
        }
        // The button goes with what it took away.
        timer::after_layout(|| {
            focus::first(".filters .chip--add");
        });
    };
    let has_several = Memo::new(move |_| values.with(Vec::len) + usize::from(searched.get()) > 1);
    view! {
        <div class="filters" role="group" aria-label=t!(ui.filters)>
            {reactive(chips)}
            <Popover label=t!(ui.add_filter) trigger=trigger class="chip chip--add">
                {area::lazy_content(Box::pin(load_add(fields, on_set)))}
            </Popover>
            {reactive(move || has_several.get().then(|| {
                view! { <Button size=Size::Small kind=ButtonKind::Plain on_press=clear>{t!(ui.clear_filters)}</Button> }
            }))}
            <span class="filters__grow"></span>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}

/// Loads with the first filter that is added: it needs most kinds of inputs.
#[leptos::wasm_split::wasm_split(extra, wasm_split_path = ::leptos::wasm_split, fallible)]
fn load_add(fields: Signal<Vec<FilterField>>, on_set: Callback<FilterValue>) -> Result<AnyView, SplitLoaderError> {
    Ok(add(fields, on_set))
}

fn add(fields: Signal<Vec<FilterField>>, on_set: Callback<FilterValue>) -> AnyView {
    let chosen = RwSignal::new(None::<usize>);
    let popover = use_context::<PopoverHandle>();
    let done = Callback::new(move |value: FilterValue| {
        on_set.run(value);
        if let Some(popover) = popover {
            popover.close();
        }
    });
    let list = move || {
        fields
            .get()
            .into_iter()
            .enumerate()
            .map(|(index, field)| {
                view! {
                    <button type="button" class="menu__item" on:click=move |_| chosen.set(Some(index))>
                        <span class="menu__label">{reactive(move || field.label.get())}</span>
                        <Glyph icon=Icon::CHEVRON_RIGHT />
                    </button>
                }
            })
            .collect_view()
    };
    reactive(move || match chosen.get().and_then(|index| fields.with(|all| all.get(index).cloned())) {
        None => view! { <div class="filter-list">{reactive(list)}</div> }.into_any(),
        Some(field) => editor(field, done),
    })
}

fn editor(field: FilterField, done: Callback<FilterValue>) -> AnyView {
    let key = field.key.to_owned();
    let title = field.label.clone();
    // The button that led here is gone, and the focus with it.
    if let Some(popover) = use_context::<PopoverHandle>() {
        timer::after_layout(move || popover.filled());
    }
    let worded = {
        let label = field.label.clone();
        move |text: &str| format!("{}: {text}", label.get())
    };
    let control = match field.kind {
        FilterKind::Choice(options) => {
            let value = RwSignal::new(String::new());
            let set = move |value: String| {
                let text = options
                    .with_untracked(|all| all.iter().find(|o| o.value == value).map(|o| o.label.get().to_string()))
                    .unwrap_or_default();
                done.run(FilterValue { key: key.clone(), label: worded(&text), value });
            };
            // A select changes with every arrow key, so what it says is meant only once it is applied.
            typed(
                view! { <Select value options empty=t!(ui.choose) label=field.label /> }.into_any(),
                Box::new(move || Some(value.get_untracked()).filter(|value| !value.is_empty())),
                Box::new(set),
            )
        }
        FilterKind::Search(search) => {
            let set = move |choice: Choice| done.run(FilterValue { key: key.clone(), label: worded(&choice.label), value: choice.id });
            view! { <Combobox value=RwSignal::new(None) search label=field.label on_choose=set /> }.into_any()
        }
        FilterKind::Text => {
            let value = RwSignal::new(String::new());
            let set = move |text: String| done.run(FilterValue { key: key.clone(), label: worded(&text), value: text });
            typed(
                view! { <TextInput value label=field.label autofocus=true /> }.into_any(),
                Box::new(move || Some(value.get_untracked()).filter(|t| !t.trim().is_empty())),
                Box::new(set),
            )
        }
        FilterKind::Day => {
            let value = RwSignal::new(None);
            let set = move |text: String| {
                let shown = value.get_untracked().map(|day| format::day(day, DayStyle::Short)).unwrap_or_default();
                done.run(FilterValue { key: key.clone(), label: worded(&shown), value: text });
            };
            typed(
                view! { <DateInput value label=field.label autofocus=true /> }.into_any(),
                Box::new(move || value.get_untracked().map(|day| day.to_string())),
                Box::new(set),
            )
        }
    };
    view! { <div class="filter-editor"><p class="filter-editor__title">{reactive(move || title.get())}</p>{control}</div> }.into_any()
}

/// A control that Enter or a button sends.
fn typed(control: AnyView, read: Box<dyn Fn() -> Option<String>>, set: Box<dyn Fn(String)>) -> AnyView {
    view! {
        <form
            class="filter-editor__form"
            on:submit=move |event| {
                event.prevent_default();
                if let Some(value) = read() {
                    set(value);
                }
            }
        >
            {control}
            <Button submit=true kind=ButtonKind::Main size=Size::Small>{t!(ui.apply)}</Button>
        </form>
    }
    .into_any()
}
