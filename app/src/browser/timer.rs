//! Timers that end with the owner that started them.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// A function that runs `action` once nothing called it for `wait_ms`.
pub fn debounce<T: Send + Sync + 'static>(wait_ms: u64, action: impl Fn(T) + Send + Sync + 'static) -> impl Fn(T) + Copy {
    let pending = StoredValue::new(None::<TimeoutHandle>);
    let action = StoredValue::new(action);
    on_cleanup(move || stop(pending));
    move |value| {
        stop(pending);
        let run = move || {
            action.try_with_value(|action| action(value));
        };
        pending.set_value(set_timeout_with_handle(run, Duration::from_millis(wait_ms)).ok());
    }
}

/// Runs `action` every `period_ms` until the current owner is cleaned up.
pub fn every(period_ms: u64, action: impl Fn() + 'static) {
    if let Ok(handle) = set_interval_with_handle(action, Duration::from_millis(period_ms)) {
        on_cleanup(move || handle.clear());
    }
}

/// Waits.
pub async fn sleep(ms: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        // The window exists as long as this code runs.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
    });
    let _: Result<JsValue, JsValue> = JsFuture::from(promise).await;
}

/// A signal that ticks every `period_ms`, for "3 minutes ago" that stays true.
pub fn use_tick(period_ms: u64) -> Signal<u32> {
    let tick = RwSignal::new(0_u32);
    every(period_ms, move || {
        tick.try_update(|n| *n = n.wrapping_add(1));
    });
    tick.into()
}

/// Runs `action` after the browser has laid out what was just rendered.
pub fn after_layout(action: impl FnOnce() + 'static) {
    request_animation_frame(action);
}

fn stop(pending: StoredValue<Option<TimeoutHandle>>) {
    if let Some(Some(handle)) = pending.try_update_value(Option::take) {
        handle.clear();
    }
}
