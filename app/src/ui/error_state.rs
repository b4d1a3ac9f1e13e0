//! Something could not be shown: what happened, what is kept, what to do.

use std::fmt;

use leptos::prelude::*;

use super::{Button, Glyph, Icon};
use crate::t;

/// A worded failure; the app's errors turn into it at the edge of the kit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// What happened, as a sentence.
    pub title: String,
    /// What is kept and what to do.
    pub text: String,
    /// To be named when asking for help.
    pub request_id: Option<String>,
    /// Whether trying again may help.
    pub can_retry: bool,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)
    }
}

impl std::error::Error for Failure {}

/// A failure in the place of what it prevented.
#[component]
pub fn ErrorState(failure: Failure, #[prop(optional, into)] on_retry: Option<Callback<()>>) -> impl IntoView {
    let retry = on_retry.filter(|_| failure.can_retry);
    view! {
        <div class="failure" role="alert">
            <Glyph icon=Icon::TRIANGLE_ALERT />
            <p class="failure__title">{failure.title}</p>
            <p class="failure__text">{failure.text}</p>
            {failure.request_id.map(|id| view! { <p class="failure__id">{t!(ui.request_id)} " " <code>{id}</code></p> })}
            {retry.map(|on_retry| view! { <Button icon=Icon::REFRESH_CW on_press=on_retry>{t!(ui.retry)}</Button> })}
        </div>
    }
    .into_any()
}
