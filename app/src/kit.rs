//! The page that shows every component of the kit in every state. What it shows is sample text, so only its heading is translated.

mod controls;
mod data;
mod feedback;
mod inputs;
mod overlays;

use leptos::prelude::*;

use crate::{
    shell::{Page, Theme, use_preferences},
    t,
    ui::{Panel, Segmented, SelectOption, use_shortcut, use_toaster},
};

/// `/desk/kit`
#[component]
pub fn KitPage() -> impl IntoView {
    let toaster = use_toaster();
    use_shortcut("t", t!(kit.try_toast), move || {
        toaster.say_with_undo("Lê Minh Khoa moved to Test drive", move || toaster.say("Moved back"));
    });
    view! {
        <Page title=t!(kit.title) actions=ThemeSwitch>
            <div class="kit">
                <controls::Controls />
                <inputs::Inputs />
                <overlays::Overlays />
                <data::Data />
                <feedback::Feedback />
            </div>
        </Page>
    }
    .into_any()
}

#[component]
fn ThemeSwitch() -> impl IntoView {
    let preferences = use_preferences();
    let value = Signal::derive(move || preferences.theme().code().to_owned());
    let options = vec![
        SelectOption::new(Theme::Light.code(), t!(shell.light)),
        SelectOption::new(Theme::Dark.code(), t!(shell.dark)),
        SelectOption::new(Theme::System.code(), t!(shell.system)),
    ];
    let switch = move |code: String| {
        if let Some(theme) = Theme::ALL.into_iter().find(|theme| theme.code() == code) {
            preferences.set_theme(theme);
        }
    };
    view! { <Segmented label=t!(shell.appearance) value options=Signal::stored(options) on_change=switch /> }.into_any()
}

/// One thing of the kit with its states in a row.
#[component]
fn Specimen(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! { <Panel title><div class="kit__row">{children()}</div></Panel> }.into_any()
}
