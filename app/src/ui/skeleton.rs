//! The outline of what is loading.

use leptos::prelude::*;

use crate::t;

/// What will appear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SkeletonKind {
    /// Lines of text.
    #[default]
    Text,
    /// Rows of a table.
    Rows,
    /// Columns of cards.
    Board,
}

/// Quiet shapes where content will be; says that it loads.
#[component]
pub fn Skeleton(#[prop(optional)] kind: SkeletonKind, #[prop(default = 6)] count: usize) -> impl IntoView {
    let (class, inner) = match kind {
        SkeletonKind::Text => ("skeleton skeleton--text", 1),
        SkeletonKind::Rows => ("skeleton skeleton--rows", 4),
        SkeletonKind::Board => ("skeleton skeleton--board", 4),
    };
    let shapes = (0..count)
        .map(|_| view! { <div class="skeleton__item">{(0..inner).map(|_| view! { <span class="skeleton__bone"></span> }).collect_view()}</div> })
        .collect_view();
    view! {
        <div class=class aria-busy="true">
            <span class="visually-hidden" role="status">{t!(ui.loading)}</span>
            {shapes}
        </div>
    }
    .into_any()
}
