//! What is read from the server: one kind of resource for all types, so that its machinery is loaded once.

use std::{any::Any, future::Future, marker::PhantomData, pin::Pin, sync::Arc};

use leptos::prelude::*;

type Found = Arc<dyn Any + Send + Sync>;
type Fetched<E> = Pin<Box<dyn Future<Output = Result<Found, E>>>>;

/// Something that is read when it is first shown, and again when what its fetcher reads changes.
pub struct Reading<T, E: 'static> {
    resource: LocalResource<Result<Found, E>>,
    of: PhantomData<fn() -> T>,
}

impl<T, E: 'static> Clone for Reading<T, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, E: 'static> Copy for Reading<T, E> {}

impl<T: Clone + Send + Sync + 'static, E: Clone + 'static> Reading<T, E> {
    /// Reads with `fetch`; what it reads before it first waits is followed.
    pub fn new<F: Future<Output = Result<T, E>> + 'static>(fetch: impl Fn() -> F + 'static) -> Self {
        let erased = move || {
            let fetched = fetch();
            Box::pin(async move { fetched.await.map(|found| Arc::new(found) as Found) }) as Fetched<E>
        };
        Self { resource: resource(Box::new(erased)), of: PhantomData }
    }

    /// What was read last, or why it could not be; `None` until there is an answer. Tracked.
    pub fn get(self) -> Option<Result<T, E>> {
        let answer = self.resource.get()?;
        Some(answer.map(|found| found.downcast_ref::<T>().expect("it holds what its fetcher answered").clone()))
    }

    /// Reads it again; what was read stays until the new answer is there.
    pub fn refetch(self) {
        self.resource.refetch();
    }
}

fn resource<E: Clone + 'static>(fetch: Box<dyn Fn() -> Fetched<E>>) -> LocalResource<Result<Found, E>> {
    LocalResource::new(fetch)
}
