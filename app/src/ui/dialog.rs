//! Modal dialogs on the native element, which keeps the focus inside and gives it back.

use leptos::{html, prelude::*, text_prop::TextProp};
use wasm_bindgen::JsCast;

use super::{Button, ButtonKind, FormError, Icon, IconButton, reactive, unique_id};
use crate::t;

/// Width of a dialog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DialogSize {
    Small,
    #[default]
    Medium,
}

/// A modal dialog that follows `open`. Escape and the cross close it, and a press outside as long as nothing was typed.
///
/// Put a `<form class="dialog__form">` inside with the buttons in a `<footer class="dialog__foot">`.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: TextProp,
    #[prop(optional)] size: DialogSize,
    /// After it closed by Escape, cross or a press outside.
    #[prop(optional, into)]
    on_cancel: Option<Callback<()>>,
    children: ChildrenFn,
) -> impl IntoView {
    let id = unique_id("dialog");
    let labelled_by = id.clone();
    let node = NodeRef::<html::Dialog>::new();
    let is_touched = StoredValue::new(false);
    Effect::new(move |_| {
        let is_open = open.get();
        is_touched.set_value(false);
        let Some(dialog) = node.get() else { return };
        if is_open && !dialog.open() {
            // It refuses only when it is open already.
            let _ = dialog.show_modal();
        } else if !is_open && dialog.open() {
            dialog.close();
        }
    });
    let cancel = move || {
        if open.get_untracked() {
            open.set(false);
            if let Some(on_cancel) = on_cancel {
                on_cancel.run(());
            }
        }
    };
    let class = match size {
        DialogSize::Small => "dialog dialog--small",
        DialogSize::Medium => "dialog",
    };
    view! {
        <dialog
            class=class
            node_ref=node
            aria-labelledby=labelled_by
            on:close=move |_| cancel()
            on:input=move |_| is_touched.set_value(true)
            on:mousedown=move |event| {
                // Only the backdrop belongs to the dialog itself.
                let is_outside = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlDialogElement>().ok()).is_some();
                if is_outside && !is_touched.get_value() {
                    cancel();
                }
            }
        >
            <div class="dialog__box">
                <header class="dialog__head">
                    <h2 id=id>{reactive(move || title.get())}</h2>
                    <IconButton icon=Icon::X label=t!(ui.close) on_press=cancel />
                </header>
                {reactive(move || open.get().then(|| children()))}
            </div>
        </dialog>
    }
    .into_any()
}

/// Asks before something that cannot be undone; everything else gets an undo instead.
#[component]
pub fn ConfirmDialog(
    open: RwSignal<bool>,
    #[prop(into)] title: TextProp,
    /// What will be lost, in a sentence.
    #[prop(into)]
    text: TextProp,
    /// The verb on the button.
    #[prop(into)]
    action: TextProp,
    /// What the button that changes nothing says, where "Cancel" could be either.
    #[prop(optional, into)]
    back: Option<TextProp>,
    /// Why it could not be done.
    #[prop(optional)]
    error: Option<Signal<Option<String>>>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(into)] on_confirm: Callback<()>,
) -> impl IntoView {
    let (text, action) = (StoredValue::new(text), StoredValue::new(action));
    let back = StoredValue::new(back.unwrap_or_else(|| t!(ui.cancel).into()));
    view! {
        <Dialog open title size=DialogSize::Small>
            <p class="dialog__text">{reactive(move || text.get_value().get())}</p>
            {error.map(|error| view! { <FormError error /> })}
            <footer class="dialog__foot">
                <Button on_press=move || open.set(false)>{reactive(move || back.get_value().get())}</Button>
                <Button kind=ButtonKind::Danger busy on_press=on_confirm>
                    {reactive(move || action.get_value().get())}
                </Button>
            </footer>
        </Dialog>
    }
    .into_any()
}
