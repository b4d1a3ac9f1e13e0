//! Parts of a view that are drawn anew when what they read changes.

use leptos::prelude::*;

/// The same as a closure in a view, but of one type for all of them: Leptos compiles what a closure needs to be drawn,
/// changed and taken away for each type of closure, and that is most of what the browser would load.
pub fn reactive<V: IntoView + 'static>(mut draw: impl FnMut() -> V + Send + 'static) -> AnyView {
    boxed(Box::new(move || draw().into_any()))
}

fn boxed(draw: Box<dyn FnMut() -> AnyView + Send>) -> AnyView {
    draw.into_any()
}
