//! Where something stands, as steps in a row.

use leptos::{prelude::*, text_prop::TextProp};

use crate::{
    t,
    ui::{Glyph, Icon, reactive},
};

/// Where a step lies on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Done,
    Here,
    ToCome,
}

/// One step with its name.
pub struct Step {
    pub name: TextProp,
    pub place: Place,
}

/// The steps.
pub fn route(steps: Vec<Step>) -> AnyView {
    view! { <ol class="route">{steps.into_iter().map(step).collect_view()}</ol> }.into_any()
}

fn step(Step { name, place }: Step) -> AnyView {
    let class = match place {
        Place::Done => "route__step route__step--done",
        Place::Here => "route__step route__step--here",
        Place::ToCome => "route__step",
    };
    let state = move || match place {
        Place::Done => t!(shop.done)(),
        Place::Here => t!(shop.now)(),
        Place::ToCome => t!(shop.to_come)(),
    };
    view! {
        <li class=class aria-current=(place == Place::Here).then_some("step")>
            <span class="route__dot" aria-hidden="true">{(place == Place::Done).then(|| view! { <Glyph icon=Icon::CHECK /> })}</span>
            <b>{reactive(move || name.get())}</b>
            <small>{state}</small>
        </li>
    }
    .into_any()
}
