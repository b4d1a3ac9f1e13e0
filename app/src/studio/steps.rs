//! The steps of the way through a model, and the numbers that options add up to.

use leptos::{html, prelude::*};
use muster_shared::{
    configurator::model::{Attribute, Step},
    text::{Lang, LocalText},
};

use super::{
    about::PartHead,
    cells::{Cell, Dress, NumberCell, PickCell, code_of, in_lang, set_lang, walk_rows},
    draft::use_draft,
    wording,
};
use crate::{
    i18n::lang_untracked,
    t, t_now,
    ui::{EmptyState, Icon, IconButton, Size, each, reactive},
};

/// The steps.
#[component]
pub fn StepsPart() -> impl IntoView {
    let draft = use_draft();
    let table = NodeRef::<html::Div>::new();
    let codes = draft.watch(|model| model.steps.iter().map(|step| step.code.clone()).collect::<Vec<_>>());
    let add = move |name: String| {
        let code = code_of(&name, &codes.get_untracked());
        let name = LocalText([(lang_untracked(), name)].into());
        draft.edit(|model| model.steps.push(Step { code, title: name.clone(), name, ..Step::default() }));
    };
    view! {
        <PartHead title=t!(studio.steps) text=t!(studio.steps_text) />
        <div class="sheet" node_ref=table on:keydown=move |event| walk_rows(&event, table)>
            <div class="sheet__grid sheet__grid--steps" role="table" aria-label=t!(studio.steps)>
                <div class="sheet__head" role="row">
                    <span role="columnheader">{t!(studio.name_in, what = wording::lang_name(Lang::En))}</span>
                    <span role="columnheader">{t!(studio.name_in, what = wording::lang_name(Lang::Vi))}</span>
                    <span role="columnheader">{t!(studio.heading_in, what = wording::lang_name(Lang::En))}</span>
                    <span role="columnheader">{t!(studio.heading_in, what = wording::lang_name(Lang::Vi))}</span>
                    <span role="columnheader">{t!(studio.view)}</span>
                    <span role="columnheader"><span class="visually-hidden">{t!(record.more)}</span></span>
                </div>
                {each(move || codes.get(), String::clone, step_row)}
            </div>
            <AddRow label=t!(studio.add_step) on_add=add />
        </div>
    }
    .into_any()
}

fn step_row(code: String) -> AnyView {
    let draft = use_draft();
    let code = StoredValue::new(code);
    let step =
        draft.watch(move |model| model.steps.iter().find(|step| code.with_value(|code| step.code == *code)).cloned().unwrap_or_default());
    let edit = move |change: Box<dyn FnOnce(&mut Step)>| {
        draft.edit(|model| {
            if let Some(step) = model.steps.iter_mut().find(|step| code.with_value(|code| step.code == *code)) {
                change(step);
            }
        });
    };
    let views = draft.watch(|model| {
        let view = |view: &muster_shared::configurator::model::View| (view.code.clone(), wording::named(&view.name, &view.code));
        model.pictures.views.iter().map(view).collect::<Vec<_>>()
    });
    let shown = move || step.with(|step| wording::named(&step.name, &step.code));
    let text = move |lang: Lang, is_title: bool| {
        let value = move || step.with(|step| in_lang(if is_title { &step.title } else { &step.name }, lang));
        let write =
            move |text: String| edit(Box::new(move |step| set_lang(if is_title { &mut step.title } else { &mut step.name }, lang, text)));
        let label = move || if is_title { t_now!(studio.heading_of, what = shown()) } else { t_now!(studio.name_of, what = shown()) };
        view! {
            <div role="cell" data-column=format!("{}-{is_title}", lang.code())>
                <Cell value=Signal::derive(value) on_input=write label=move || format!("{}, {}", label(), wording::lang_name(lang)) dress=Dress::Bare text_lang=lang.code() />
            </div>
        }
    };
    let is_used = draft.watch(move |model| model.groups.iter().any(|group| code.with_value(|code| group.step == *code)));
    let remove = move || draft.edit(|model| model.steps.retain(|step| code.with_value(|code| step.code != *code)));
    let up = move || {
        draft.edit(|model| {
            let at = model.steps.iter().position(|step| code.with_value(|code| step.code == *code)).unwrap_or(0);
            if at > 0 {
                model.steps.swap(at, at - 1);
            }
        });
    };
    view! {
        <div class="sheet__row" role="row">
            {text(Lang::En, false)} {text(Lang::Vi, false)} {text(Lang::En, true)} {text(Lang::Vi, true)}
            <div role="cell">
                <PickCell
                    value=Signal::derive(move || step.with(|step| step.view.clone()))
                    options=views
                    on_change=move |view: String| edit(Box::new(move |step| step.view = view))
                    label=move || t_now!(studio.view_of, what = shown())
                    dress=Dress::Bare
                />
            </div>
            <div role="cell" class="sheet__tools">
                <IconButton size=Size::Small icon=Icon::ARROW_UP label=t!(setup.move_up, what = shown()) disabled=draft.locked on_press=up />
                <IconButton
                    size=Size::Small
                    icon=Icon::TRASH_2
                    label=t!(ui.remove_what, what = shown())
                    disabled=Signal::derive(move || is_used.get() || draft.locked.get())
                    on_press=remove
                />
            </div>
        </div>
    }
    .into_any()
}

