//! Saved views: a filter, a sort and columns under a name, for oneself or for the team.

use std::sync::Arc;

use leptos::{prelude::*, text_prop::TextProp};

use super::{
    Button, ButtonKind, Checkbox, Dialog, DialogSize, Field, Icon, Menu, MenuChoice, MenuHeading, MenuItem, TextInput, popover::Align,
    reactive,
};
use crate::{
    area::{self, Loading},
    t, t_now,
};

/// One saved view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedView {
    pub id: String,
    pub name: String,
    pub is_shared: bool,
    /// Whether the viewer may change it.
    pub is_mine: bool,
}

/// The views of a place and what can be done with them.
#[derive(Clone, Copy)]
pub struct ViewMenu {
    pub views: Signal<Vec<SavedView>>,
    /// Id of the view that is shown as it was saved.
    pub current: Signal<Option<String>>,
    /// Id of the view that was opened last, though something else may be shown by now.
    pub opened: Signal<Option<String>>,
    /// Whether the viewer may share views.
    pub may_share: Signal<bool>,
    pub on_open: Callback<String>,
    /// Saves what is shown now under a name; true shares it.
    pub on_save: Callback<(String, bool)>,
    /// Makes the view with this id what is shown now.
    pub on_update: Callback<String>,
    pub on_delete: Callback<String>,
}

/// The button with the name of the view that is shown. `content` loads the inside of its menu ([`view_choices`]) and `dialog` the
/// form that saves the present view ([`save_view`]), each when it is opened first.
#[component]
pub fn SavedViews(
    /// The name of the view that is shown as it was saved.
    #[prop(into)]
    name: Signal<Option<String>>,
    content: Arc<dyn Fn(RwSignal<bool>) -> Loading + Send + Sync>,
    dialog: Arc<dyn Fn(RwSignal<bool>) -> Loading + Send + Sync>,
) -> impl IntoView {
    let is_saving = RwSignal::new(false);
    let name = move || name.get().unwrap_or_else(|| t_now!(ui.views).to_owned());
    let trigger = move || view! { <span>{reactive(name)}</span> <super::Glyph icon=Icon::CHEVRON_DOWN /> };
    view! {
        <Menu label=t!(ui.views) trigger=trigger align=Align::End>{area::lazy_content(content(is_saving))}</Menu>
        {area::lazy_since(move || is_saving.get(), move || dialog(is_saving))}
    }
    .into_any()
}

/// The inside of the menu of views.
pub fn view_choices(menu: ViewMenu, is_saving: RwSignal<bool>) -> AnyView {
    let ViewMenu { views, current, opened, on_open, on_update, on_delete, .. } = menu;
    let group = move |is_shared: bool, heading: TextProp| {
        let entries: Vec<_> = views.get().into_iter().filter(|v| v.is_shared == is_shared).map(|v| choice(v, current, on_open)).collect();
        (!entries.is_empty()).then(|| view! { <MenuHeading label=heading />{entries} })
    };
    let mine = move |id: Option<String>| views.with(|all| all.iter().find(|v| v.is_mine && Some(&v.id) == id.as_ref()).cloned());
    let update = move || {
        current.with(Option::is_none).then(|| mine(opened.get())).flatten().map(|SavedView { id, name, .. }| {
            view! { <MenuItem label=t!(ui.update_view, name = name) icon=Icon::CHECK on_press=move || on_update.run(id.clone()) /> }
        })
    };
    let delete = move || {
        mine(current.get()).map(|SavedView { id, .. }| {
            view! { <MenuItem label=t!(ui.delete_view) icon=Icon::TRASH_2 danger=true on_press=move || on_delete.run(id.clone()) /> }
        })
    };
    view! {
        {reactive(move || group(false, TextProp::from(t!(ui.views_mine))))}
        {reactive(move || group(true, TextProp::from(t!(ui.views_shared))))}
        {reactive(update)}
        <MenuItem label=t!(ui.save_view) icon=Icon::BOOKMARK on_press=move || is_saving.set(true) />
        {reactive(delete)}
    }
    .into_any()
}

fn choice(view: SavedView, current: Signal<Option<String>>, on_open: Callback<String>) -> AnyView {
    let (id, sent) = (view.id.clone(), view.id);
    let checked = Signal::derive(move || current.with(|c| c.as_ref() == Some(&id)));
    view! { <MenuChoice label=view.name checked on_press=move || on_open.run(sent.clone()) /> }.into_any()
}

/// Asks for the name under which the present view is saved.
pub fn save_view(menu: ViewMenu, open: RwSignal<bool>) -> AnyView {
    let ViewMenu { may_share, on_save, .. } = menu;
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
