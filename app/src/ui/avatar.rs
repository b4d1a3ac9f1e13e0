//! People as initials on a colour of their own.

use super::reactive;
use leptos::prelude::*;

use super::Size;

const HUES: u32 = 6;

/// Somebody to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub name: String,
}

/// The initials of somebody; the name is the tip, and read out unless it stands beside (`decorative`).
#[component]
pub fn Avatar(#[prop(into)] name: Signal<String>, #[prop(optional)] size: Size, #[prop(optional)] decorative: bool) -> impl IntoView {
    let size = match size {
        Size::Small => " avatar--small",
        Size::Medium => "",
        Size::Large => " avatar--large",
    };
    view! {
        <span
            class=move || format!("avatar avatar--{}{size}", hue(&name.read()))
            role=(!decorative).then_some("img")
            aria-hidden=decorative.then_some("true")
            aria-label=move || (!decorative).then(|| name.get())
            data-tip=move || (!decorative).then(|| name.get())
        >
            {reactive(move || initials(&name.read()))}
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

/// First letters of the first and the last word: family and given name both ways round.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

fn hue(name: &str) -> u32 {
    name.bytes().fold(7_u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(b))) % HUES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_outer_words() {
        assert_eq!(initials("Nguyễn Thị Hương"), "NH");
        assert_eq!(initials("Đặng"), "Đ");
        assert_eq!(initials("  "), "");
    }
}
