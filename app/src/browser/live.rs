//! One stream of server-sent events for all tabs: the tab that holds the lock owns it and tells the others.

use std::{cell::RefCell, rc::Rc, time::Duration};

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, Event, EventSource, MessageEvent};

const FIRST_RETRY_MS: u64 = 500;
const LAST_RETRY_MS: u64 = 15_000;

/// The kind of the message that the server would not have us: most likely nobody is signed in any more.
pub const REFUSED: &str = "refused";

/// One event of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveMessage {
    /// Where the stream can be resumed; absent for events outside the log, such as presence.
    pub id: Option<String>,
    /// The event's name, or [`REFUSED`].
    pub kind: String,
    pub data: String,
}

/// How the stream is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LiveStatus {
    #[default]
    Connecting,
    Open,
    /// Lost; it is being tried again.
    Lost,
    /// Ended by [`Live::close`].
    Closed,
}

/// What to follow.
pub struct LiveOptions {
    /// Address of the stream; `after=<id>` is added to resume it.
    pub url: String,
    /// Tells streams of different people apart: tabs of one scope share one stream.
    pub scope: String,
    /// The names of the events to hear.
    pub kinds: &'static [&'static str],
    /// Where to begin: the id that the first data was read at.
    pub after: Option<String>,
}

/// A running stream; it ends with [`Live::close`], not with an owner, because it outlives pages.
#[derive(Clone)]
pub struct Live {
    status: ArcRwSignal<LiveStatus>,
    inner: send_wrapper::SendWrapper<Shared>,
}

impl Live {
    /// How the stream is doing, tracked.
    pub fn status(&self) -> Signal<LiveStatus> {
        self.status.clone().into()
    }

    /// Ends the stream in this tab; another tab takes it over.
    pub fn close(&self) {
        self.inner.borrow_mut().end();
        self.status.set(LiveStatus::Closed);
    }
}

/// Starts to follow; `on_message` hears every event once, whichever tab owns the stream.
pub fn connect(options: LiveOptions, on_message: impl Fn(LiveMessage) + 'static) -> Live {
    let status = ArcRwSignal::new(LiveStatus::default());
    let inner = Rc::new(RefCell::new(Inner {
        last_id: options.after.clone(),
        options,
        on_message: Rc::new(on_message),
        status: status.clone(),
        channel: None,
        source: None,
        hear: None,
        listeners: Vec::new(),
        release: None,
        retry_ms: FIRST_RETRY_MS,
        has_ended: false,
    }));
    open_channel(&inner);
    lead_when_possible(&inner);
    Live { status, inner: send_wrapper::SendWrapper::new(inner) }
}

type Shared = Rc<RefCell<Inner>>;
type Handler = Closure<dyn Fn(Event)>;

struct Inner {
    options: LiveOptions,
    on_message: Rc<dyn Fn(LiveMessage)>,
    status: ArcRwSignal<LiveStatus>,
    last_id: Option<String>,
    channel: Option<BroadcastChannel>,
    source: Option<EventSource>,
    hear: Option<Handler>,
    listeners: Vec<Handler>,
    /// Lets the lock go when called.
    release: Option<Function>,
    retry_ms: u64,
    has_ended: bool,
}

impl Inner {
    fn close_source(&mut self) {
        if let Some(source) = self.source.take() {
            source.close();
        }
    }

