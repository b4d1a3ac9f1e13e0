//! Lists whose rows are known by a key, so that only what came, went or moved is drawn.

use std::sync::Arc;

use leptos::prelude::*;

struct Row {
    key: String,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}

/// Shows `items`, each drawn once for as long as its key stays. Like Leptos's `For`, whose code is 8 kB for each type of item; here
/// it is of one type for all.
pub fn each<T: Send + 'static>(
    items: impl Fn() -> Vec<T> + Send + Sync + 'static,
    key: impl Fn(&T) -> String + Send + Sync + 'static,
    draw: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let draw = Arc::new(draw);
    let row = move |item: T| {
        let draw = draw.clone();
        Row { key: key(&item), draw: Box::new(move || draw(item)) }
    };
    keyed(Box::new(move || items().into_iter().map(&row).collect()))
}

fn keyed(rows: Box<dyn Fn() -> Vec<Row> + Send + Sync>) -> AnyView {
    view! { <For each=rows key=|row| row.key.clone() children=|row: Row| (row.draw)() /> }.into_any()
}
