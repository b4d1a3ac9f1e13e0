//! What opens above the page.

use std::sync::Arc;

use leptos::prelude::*;

use super::Specimen;
use crate::area::Loading;
use crate::ui::{
    Button, ButtonKind, Checkbox, ConfirmDialog, Dialog, Fact, Facts, Field, Glyph, Icon, Menu, MenuChoice, MenuHeading, MenuItem,
    MenuLink, Popover, SavedView, SavedViews, SidePanel, TextInput, ViewMenu, save_view, use_palette, use_shortcuts, use_toaster,
    view_choices,
};

#[component]
pub fn Overlays() -> impl IntoView {
    let (is_dialog, is_confirm, is_panel) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let toaster = use_toaster();
    let palette = use_palette();
    let shortcuts = use_shortcuts();
    let reason = RwSignal::new(String::new());
    let sort = RwSignal::new(0);
    view! {
        <Specimen title="What opens?">
            <Button on_press=move || is_dialog.set(true)>"Dialog"</Button>
            <Button on_press=move || is_confirm.set(true)>"Confirm"</Button>
            <Button on_press=move || is_panel.update(|open| *open = !*open)>"Side panel"</Button>
            <Button chord="mod+k" on_press=move || palette.is_open.set(true)>"Palette"</Button>
            <Button chord="?" on_press=move || shortcuts.is_listed.set(true)>"Shortcuts"</Button>
            <Menu label="Actions">
                <MenuItem label="Log a call" icon=Icon::PHONE chord="l" on_press=move || toaster.say("Call logged") />
                <MenuItem label="Move to …" icon=Icon::ARROW_RIGHT chord="m" on_press=|| () />
                <MenuItem label="Merge" icon=Icon::SPLIT disabled=true on_press=|| () />
                <MenuLink label="Open the account" icon=Icon::BUILDING_2 href="/desk/kit" />
                <MenuItem label="Delete" icon=Icon::TRASH_2 danger=true on_press=|| () />
            </Menu>
            <Menu label="Sort" trigger=|| view! { <span>"Sort"</span> <Glyph icon=Icon::CHEVRON_DOWN /> }>
                <MenuHeading label="Sort by" />
                {["What needs me", "Amount", "Close date"]
                    .into_iter()
                    .enumerate()
                    .map(|(i, label)| view! { <MenuChoice label checked=Signal::derive(move || sort.get() == i) on_press=move || sort.set(i) /> })
                    .collect_view()}
            </Menu>
            <Popover label="Waiting" trigger=|| view! { <Glyph icon=Icon::HOURGLASS /> <span>"Wait until"</span> }>
                <div class="filter-editor">
                    <Field label="Because" required=true><TextInput value=reason /></Field>
                    <Checkbox label="Tell the team" checked=true on_change=|_| () />
                </div>
            </Popover>
            <Views />
            <Button on_press=move || toaster.say("Saved")>"Toast"</Button>
            <Button on_press=move || toaster.say_with_undo("Moved to Test drive", move || toaster.say("Moved back"))>"Toast with undo"</Button>
            <Button on_press=move || toaster.fail(super::feedback::failure())>"Failure"</Button>
        </Specimen>
        <Dialog open=is_dialog title="Why did we lose it?">
            <form class="dialog__form" on:submit=move |event| {
                event.prevent_default();
                is_dialog.set(false);
            }>
                <Field label="Reason" required=true hint="Helps the next one"><TextInput value=reason autofocus=true /></Field>
                <footer class="dialog__foot">
                    <Button on_press=move || is_dialog.set(false)>"Cancel"</Button>
                    <Button kind=ButtonKind::Main submit=true>"Close as lost"</Button>
                </footer>
            </form>
        </Dialog>
        <ConfirmDialog
            open=is_confirm
            title="Erase this person?"
            text="Name, phone and mail are gone for good. The history keeps its dates and amounts."
            action="Erase"
            on_confirm=move || is_confirm.set(false)
        />
        <SidePanel open=is_panel title="Nguyễn Thị Hương" on_close=move || is_panel.set(false)>
            <Facts><Fact label="Phone">"0903 118 220"</Fact><Fact label="Territory">"Vietnam South"</Fact></Facts>
        </SidePanel>
    }
    .into_any()
}

#[component]
fn Views() -> impl IntoView {
    let view = |id: &str, is_shared, is_mine| SavedView { id: id.to_owned(), name: id.to_owned(), is_shared, is_mine };
    let views = RwSignal::new(vec![view("Mine, overdue", false, true), view("Quarter end", true, false)]);
    let current = RwSignal::new(Some("Mine, overdue".to_owned()));
    let save = move |(name, is_shared): (String, bool)| {
        current.set(Some(name.clone()));
        views.update(|all| all.push(SavedView { id: name.clone(), name, is_shared, is_mine: true }));
    };
    let menu = ViewMenu {
        views: views.into(),
        current: current.into(),
        opened: Signal::stored(None),
        may_share: Signal::stored(true),
        on_open: Callback::new(move |id| current.set(Some(id))),
        on_save: Callback::new(save),
        on_update: Callback::new(|_| ()),
        on_delete: Callback::new(move |id: String| views.update(|all| all.retain(|v| v.id != id))),
    };
    let content = Arc::new(move |is_saving| Box::pin(async move { Ok(view_choices(menu, is_saving)) }) as Loading);
    let dialog = Arc::new(move |is_saving| Box::pin(async move { Ok(save_view(menu, is_saving)) }) as Loading);
    view! { <SavedViews name=current content dialog /> }.into_any()
}
