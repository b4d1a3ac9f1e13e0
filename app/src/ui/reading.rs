//! What is read from the server: one kind of resource for all types, so that its machinery is loaded once.

use std::{any::Any, cell::Cell, future::Future, marker::PhantomData, pin::Pin, rc::Rc, sync::Arc};

use leptos::{prelude::*, reactive::computed::ScopedFuture, task::spawn_local};

type Found = Arc<dyn Any + Send + Sync>;
type Fetched<E> = Pin<Box<dyn Future<Output = Result<Found, E>>>>;

/// Something that is read at once, and again when what its fetcher reads changes. Leptos's own resource and what waits for it
/// would be a fortieth of what the desk loads.
pub struct Reading<T, E: 'static> {
    answer: RwSignal<Option<Result<Found, E>>>,
    again: Trigger,
    of: PhantomData<fn() -> T>,
}

impl<T, E: 'static> Clone for Reading<T, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, E: 'static> Copy for Reading<T, E> {}

impl<T: Clone + Send + Sync + 'static, E: Clone + Send + Sync + 'static> Reading<T, E> {
    /// Reads with `fetch`; what it reads before it first waits is followed.
    pub fn new<F: Future<Output = Result<T, E>> + 'static>(fetch: impl Fn() -> F + 'static) -> Self {
        let erased = move || {
            let fetched = fetch();
            Box::pin(async move { fetched.await.map(|found| Arc::new(found) as Found) }) as Fetched<E>
        };
        let (answer, again) = follow(Box::new(erased));
        Self { answer, again, of: PhantomData }
    }

    /// What was read last, or why it could not be; `None` until there is an answer. Tracked.
    pub fn get(self) -> Option<Result<T, E>> {
        let answer = self.answer.get()?;
        Some(answer.map(|found| found.downcast_ref::<T>().expect("it holds what its fetcher answered").clone()))
    }

    /// Reads it again; what was read stays until the new answer is there.
    pub fn refetch(self) {
        self.again.notify();
    }
}

fn follow<E: Send + Sync + 'static>(fetch: Box<dyn Fn() -> Fetched<E>>) -> (RwSignal<Option<Result<Found, E>>>, Trigger) {
    let (answer, again) = (RwSignal::new(None), Trigger::new());
    let newest = Rc::new(Cell::new(0_u32));
    Effect::new(move |_| {
        again.track();
        let own = newest.get() + 1;
        newest.set(own);
        let (newest, fetched) = (newest.clone(), fetch());
        spawn_local(ScopedFuture::new(async move {
            let found = fetched.await;
            // An answer that a later question overtook is none, and who asked may be gone.
            if newest.get() == own {
                let _ = answer.try_set(Some(found));
            }
        }));
    });
    (answer, again)
}
