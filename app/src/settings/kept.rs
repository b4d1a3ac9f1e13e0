//! What a room read: kept while it is read anew, and drawn so that what is typed, opened or focused stays.

use std::{any::Any, marker::PhantomData, sync::Arc};

use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    api::{ApiError, Reading},
    browser::{focus, timer},
    ui::{ErrorState, Failure, Skeleton, SkeletonKind, reactive},
};

type Found = Arc<dyn Any + Send + Sync>;

/// The last good answer, and why the newest is none.
#[derive(Clone, Default)]
struct Newest {
    found: Option<Found>,
    failure: Option<Failure>,
}

impl PartialEq for Newest {
    fn eq(&self, other: &Self) -> bool {
        let is_same = match (&self.found, &other.found) {
            (Some(mine), Some(theirs)) => Arc::ptr_eq(mine, theirs),
            (None, None) => true,
            _ => false,
        };
        is_same && self.failure == other.failure
    }
}

/// The last good answer of a reading. Views are drawn from it once and follow it by signals: drawing them anew would take away
/// what somebody is typing there.
pub struct Kept<T> {
    newest: Memo<Newest>,
    on_retry: Callback<()>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Kept<T> {}

impl<T: Clone + Send + Sync + 'static> Kept<T> {
    /// Follows `reading`.
    pub fn new(reading: Reading<T>) -> Self {
        let read = move || reading.get().map(|answer| answer.map(|found| Arc::new(found) as Found));
        Self { newest: newest(Box::new(read)), on_retry: Callback::new(move |()| reading.refetch()), of: PhantomData }
    }

    /// Looks at the answer; `None` before there is one. Tracked.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> Option<R> {
        self.newest.with(|newest| newest.found.as_ref().and_then(|found| found.downcast_ref()).map(look))
    }

    /// Why the newest answer is none; tracked.
    pub fn failure(self) -> Option<Failure> {
        self.newest.with(|newest| newest.failure.clone())
    }

    /// What reads it anew, where it is still shown.
    pub fn refresh(self) -> Callback<()> {
        self.on_retry
    }

    /// Draws `content` once, when the first answer is there. A later failure is said above it.
    pub fn show(self, count: usize, content: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
        frame(self.newest, self.on_retry, count, Box::new(content))
    }
}

type Reader = Box<dyn Fn() -> Option<Result<Found, ApiError>> + Send + Sync>;

/// Apart from the generic part, so that it is compiled once.
fn newest(read: Reader) -> Memo<Newest> {
    Memo::new(move |old: Option<&Newest>| {
        let old = old.cloned().unwrap_or_default();
        match read() {
            Some(Ok(found)) => Newest { found: Some(found), failure: None },
            Some(Err(error)) => Newest { failure: Some(error.into()), ..old },
            None => old,
        }
    })
}

fn frame(newest: Memo<Newest>, on_retry: Callback<()>, count: usize, content: Box<dyn Fn() -> AnyView + Send + Sync>) -> AnyView {
    let is_there = Memo::new(move |_| newest.with(|newest| newest.found.is_some()));
    let failure = move || newest.with(|newest| newest.failure.clone()).map(|failure| view! { <ErrorState failure on_retry /> });
    let is_waiting = move || newest.with(|newest| newest.found.is_none() && newest.failure.is_none());
    view! {
        {reactive(failure)}
        {reactive(move || is_waiting().then(|| view! { <Skeleton kind=SkeletonKind::Rows count /> }))}
        {reactive(move || is_there.get().then(&content))}
    }
    .into_any()
}

/// One view for each id, which stays while its id does. A row that moves keeps the focus, one that goes leaves it to its neighbour.
pub fn keyed(ids: impl Fn() -> Vec<Uuid> + Send + Sync + 'static, draw: impl Fn(Uuid) -> AnyView + Send + Sync + 'static) -> AnyView {
    each(Box::new(ids), Arc::new(draw))
}

fn each(ids: Box<dyn Fn() -> Vec<Uuid> + Send + Sync>, draw: Arc<dyn Fn(Uuid) -> AnyView + Send + Sync>) -> AnyView {
    let ids = Memo::new(move |_| ids());
    let rows = move || {
        focus::hold(".room__title");
        ids.get()
    };
    view! { <For each=rows key=|id: &Uuid| *id children=move |id: Uuid| draw(id) /> }.into_any()
}

/// Gives the focus to the room where what had it is gone.
pub fn catch_focus() {
    timer::after_layout(|| {
        let _ = !focus::is_lost() || focus::first(".room__title");
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_keeps_what_was_read_before() {
        let page = Owner::new();
        page.with(|| {
            let answer = RwSignal::new(None::<Result<i32, ApiError>>);
            let read = move || answer.get().map(|answer| answer.map(|number| Arc::new(number) as Found));
            let kept = Kept::<i32> { newest: newest(Box::new(read)), on_retry: Callback::new(|()| ()), of: PhantomData };
            let seen = move || untrack(|| (kept.with(|number| *number), kept.failure().is_some()));
            assert_eq!(seen(), (None, false));
            answer.set(Some(Err(ApiError::Offline)));
            assert_eq!(seen(), (None, true));
            answer.set(Some(Ok(7)));
            assert_eq!(seen(), (Some(7), false));
            answer.set(Some(Err(ApiError::Offline)));
            assert_eq!(seen(), (Some(7), true));
            answer.set(None);
            assert_eq!(seen(), (Some(7), true));
        });
    }
}
