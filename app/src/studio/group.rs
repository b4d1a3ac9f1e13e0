//! The editor of a group: what it is, and its options as a table.

use leptos::prelude::*;
use leptos::text_prop::TextProp;
use muster_shared::{
    configurator::model::{Group, GroupKind, Importance},
    text::Lang,
};

use super::{
    about::PartHead,
    cells::{Bilingual, PickCell, set_lang},
    draft::use_draft,
    options::Options,
    outline::add_rule,
    page::use_studio,
    part::Part,
    wording,
};
use crate::{
    t,
    ui::{Button, ConfirmDialog, EmptyState, Field, Icon, Menu, MenuItem, PopoverAlign, Size, reactive},
};

/// The group with this code; says so where there is none.
#[component]
pub fn GroupPart(code: String) -> impl IntoView {
    let draft = use_draft();
    let own = code.clone();
    let is_there = draft.watch(move |model| model.groups.iter().any(|group| group.code == own));
    let shown = move || if is_there.get() { editor(code.clone()) } else { missing() };
    reactive(shown)
}

/// Stands where a part was that is gone.
pub fn missing() -> AnyView {
    view! { <EmptyState title=t!(studio.part_gone) text=t!(studio.part_gone_text) icon=Icon::TRASH_2 /> }.into_any()
}

fn editor(code: String) -> AnyView {
    let (draft, studio) = (use_draft(), use_studio());
    let code = StoredValue::new(code);
    let group = draft.watch(move |model| model.groups.iter().find(|group| code.with_value(|code| group.code == *code)).cloned());
    let edit = move |change: Box<dyn FnOnce(&mut Group)>| code.with_value(|code| draft.edit_group(code, change));
    let name =
        Memo::new(move |_| group.with(|group| group.as_ref().map(|group| wording::named(&group.name, &group.code))).unwrap_or_default());
    let is_asking = RwSignal::new(false);
    let remove = move || {
        is_asking.set(false);
        let own = code.get_value();
        draft.edit(|model| {
            let options = format!("{own}.");
            model.groups.retain(|group| group.code != own);
            for list in &mut model.prices {
                list.options.retain(|name, _| !name.starts_with(&options));
            }
            model.pictures.layers.retain(|layer| !layer.when.contains_key(&own));
        });
        studio.open(&Part::Steps);
    };
    let actions = move || {
        (!draft.locked.get()).then(|| {
            view! {
                <Button size=Size::Small icon=Icon::PLUS on_press=move || add_rule(draft, studio, first_choice(group.get_untracked()))>{t!(studio.add_rule)}</Button>
                <Menu label=t!(record.more) align=PopoverAlign::End>
                    <MenuItem label=t!(studio.remove_group) icon=Icon::TRASH_2 danger=true on_press=move || is_asking.set(true) />
                </Menu>
            }
        })
    };
    view! {
        <PartHead title=move || name.get() text=t!(studio.group_text) actions=move || reactive(actions) />
        <div class="studio__form">
            <Bilingual
                label=t!(studio.name)
                value=Signal::derive(move || group.with(|group| group.as_ref().map(|it| it.name.clone())).unwrap_or_default())
                on_input=move |(lang, text): (Lang, String)| edit(Box::new(move |group| set_lang(&mut group.name, lang, text)))
            />
            <Choices code=code.get_value() />
        </div>
        <Options code=code.get_value() />
        <ConfirmDialog
            open=is_asking
            title=t!(studio.remove_group)
            text=t!(studio.remove_group_text, what = name.get())
            action=t!(studio.remove)
            on_confirm=remove
        />
    }
    .into_any()
}

fn first_choice(group: Option<Group>) -> Option<(String, String)> {
    let group = group?;
    let option = group.options.first()?.code.clone();
    Some((group.code, option))
}

/// Step, kind, importance and default.
#[component]
fn Choices(code: String) -> impl IntoView {
    let draft = use_draft();
    let code = StoredValue::new(code);
    let read = move |read: fn(&Group) -> String| {
        draft
            .watch(move |model| model.groups.iter().find(|group| code.with_value(|code| group.code == *code)).map(read).unwrap_or_default())
    };
    let edit = move |change: Box<dyn FnOnce(&mut Group)>| code.with_value(|code| draft.edit_group(code, change));
    let steps = Signal::derive(move || {
        draft
            .model
            .with(|model| model.steps.iter().map(|step| (step.code.clone(), wording::named(&step.name, &step.code))).collect::<Vec<_>>())
    });
    let kinds =
        Signal::derive(|| GroupKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), wording::kind_name(*kind).to_owned())).collect());
    let weights =
        Signal::derive(|| Importance::ALL.iter().map(|it| (it.as_str().to_owned(), wording::importance_name(*it).to_owned())).collect());
    let options = Signal::derive(move || {
        let mut all = vec![(String::new(), t!(studio.cheapest)().to_owned())];
        draft.model.with(|model| {
            let group = model.groups.iter().find(|group| code.with_value(|code| group.code == *code));
            all.extend(group.into_iter().flat_map(|group| &group.options).map(|it| (it.code.clone(), wording::named(&it.name, &it.code))));
        });
        all
    });
    let field = move |label: TextProp,
                      hint: Option<TextProp>,
                      value: Memo<String>,
                      options: Signal<Vec<(String, String)>>,
                      set: fn(&mut Group, &str)| {
        let change = move |text: String| edit(Box::new(move |group| set(group, &text)));
        match hint {
            Some(hint) => view! { <Field label hint required=true><PickCell value options on_change=change /></Field> }.into_any(),
            None => view! { <Field label required=true><PickCell value options on_change=change /></Field> }.into_any(),
        }
    };
    view! {
        <div class="studio__four">
            {field(t!(studio.step).into(), None, read(|group| group.step.clone()), steps, |group, text| group.step = text.to_owned())}
            {field(t!(studio.kind).into(), None, read(|group| group.kind.as_str().to_owned()), kinds, |group, text| {
                group.kind = GroupKind::parse(text).unwrap_or(group.kind);
            })}
            {field(
                t!(studio.importance).into(),
                Some(t!(studio.importance_hint).into()),
                read(|group| group.importance.as_str().to_owned()),
                weights,
                |group, text| group.importance = Importance::parse(text).unwrap_or(group.importance),
            )}
            {field(t!(studio.default).into(), None, read(|group| group.default.clone().unwrap_or_default()), options, |group, text| {
                group.default = Some(text.to_owned()).filter(|text| !text.is_empty());
            })}
        </div>
    }
    .into_any()
}
