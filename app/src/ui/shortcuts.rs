//! Keyboard shortcuts: registered where they act, listed by `?` and offered by the command palette.

use std::sync::Arc;

use leptos::{prelude::*, text_prop::TextProp};

use super::{Dialog, Kbd, reactive};
use crate::{
    area::{self, Loading},
    browser::key,
    t,
};

/// One shortcut that works now.
#[derive(Clone)]
pub struct Shortcut {
    id: u64,
    pub chord: &'static str,
    pub label: TextProp,
    pub action: Arc<dyn Fn() + Send + Sync>,
}

/// The shortcuts that work now. Kept in the shell's context.
#[derive(Clone, Copy)]
pub struct Shortcuts {
    all: RwSignal<Vec<Shortcut>>,
    next: StoredValue<u64>,
    /// Whether the list is open.
    pub is_listed: RwSignal<bool>,
}

impl Shortcuts {
    /// None yet, for the root of the app.
    pub fn new() -> Self {
        Self { all: RwSignal::default(), next: StoredValue::new(1), is_listed: RwSignal::new(false) }
    }

    /// The shortcuts that work now, tracked.
    pub fn all(&self) -> Vec<Shortcut> {
        self.all.get()
    }
}

impl Default for Shortcuts {
    fn default() -> Self {
        Self::new()
    }
}

/// The app's shortcuts.
pub fn use_shortcuts() -> Shortcuts {
    use_context().expect("the shell provides the shortcuts")
}

/// Makes `chord` do something for as long as the current component is there.
///
/// Single letters stay quiet while somebody types and while a dialog is open.
pub fn use_shortcut(chord: &'static str, label: impl Into<TextProp>, action: impl Fn() + Send + Sync + 'static) {
    let shortcuts = use_shortcuts();
    let id = shortcuts.next.get_value();
    shortcuts.next.set_value(id + 1);
    let action: Arc<dyn Fn() + Send + Sync> = Arc::new(action);
    let shortcut = Shortcut { id, chord, label: label.into(), action: action.clone() };
    // Registering while the view is being built must not run in the effects that built it.
    untrack(|| shortcuts.all.update(|all| all.push(shortcut)));
    key::on_chord(chord, move || action());
    on_cleanup(move || {
        shortcuts.all.try_update(|all| all.retain(|s| s.id != id));
    });
}

/// A line of the list of keys: the chord and what it does.
pub type KeyRow = (&'static str, TextProp);

/// The list of keys, which `?` opens. `load` brings its dialog, [`keys_dialog`].
#[component]
pub fn ShortcutsDialog(load: fn() -> Loading) -> impl IntoView {
    let shortcuts = use_shortcuts();
    key::on_chord("?", move || shortcuts.is_listed.set(true));
    area::lazy_since(move || shortcuts.is_listed.get(), load)
}

/// The dialog that lists the keys.
pub fn keys_dialog(lists: fn() -> AnyView) -> AnyView {
    let shortcuts = use_shortcuts();
    view! { <Dialog open=shortcuts.is_listed title=t!(ui.shortcuts)>{lists()}</Dialog> }.into_any()
}

/// Keys under a heading.
pub fn key_rows(heading: impl Into<TextProp>, rows: Vec<KeyRow>) -> AnyView {
    let heading = heading.into();
    let row = |(chord, label): KeyRow| {
        view! { <div class="shortcuts__row"><dt>{reactive(move || label.get())}</dt><dd><span class="visually-hidden">{key::label(chord)}</span><Kbd chord /></dd></div> }
    };
    view! {
        <section>
            <h3 class="shortcuts__title">{reactive(move || heading.get())}</h3>
            <dl class="shortcuts">{rows.into_iter().map(row).collect_view()}</dl>
        </section>
    }
    .into_any()
}