    fn end(&mut self) {
        self.has_ended = true;
        self.close_source();
        if let Some(channel) = self.channel.take() {
            channel.set_onmessage(None);
            channel.close();
        }
        if let Some(release) = self.release.take() {
            // Resolving a promise does not throw.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }

    fn tell(&self, parts: &[&str]) {
        if let Some(channel) = &self.channel {
            let message: Array = parts.iter().map(|part| JsValue::from_str(part)).collect();
            // A closed channel is the only refusal, and then nobody listens.
            let _ = channel.post_message(&message);
        }
    }
}

fn open_channel(inner: &Shared) {
    let name = format!("muster-live:{}", inner.borrow().options.scope);
    let Ok(channel) = BroadcastChannel::new(&name) else { return };
    let hear = Closure::<dyn Fn(Event)>::new({
        let inner = Rc::downgrade(inner);
        move |event: Event| {
            let Some(inner) = inner.upgrade() else { return };
            let parts: Vec<String> =
                Array::from(&event.unchecked_ref::<MessageEvent>().data()).iter().filter_map(|p| p.as_string()).collect();
            match parts.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["event", id, kind, data] => deliver(&inner, id, kind, data),
                ["status", "open"] => set_status(&inner, LiveStatus::Open),
                ["status", _] => set_status(&inner, LiveStatus::Lost),
                // A tab that was just opened asks how the stream is doing.
                ["hello"] => {
                    let inner = inner.borrow();
                    if inner.source.is_some() && inner.status.get_untracked() == LiveStatus::Open {
                        inner.tell(&["status", "open"]);
                    }
                }
                _ => {}
            }
        }
    });
    channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    let mut inner = inner.borrow_mut();
    inner.channel = Some(channel);
    inner.hear = Some(hear);
    inner.tell(&["hello"]);
}

/// Asks for the lock, which the browser hands on when the tab that holds it goes away.
fn lead_when_possible(inner: &Shared) {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok().filter(JsValue::is_object);
    let request = locks.as_ref().and_then(|locks| Reflect::get(locks, &"request".into()).ok()?.dyn_into::<Function>().ok());
    let (Some(locks), Some(request)) = (locks, request) else {
        // Every tab for itself: nobody may hear another tab's copy as well.
        inner.borrow_mut().channel = None;
        open_source(inner);
        return;
    };
    let name = format!("muster-live:{}", inner.borrow().options.scope);
    let held = Closure::<dyn Fn(JsValue) -> Promise>::new({
        let inner = inner.clone();
        move |_lock: JsValue| {
            Promise::new(&mut |resolve, _| {
                if inner.borrow().has_ended {
                    // Resolving a promise does not throw.
                    let _ = resolve.call0(&JsValue::UNDEFINED);
                    return;
                }
                inner.borrow_mut().release = Some(resolve);
                open_source(&inner);
            })
        }
    });
    let asked = request.call3(&locks, &name.into(), &Object::new(), held.as_ref());
    // The browser keeps the callback until the lock is granted, which may be never.
    held.forget();
    if asked.is_err() {
        open_source(inner);
    }
}

fn open_source(inner: &Shared) {
    let (url, kinds) = {
        let mut inner = inner.borrow_mut();
        inner.listeners.clear();
        let mark = if inner.options.url.contains('?') { '&' } else { '?' };
        let after = inner.last_id.as_ref().map(|id| format!("{mark}after={id}")).unwrap_or_default();
        (format!("{}{after}", inner.options.url), inner.options.kinds)
    };
    let Ok(source) = EventSource::new(&url) else { return };
    for kind in kinds {
        listen(inner, &source, kind, |inner, event| {
            let event: &MessageEvent = event.unchecked_ref();
            let (id, kind, data) = (event.last_event_id(), event.type_(), event.data().as_string().unwrap_or_default());
            inner.borrow().tell(&["event", &id, &kind, &data]);
            deliver(inner, &id, &kind, &data);
        });
    }
    listen(inner, &source, "open", |inner, _| {
        inner.borrow_mut().retry_ms = FIRST_RETRY_MS;
        inner.borrow().tell(&["status", "open"]);
        set_status(inner, LiveStatus::Open);
    });
    listen(inner, &source, "error", |inner, _| {
        inner.borrow().tell(&["status", "lost"]);
        set_status(inner, LiveStatus::Lost);
        let is_dead = inner.borrow().source.as_ref().is_some_and(|s| s.ready_state() == EventSource::CLOSED);
        // The browser itself tries again after a lost connection, but not after an answer that is no stream.
        if is_dead {
            inner.borrow().tell(&["event", "", REFUSED, ""]);
            deliver(inner, "", REFUSED, "");
            retry_later(inner);
        }
    });
    inner.borrow_mut().source = Some(source);
}

fn retry_later(inner: &Shared) {
    let wait = {
        let mut inner = inner.borrow_mut();
        inner.close_source();
        let wait = inner.retry_ms;
        inner.retry_ms = (wait * 2).min(LAST_RETRY_MS);
        wait
    };
    let inner = inner.clone();
    set_timeout(
        move || {
            if !inner.borrow().has_ended {
                open_source(&inner);
            }
        },
        Duration::from_millis(wait),
    );
}

fn listen(inner: &Shared, source: &EventSource, name: &str, handler: impl Fn(&Shared, &Event) + 'static) {
    let closure = Closure::<dyn Fn(Event)>::new({
        let inner = Rc::downgrade(inner);
        move |event: Event| {
            if let Some(inner) = inner.upgrade() {
                handler(&inner, &event);
            }
        }
    });
    // Adding a listener fails only for a foreign target.
    let _ = source.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    inner.borrow_mut().listeners.push(closure);
}

fn deliver(inner: &Shared, id: &str, kind: &str, data: &str) {
    // The browser repeats the last id on an event that has none of its own.
    let id = (!id.is_empty() && inner.borrow().last_id.as_deref() != Some(id)).then(|| id.to_owned());
    let on_message = {
        let mut inner = inner.borrow_mut();
        if id.is_some() {
            inner.last_id.clone_from(&id);
        }
        inner.on_message.clone()
    };
    on_message(LiveMessage { id, kind: kind.to_owned(), data: data.to_owned() });
}

fn set_status(inner: &Shared, status: LiveStatus) {
    let signal = inner.borrow().status.clone();
    if signal.get_untracked() != status {
        signal.set(status);
    }
}
