//! Won and lost at the edge of the board, where deals are dropped.

use leptos::prelude::*;
use muster_shared::opportunity::{Stage, StageKind};

use super::model::Model;
use crate::{
    i18n::lang,
    ui::{Glyph, Icon, reactive},
};

/// The closing stages as drop targets.
#[component]
pub fn Ends(model: Model, stages: Vec<Stage>) -> impl IntoView {
    let end = move |stage: Stage| {
        let id = stage.id;
        let is_over = Memo::new(move |_| model.over.get() == Some(id));
        let (class, icon) = match stage.kind {
            StageKind::Won => ("end end--won", Icon::TROPHY),
            StageKind::Lost | StageKind::Open => ("end end--lost", Icon::CIRCLE_X),
        };
        let name = stage.name;
        view! {
            <div class=class class:end--over=move || is_over.get() data-stage=id.to_string() id=format!("stage-{id}")>
                <Glyph icon />
                <span>{reactive(move || name.get(lang()).to_owned())}</span>
            </div>
        }
    };
    let is_carrying = move || model.carried.with(Option::is_some);
    view! { <div class="ends" class:ends--open=is_carrying>{stages.into_iter().map(end).collect_view()}</div> }.into_any()
}
