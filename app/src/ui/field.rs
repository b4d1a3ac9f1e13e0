//! The frame of a form control: label, hint, error, and what ties them together for a screen reader.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::{context::Provider, prelude::*, text_prop::TextProp};

use super::{Glyph, Icon, reactive};
use crate::t;

/// An id that no other element has.
pub fn unique_id(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// What a control learns from the field around it.
#[derive(Clone)]
pub struct FieldContext {
    pub id: String,
    /// Ids of hint and error, for `aria-describedby`.
    pub described_by: Signal<String>,
    pub is_invalid: Signal<bool>,
    pub is_required: bool,
    /// Set by the control while its text stands for no value; the control says so itself.
    pub is_wrong: RwSignal<bool>,
}

impl FieldContext {
    /// The field around the current control, or one without a label (the control then needs its own).
    pub fn here() -> Self {
        use_context().unwrap_or_else(|| Self {
            id: unique_id("control"),
            described_by: Signal::default(),
            is_invalid: Signal::default(),
            is_required: false,
            is_wrong: RwSignal::new(false),
        })
    }

    /// Ids of all that describes the control: hint, error, and while its text is wrong the element that says so.
    pub fn described_with(&self, says: String, is_wrong: RwSignal<bool>) -> impl Fn() -> Option<String> + use<> {
        let described_by = self.described_by;
        move || {
            let says = if is_wrong.get() { says.as_str() } else { "" };
            Some(format!("{says} {}", described_by.get()).trim().to_owned()).filter(|ids| !ids.is_empty())
        }
    }
}

/// A labelled control. `error` is the worded problem of this field, from the rules or from the server.
#[component]
pub fn Field(
    #[prop(into)] label: TextProp,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
    /// Keeps the label for screen readers only.
    #[prop(optional)]
    label_hidden: bool,
    children: Children,
) -> impl IntoView {
    let id = unique_id("field");
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let has_hint = hint.is_some();
    let is_wrong = RwSignal::new(false);
    // "Required" beside a text that was typed but not understood would only confuse.
    let error = Signal::derive(move || if is_wrong.get() { None } else { error.get() });
    let described_by = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        Signal::derive(move || match (has_hint, error.with(Option::is_some)) {
            (true, true) => format!("{error_id} {hint_id}"),
            (true, false) => hint_id.clone(),
            (false, true) => error_id.clone(),
            (false, false) => String::new(),
        })
    };
    let is_invalid = Signal::derive(move || is_wrong.get() || error.with(Option::is_some));
    let context = FieldContext { id: id.clone(), described_by, is_invalid, is_required: required, is_wrong };
    view! {
        <div class="field" class:field--invalid=move || is_invalid.get()>
            <label class="field__label" class:visually-hidden=label_hidden for=id>
                {reactive(move || label.get())}
                {(!required).then(|| view! { <span class="field__optional">{t!(ui.optional)}</span> })}
            </label>
            <Provider value=context>{children()}</Provider>
            {hint.map(|hint| view! { <p class="field__hint" id=hint_id>{reactive(move || hint.get())}</p> })}
            <p class="field__error" id=error_id role="alert">
                {reactive(move || {
                    error.get().map(|text| view! { <Glyph icon=Icon::CIRCLE_ALERT /> {text} })
                })}
            </p>
        </div>
    }
    .into_any()
}

/// What is wrong with a form as a whole, above its buttons.
#[component]
pub fn FormError(#[prop(into)] error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <div role="alert">
            {reactive(move || {
                error.get().map(|text| view! { <p class="form-error"><Glyph icon=Icon::CIRCLE_ALERT /> {text}</p> })
            })}
        </div>
    }
    .into_any()
}
