//! Toasts: what just happened, with a way back; and the live region that says it.

use std::{sync::Arc, time::Duration};

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Failure, Glyph, Icon, IconButton, Tone, each, reactive};
use crate::{
    browser::{focus, key, timer},
    t, t_now,
};

const SHORT: Duration = Duration::from_secs(5);
/// Time to read and to reach the undo (WCAG 2.2.1 allows more by pausing).
const LONG: Duration = Duration::from_secs(10);

type Act = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
struct Toast {
    id: u64,
    tone: Tone,
    text: String,
    detail: String,
    action: Option<(String, Act)>,
    stay: Duration,
}

/// Says things: as toasts, or only to screen readers. Kept in the shell's context.
#[derive(Clone, Copy)]
pub struct Toaster {
    toasts: RwSignal<Vec<Toast>>,
    next: StoredValue<u64>,
    spoken: RwSignal<String>,
    /// Where the focus was before it came to the toasts.
    came_from: StoredValue<Option<HtmlElement>, LocalStorage>,
}

impl Toaster {
    /// An empty one, for the root of the app.
    pub fn new() -> Self {
        Self {
            toasts: RwSignal::default(),
            next: StoredValue::new(1),
            spoken: RwSignal::default(),
            came_from: StoredValue::new_local(None),
        }
    }

    /// Something worked.
    pub fn say(&self, text: impl Into<String>) {
        self.push(Tone::Good, text.into(), String::new(), None, SHORT);
    }

    /// Something to know.
    pub fn note(&self, text: impl Into<String>) {
        self.push(Tone::Neutral, text.into(), String::new(), None, LONG);
    }

    /// Something worked, and `undo` takes it back.
    pub fn say_with_undo(&self, text: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        self.say_with_action(text, t_now!(ui.undo), undo);
    }

    /// Something happened, and there is one thing to do about it.
    pub fn say_with_action(&self, text: impl Into<String>, label: impl Into<String>, act: impl Fn() + Send + Sync + 'static) {
        self.push(Tone::Neutral, text.into(), String::new(), Some((label.into(), Arc::new(act))), LONG);
    }

    /// Something did not work; it stays until it is closed.
    pub fn fail(&self, failure: impl Into<Failure>) {
        let failure = failure.into();
        let detail = match failure.request_id {
            Some(id) => format!("{} ({id})", failure.text),
            None => failure.text,
        };
        self.push(Tone::Bad, failure.title, detail, None, Duration::MAX);
    }

    /// Says `text` to screen readers only, such as where a card is now.
    pub fn announce(&self, text: impl Into<String>) {
        let text = text.into();
        // The same words twice are only read again when the region changes.
        self.spoken.update(|spoken| *spoken = if *spoken == text { format!("{text}\u{a0}") } else { text });
    }

    fn push(&self, tone: Tone, text: String, detail: String, action: Option<(String, Act)>, stay: Duration) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.toasts.update(|toasts| {
            toasts.push(Toast { id, tone, text, detail, action, stay });
            let surplus = toasts.len().saturating_sub(4);
            toasts.drain(..surplus);
        });
    }

    /// Does what the newest toast offers, such as taking a move back; false where none offers anything.
    fn act(&self) -> bool {
        let newest = |toast: &Toast| toast.action.as_ref().map(|(_, act)| (toast.id, act.clone()));
        let Some((id, act)) = self.toasts.with_untracked(|all| all.iter().rev().find_map(newest)) else { return false };
        self.dismiss(id);
        act();
        true
    }

    /// Closes a toast that was pressed; the focus, which goes with it, returns to where it came from.
    fn dismiss(&self, id: u64) {
        let is_focused = focus::active().is_some_and(|active| matches!(active.closest(".toasts"), Ok(Some(_))));
        self.close(id);
        if is_focused {
            focus::give_back(self.came_from.try_update_value(Option::take).flatten());
        }
    }

    fn remember(&self, event: &ev::FocusEvent) {
        let from = event.related_target().and_then(|from| from.dyn_into::<HtmlElement>().ok());
        if let Some(from) = from.filter(|from| matches!(from.closest(".toasts"), Ok(None))) {
            self.came_from.set_value(Some(from));
        }
    }

    fn close(&self, id: u64) {
        self.toasts.try_update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

impl Default for Toaster {
    fn default() -> Self {
        Self::new()
    }
}

/// The app's toaster.
pub fn use_toaster() -> Toaster {
    use_context().expect("the shell provides the toaster")
}

/// The corner where toasts appear. They wait while the pointer or the focus is on them.
#[component]
pub fn Toasts() -> impl IntoView {
    let toaster = use_toaster();
    let is_paused = RwSignal::new(false);
    key::try_chord("z", Box::new(move || toaster.act()));
    view! {
        <div class="visually-hidden" role="status">{reactive(move || toaster.spoken.get())}</div>
        <section
            class="toasts"
            aria-label=t!(ui.messages)
            aria-live="polite"
            on:pointerenter=move |_| is_paused.set(true)
            on:pointerleave=move |_| is_paused.set(false)
            on:focusin=move |event| {
                toaster.remember(&event);
                is_paused.set(true);
            }
            on:focusout=move |_| is_paused.set(false)
        >
            {each(move || toaster.toasts.get(), |toast| toast.id.to_string(), move |toast| one(toaster, toast, is_paused))}
        </section>
    }
    .into_any()
}

fn one(toaster: Toaster, toast: Toast, is_paused: RwSignal<bool>) -> AnyView {
    let id = toast.id;
    let close = move || toaster.close(id);
    if toast.stay < Duration::MAX {
        let left = StoredValue::new(toast.stay);
        const BEAT: Duration = Duration::from_millis(250);
        timer::every(250, move || {
            if is_paused.try_get_untracked() == Some(false) {
                left.try_update_value(|left| *left = left.saturating_sub(BEAT));
                if left.try_get_value() == Some(Duration::ZERO) {
                    close();
                }
            }
        });
    }
    let action = toast.action.map(|(label, act)| {
        view! {
            <button
                type="button"
                class="toast__action"
                aria-keyshortcuts="z"
                on:click=move |_| {
                    toaster.dismiss(id);
                    act();
                }
            >
                {label}
            </button>
        }
    });
    view! {
        <div class=format!("toast toast--{}", toast.tone.name())>
            {(toast.tone != Tone::Neutral).then(|| view! { <Glyph icon=toast.tone.icon() /> })}
            <div class="toast__text">
                <p>{toast.text}</p>
                {(!toast.detail.is_empty()).then(|| view! { <p class="toast__detail">{toast.detail}</p> })}
            </div>
            {action}
            <IconButton icon=Icon::X label=t!(ui.close) size=super::Size::Small on_press=move || toaster.dismiss(id) />
        </div>
    }
    .into_any()
}
