//! Counts and states; a state always has a shape and a word, never colour alone.

use leptos::{prelude::*, text_prop::TextProp};

use super::{Glyph, Icon, reactive};

/// What a state means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Good,
    Warn,
    Bad,
    /// Selected or new; no judgement.
    Accent,
}

impl Tone {
    /// The modifier of the classes that follow a tone.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Accent => "accent",
        }
    }

    /// The shape that says the same as the colour.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Neutral => Icon::CIRCLE,
            Self::Good => Icon::CIRCLE_CHECK,
            Self::Warn => Icon::TRIANGLE_ALERT,
            Self::Bad => Icon::CIRCLE_ALERT,
            Self::Accent => Icon::CIRCLE_DOT,
        }
    }
}

/// A small count or word on a quiet ground.
#[component]
pub fn Badge(#[prop(optional)] tone: Tone, children: Children) -> impl IntoView {
    view! { <span class=format!("badge badge--{}", tone.name())>{children()}</span> }.into_any()
}

/// A state: shape and word.
#[component]
pub fn StatusPill(#[prop(optional, into)] tone: Signal<Tone>, #[prop(into)] label: TextProp) -> impl IntoView {
    view! {
        <span class=move || format!("pill pill--{}", tone.get().name())>
            <Glyph icon=Signal::derive(move || tone.get().icon()) />
            {reactive(move || label.get())}
        </span>
    }
    .into_any()
}