/// The numbers that options add up to.
#[component]
pub fn AttributesPart() -> impl IntoView {
    let draft = use_draft();
    let table = NodeRef::<html::Div>::new();
    let codes = draft.watch(|model| model.attributes.iter().map(|it| it.code.clone()).collect::<Vec<_>>());
    let add = move |name: String| {
        let code = code_of(&name, &codes.get_untracked());
        let name = LocalText([(lang_untracked(), name)].into());
        draft.edit(|model| model.attributes.push(Attribute { code, name, ..Attribute::default() }));
    };
    let is_empty = Memo::new(move |_| codes.with(Vec::is_empty));
    let empty = move || {
        is_empty.get().then(|| view! { <EmptyState title=t!(studio.no_attributes) text=t!(studio.no_attributes_text) icon=Icon::GAUGE /> })
    };
    let sheet = view! {
        <div class="sheet__grid sheet__grid--attributes" class:is-hidden=move || is_empty.get() role="table" aria-label=t!(studio.attributes)>
            <div class="sheet__head" role="row">
                <span role="columnheader">{t!(studio.name_in, what = wording::lang_name(Lang::En))}</span>
                <span role="columnheader">{t!(studio.name_in, what = wording::lang_name(Lang::Vi))}</span>
                <span role="columnheader">{t!(studio.code_name)}</span>
                <span role="columnheader">{t!(studio.unit)}</span>
                <span role="columnheader">{t!(studio.base)}</span>
                <span role="columnheader"><span class="visually-hidden">{t!(record.more)}</span></span>
            </div>
            {each(move || codes.get(), String::clone, attribute_row)}
        </div>
    };
    view! {
        <PartHead title=t!(studio.attributes) text=t!(studio.attributes_text) />
        {reactive(empty)}
        <div class="sheet" node_ref=table on:keydown=move |event| walk_rows(&event, table)>{sheet} <AddRow label=t!(studio.add_attribute) on_add=add /></div>
    }
    .into_any()
}

fn attribute_row(code: String) -> AnyView {
    let draft = use_draft();
    let code = StoredValue::new(code);
    let own =
        draft.watch(move |model| model.attributes.iter().find(|it| code.with_value(|code| it.code == *code)).cloned().unwrap_or_default());
    let edit = move |change: Box<dyn FnOnce(&mut Attribute)>| {
        draft.edit(|model| {
            if let Some(found) = model.attributes.iter_mut().find(|it| code.with_value(|code| it.code == *code)) {
                change(found);
            }
        });
    };
    let shown = move || own.with(|it| wording::named(&it.name, &it.code));
    let text = move |lang: Lang| {
        let label = move || format!("{}, {}", t_now!(studio.name_of, what = shown()), wording::lang_name(lang));
        view! {
            <div role="cell" data-column=lang.code()>
                <Cell
                    value=Signal::derive(move || own.with(|it| in_lang(&it.name, lang)))
                    on_input=move |text: String| edit(Box::new(move |it| set_lang(&mut it.name, lang, text)))
                    label
                    dress=Dress::Bare
                    text_lang=lang.code()
                />
            </div>
        }
    };
    let remove = move || {
        draft.edit(|model| {
            code.with_value(|code| {
                model.attributes.retain(|it| it.code != *code);
                for option in model.groups.iter_mut().flat_map(|group| &mut group.options) {
                    option.adds.remove(code);
                }
            });
        });
    };
    view! {
        <div class="sheet__row" role="row">
            {text(Lang::En)} {text(Lang::Vi)} <div role="cell" class="sheet__code">{code.get_value()}</div>
            <div role="cell" data-column="unit">
                <Cell
                    value=Signal::derive(move || own.with(|it| it.unit.clone()))
                    on_input=move |unit: String| edit(Box::new(move |it| it.unit = unit))
                    label=move || t_now!(studio.unit_of, what = shown())
                    dress=Dress::Bare
                />
            </div>
            <div role="cell" data-column="base">
                <NumberCell
                    value=Signal::derive(move || own.with(|it| it.base))
                    on_input=move |base: i64| edit(Box::new(move |it| it.base = base))
                    label=move || t_now!(studio.base_of, what = shown())
                    dress=Dress::Bare
                />
            </div>
            <div role="cell" class="sheet__tools">
                <IconButton size=Size::Small icon=Icon::TRASH_2 label=t!(ui.remove_what, what = shown()) disabled=draft.locked on_press=remove />
            </div>
        </div>
    }
    .into_any()
}

/// The field below a table that adds a row: a name, then Enter.
#[component]
pub fn AddRow(
    #[prop(into)] label: leptos::text_prop::TextProp,
    #[prop(into)] on_add: Callback<String>,
    /// Takes over several lines that were pasted at once.
    #[prop(optional, into)]
    on_paste: Option<Callback<String>>,
) -> impl IntoView {
    let draft = use_draft();
    let value = RwSignal::new(String::new());
    let add = move || {
        let name = value.get_untracked().trim().to_owned();
        if !name.is_empty() {
            value.set(String::new());
            on_add.run(name);
        }
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            event.stop_propagation();
            add();
        }
    };
    let paste = move |event: leptos::ev::ClipboardEvent| {
        let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
        if let Some(on_paste) = on_paste.filter(|_| text.trim().contains(['\n', '\t'])) {
            event.prevent_default();
            on_paste.run(text);
        }
    };
    let label = StoredValue::new(label);
    let field = move || {
        (!draft.locked.get()).then(|| {
            view! {
                <div class="sheet__add">
                    <IconButton size=Size::Small icon=Icon::PLUS label=move || label.get_value().get() on_press=add />
                    <input
                        class="cell"
                        autocomplete="off"
                        placeholder=move || label.get_value().get()
                        aria-label=move || label.get_value().get()
                        prop:value=move || value.get()
                        on:input=move |event| value.set(event_target_value(&event))
                        on:keydown=key
                        on:paste=paste
                    />
                </div>
            }
        })
    };
    reactive(field)
}
