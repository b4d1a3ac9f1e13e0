//! People as initials on a colour of their own.

use leptos::prelude::*;
use muster_shared::fold::initials;

use super::{Size, reactive};

const HUES: u32 = 6;

/// Somebody to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub name: String,
}

/// The initials of somebody; the name is the tip, and read out unless it stands beside (`decorative`). There are hundreds on a board,
/// so it follows nothing: where the name changes, it is drawn anew. The style sheet makes capitals of the letters.
#[component]
pub fn Avatar(#[prop(into)] name: String, #[prop(optional)] size: Size, #[prop(optional)] decorative: bool) -> impl IntoView {
    let size = match size {
        Size::Small => " avatar--small",
        Size::Medium => "",
        Size::Large => " avatar--large",
    };
    view! {
        <span
            class=format!("avatar avatar--{}{size}", hue(&name))
            role=(!decorative).then_some("img")
            aria-hidden=decorative.then_some("true")
            aria-label=(!decorative).then(|| name.clone())
            data-tip=(!decorative).then(|| name.clone())
        >
            {initials(&name)}
        </span>
    }
    .into_any()
}

/// Several people, the first four as avatars and the rest as a number.
#[component]
pub fn AvatarStack(#[prop(into)] people: Signal<Vec<Person>>) -> impl IntoView {
    let shown = move || people.get().into_iter().take(4).map(|person| view! { <Avatar name=person.name /> }).collect_view();
    let more =
        move || people.read().len().checked_sub(4).filter(|n| *n > 0).map(|n| view! { <span class="avatar avatar--more">"+"{n}</span> });
    view! { <span class="avatars">{reactive(shown)}{more}</span> }.into_any()
}

fn hue(name: &str) -> u32 {
    name.bytes().fold(7_u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(b))) % HUES
}
