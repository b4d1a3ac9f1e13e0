//! Reading: skeleton while it loads, the content when it is there, the failure with a retry when it is not.

use leptos::prelude::*;

use super::{ErrorState, Failure, Reading, Skeleton, SkeletonKind, reactive};

/// Shows a resource. A refetch keeps the old content until the new one is there.
#[component]
pub fn AsyncView<T, E, F, V>(
    resource: Reading<T, E>,
    #[prop(optional)] skeleton: SkeletonKind,
    #[prop(default = 6)] count: usize,
    /// Renders what was read.
    children: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    E: Clone + Into<Failure> + Send + Sync + 'static,
    F: Fn(T) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let read = move || resource.get().map(|result| result.map(|value| children(value).into_any()).map_err(Into::into));
    frame(Box::new(read), Callback::new(move |()| resource.refetch()), skeleton, count)
}

type Reader = Box<dyn Fn() -> Option<Result<AnyView, Failure>> + Send + Sync>;

/// Apart from the generic part, so that it is compiled once.
fn frame(read: Reader, on_retry: Callback<()>, skeleton: SkeletonKind, count: usize) -> AnyView {
    reactive(move || match read() {
        None => view! { <Skeleton kind=skeleton count /> }.into_any(),
        Some(Ok(view)) => view,
        Some(Err(failure)) => view! { <ErrorState failure on_retry /> }.into_any(),
    })
}
