//! Tabs: several views of one thing, one at a time.

use super::reactive;
use leptos::{ev, html, prelude::*, text_prop::TextProp};

use super::Badge;
use crate::browser::focus::{self, Step};

/// One tab.
#[derive(Clone, Debug)]
pub struct TabItem {
    pub id: &'static str,
    pub label: TextProp,
    /// A number beside the label.
    pub count: Option<i64>,
}

impl TabItem {
    /// A tab without a number.
    pub fn new(id: &'static str, label: impl Into<TextProp>) -> Self {
        Self { id, label: label.into(), count: None }
    }
}

/// The strip of tabs. `selected` is a tab's id, usually kept in the address.
#[component]
pub fn Tabs(
    #[prop(into)] label: TextProp,
    #[prop(into)] items: Signal<Vec<TabItem>>,
    #[prop(into)] selected: Signal<String>,
    #[prop(into)] on_select: Callback<String>,
) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    let on_key = move |event: ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" => Step::Next,
            "ArrowLeft" => Step::Previous,
            "Home" => Step::First,
            "End" => Step::Last,
            _ => return,
        };
        event.prevent_default();
        if let Some(list) = list.get_untracked() {
            focus::rove(&list, "[role=tab]", step);
            if let Some(tab) = focus::active() {
                tab.click();
            }
        }
    };
    let entries = move || {
        items
            .get()
            .into_iter()
            .map(|item| {
                let is_on = Memo::new(move |_| selected.with(|s| s == item.id));
                view! {
                    <button
                        type="button"
                        role="tab"
                        class="tabs__tab"
                        id=format!("tab-{}", item.id)
                        aria-controls=move || is_on.get().then(|| format!("tabpanel-{}", item.id))
                        aria-selected=move || if is_on.get() { "true" } else { "false" }
                        tabindex=move || if is_on.get() { "0" } else { "-1" }
                        on:click=move |_| on_select.run(item.id.to_owned())
                    >
                        {reactive(move || item.label.get())}
                        {item.count.map(|count| view! { <Badge>{count}</Badge> })}
                    </button>
                }
            })
            .collect_view()
    };
    view! { <div class="tabs" role="tablist" aria-label=move || label.get() node_ref=list on:keydown=on_key>{entries}</div> }.into_any()
}

/// What the tab with this id shows.
#[component]
pub fn TabPanel(id: &'static str, children: Children) -> impl IntoView {
    view! {
        <div role="tabpanel" class="tabs__panel" id=format!("tabpanel-{id}") aria-labelledby=format!("tab-{id}") tabindex="0">{children()}</div>
    }
    .into_any()
}
