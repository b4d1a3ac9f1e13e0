//! Saved views: a filter, a sort and columns under a name, for oneself or for the team.

use leptos::{prelude::*, text_prop::TextProp};

use super::{
    Button, ButtonKind, Checkbox, Dialog, DialogSize, Field, Icon, Menu, MenuChoice, MenuHeading, MenuItem, TextInput, popover::Align,
    reactive,
};
use crate::{t, t_now};

/// One saved view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedView {
    pub id: String,
    pub name: String,
    pub is_shared: bool,
    /// Whether the viewer may change it.
    pub is_mine: bool,
}

/// The menu of views, and the dialog that saves the present one.
#[component]
pub fn SavedViews(
    #[prop(into)] views: Signal<Vec<SavedView>>,
    /// Id of the view that is shown as it was saved.
    #[prop(into)]
    current: Signal<Option<String>>,
    /// Id of the view that was opened last, though something else may be shown by now.
    #[prop(optional, into)]
    opened: Signal<Option<String>>,
    /// Whether the viewer may share views.
    #[prop(default = Signal::stored(true), into)]
    may_share: Signal<bool>,
    #[prop(into)] on_open: Callback<String>,
    /// Saves what is shown now under a name; true shares it.
    #[prop(into)]
    on_save: Callback<(String, bool)>,
    /// Makes the view with this id what is shown now.
    #[prop(optional, into)]
    on_update: Option<Callback<String>>,
    #[prop(into)] on_delete: Callback<String>,
) -> impl IntoView {
    let is_saving = RwSignal::new(false);
    let name = move || {
        let id = current.get();
        views
            .with(|all| all.iter().find(|v| Some(&v.id) == id.as_ref()).map(|v| v.name.clone()))
            .unwrap_or_else(|| t_now!(ui.views).to_owned())
    };
    let trigger = move || view! { <span>{name}</span> <super::Glyph icon=Icon::CHEVRON_DOWN /> };
    let group = move |is_shared: bool, heading: TextProp| {
        let entries: Vec<_> = views.get().into_iter().filter(|v| v.is_shared == is_shared).map(|v| choice(v, current, on_open)).collect();
        (!entries.is_empty()).then(|| view! { <MenuHeading label=heading />{entries} })
    };
    let mine = move |id: Option<String>| views.with(|all| all.iter().find(|v| v.is_mine && Some(&v.id) == id.as_ref()).cloned());
    let update = move || {
        let on_update = on_update.filter(|_| current.with(Option::is_none))?;
        mine(opened.get()).map(|view| {
            let SavedView { id, name, .. } = view;
            view! { <MenuItem label=t!(ui.update_view, name = name) icon=Icon::CHECK on_press=move || on_update.run(id.clone()) /> }
        })
    };
    let delete = move || {
        mine(current.get()).map(|SavedView { id, .. }| {
            view! { <MenuItem label=t!(ui.delete_view) icon=Icon::TRASH_2 danger=true on_press=move || on_delete.run(id.clone()) /> }
        })
    };
    view! {
        <Menu label=t!(ui.views) trigger=trigger align=Align::End>
            {reactive(move || group(false, TextProp::from(t!(ui.views_mine))))}
            {reactive(move || group(true, TextProp::from(t!(ui.views_shared))))}
            {reactive(update)}
            <MenuItem label=t!(ui.save_view) icon=Icon::BOOKMARK on_press=move || is_saving.set(true) />
            {reactive(delete)}
        </Menu>
        <SaveDialog open=is_saving may_share on_save />
    }
    .into_any()
}

fn choice(view: SavedView, current: Signal<Option<String>>, on_open: Callback<String>) -> AnyView {
    let (id, sent) = (view.id.clone(), view.id);
    let checked = Signal::derive(move || current.with(|c| c.as_ref() == Some(&id)));
    view! { <MenuChoice label=view.name checked on_press=move || on_open.run(sent.clone()) /> }.into_any()
}

#[component]
fn SaveDialog(open: RwSignal<bool>, may_share: Signal<bool>, on_save: Callback<(String, bool)>) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let is_shared = RwSignal::new(false);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let chosen = name.get_untracked().trim().to_owned();
        if !chosen.is_empty() {
            on_save.run((chosen, is_shared.get_untracked()));
            name.set(String::new());
            open.set(false);
        }
    };
    view! {
        <Dialog open title=t!(ui.save_view) size=DialogSize::Small>
            <form class="dialog__form" on:submit=save>
                <Field label=t!(ui.name) required=true><TextInput value=name autofocus=true max_length=80 /></Field>
                {reactive(move || {
                    may_share.get().then(|| view! { <Checkbox label=t!(ui.share_view) checked=is_shared on_change=move |on| is_shared.set(on) /> })
                })}
                <footer class="dialog__foot">
                    <Button on_press=move || open.set(false)>{t!(ui.cancel)}</Button>
                    <Button kind=ButtonKind::Main submit=true>{t!(ui.save)}</Button>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}
