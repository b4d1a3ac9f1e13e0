//! The command palette: pages, actions and records from one field.

use std::sync::Arc;

use leptos::{ev, html, prelude::*, task::spawn_local, text_prop::TextProp, wasm_split::SplitLoaderError};
use leptos_router::hooks::use_navigate;
use muster_shared::fold;

use super::{Failure, Glyph, Icon, Kbd, Pending, reactive, use_shortcuts};
use crate::{
    area,
    browser::{focus, key, timer},
    t,
};

/// One line of the palette.
#[derive(Clone, Debug)]
pub struct PaletteItem {
    pub label: TextProp,
    /// What tells it from others of the same name.
    pub detail: String,
    pub icon: Icon,
    /// Where it goes.
    pub href: String,
}

/// Finds records for what was typed.
pub type RecordSearch = Callback<String, Pending<Result<Vec<PaletteItem>, Failure>>>;

/// Opens the palette from anywhere in the shell.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    pub is_open: RwSignal<bool>,
}

impl Palette {
    /// Closed.
    pub fn new() -> Self {
        Self { is_open: RwSignal::new(false) }
    }
}

impl Default for Palette {
    fn default() -> Self {
        Self::new()
    }
}

/// The app's palette.
pub fn use_palette() -> Palette {
    use_context().expect("the shell provides the palette")
}

/// ⌘K. `pages` are always there; `search` finds records as one types.
#[component]
pub fn CommandPalette(#[prop(into)] pages: Signal<Vec<PaletteItem>>, search: RecordSearch) -> impl IntoView {
    let palette = use_palette();
    key::on_chord("mod+k", move || palette.is_open.update(|open| *open = !*open));
    // Who types right after ⌘K must not wait for code.
    timer::when_idle(|| {
        spawn_local(async {
            // A part that does not come now is asked for again when it is needed.
            let _ = fetch_extra().await;
        });
    });
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let is_open = palette.is_open.get();
        let Some(dialog) = node.get() else { return };
        if is_open && !dialog.open() {
            // It refuses only when it is open already.
            let _ = dialog.show_modal();
        } else if !is_open && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog
            class="palette"
            node_ref=node
            aria-label=t!(ui.palette)
            on:close=move |_| palette.is_open.set(false)
            on:mousedown=move |event| {
                if event.target() == event.current_target() {
                    palette.is_open.set(false);
                }
            }
        >
            {reactive(move || palette.is_open.get().then(|| area::lazy(Box::pin(load_inside(pages, search)))))}
        </dialog>
    }
    .into_any()
}

#[derive(Clone)]
enum Run {
    Go(String),
    Act(Arc<dyn Fn() + Send + Sync>),
}

#[derive(Clone)]
struct Line {
    label: TextProp,
    detail: String,
    icon: Icon,
    chord: Option<&'static str>,
    run: Run,
}

/// Loads when the palette is first opened.
#[leptos::wasm_split::wasm_split(extra, wasm_split_path = ::leptos::wasm_split, preload(fetch_extra), fallible)]
fn load_inside(pages: Signal<Vec<PaletteItem>>, search: RecordSearch) -> Result<AnyView, SplitLoaderError> {
    Ok(inside(pages, search))
}

/// What is inside while the palette is open; it starts afresh each time.
fn inside(pages: Signal<Vec<PaletteItem>>, search: RecordSearch) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    timer::after_layout(move || {
        if let Some(input) = input.try_get_untracked().flatten() {
            focus::quietly(&input);
        }
    });
    let text = RwSignal::new(String::new());
    let records = RwSignal::new(Vec::<PaletteItem>::new());
    let active = RwSignal::new(0_usize);
    let find = {
        let newest = StoredValue::new(0_u32);
        timer::debounce(120, move |typed: String| {
            let mine = newest.get_value().wrapping_add(1);
            newest.set_value(mine);
            let search = search.run(typed);
            spawn_local(async move {
                let found = search.await.unwrap_or_default();
                // The palette may be closed by now, or a newer search under way.
                if newest.try_get_value() == Some(mine) {
                    records.set(found);
                }
            });
        })
    };
    let shortcuts = use_shortcuts();
    let lines = Signal::derive(move || {
        let wanted = fold::fold(&text.read());
        let line =
            |item: PaletteItem| Line { label: item.label, detail: item.detail, icon: item.icon, chord: None, run: Run::Go(item.href) };
        let acts = shortcuts.all().into_iter().map(|s| Line {
            label: s.label,
            detail: String::new(),
            icon: Icon::ZAP,
            chord: Some(s.chord),
            run: Run::Act(s.action),
        });
        let known = acts.chain(pages.get().into_iter().map(line)).filter(|l| fold::fold(&l.label.get()).contains(&wanted));
        records.get().into_iter().map(line).chain(known).collect::<Vec<_>>()
    });
    let palette = use_palette();
    let navigate = use_navigate();
    let take = Callback::new(move |index: usize| {
        let Some(line) = lines.with_untracked(|all| all.get(index).cloned()) else { return };
        palette.is_open.set(false);
        match line.run {
            Run::Go(href) => navigate(&href, Default::default()),
            Run::Act(action) => timer::after_layout(move || action()),
        }
    });
    let on_key = move |event: ev::KeyboardEvent| {
        let (len, now) = (lines.with_untracked(Vec::len).max(1), active.get_untracked());
        match event.key().as_str() {
            "ArrowDown" => active.set((now + 1) % len),
            "ArrowUp" => active.set((now + len - 1) % len),
            "Enter" => take.run(now),
            _ => return,
        }
        event.prevent_default();
    };
    let typed = move |typed: String| {
        active.set(0);
        text.set(typed.clone());
        if typed.trim().is_empty() { records.set(Vec::new()) } else { find(typed) }
    };
    view! {
        <div class="palette__field">
            <Glyph icon=Icon::SEARCH />
            <input
                class="palette__input"
                role="combobox"
                node_ref=input
                autocomplete="off"
                aria-label=t!(ui.palette)
                aria-expanded="true"
                aria-controls="palette-lines"
                aria-activedescendant=move || format!("palette-line-{}", active.get())
                placeholder=t!(ui.palette_hint)
                on:input=move |event| typed(event_target_value(&event))
                on:keydown=on_key
            />
            <Kbd chord="escape" />
        </div>
        <ul class="palette__lines" id="palette-lines" role="listbox" aria-label=t!(ui.suggestions)>
            {reactive(move || entries(lines.get(), active, take))}
        </ul>
    }
    .into_any()
}

fn entries(lines: Vec<Line>, active: RwSignal<usize>, take: Callback<usize>) -> AnyView {
    if lines.is_empty() {
        return view! { <li class="combobox__note">{t!(ui.nothing_found)}</li> }.into_any();
    }
    lines
        .into_iter()
        .take(30)
        .enumerate()
        .map(|(index, line)| {
            view! {
                <li
                    role="option"
                    class="palette__line"
                    id=format!("palette-line-{index}")
                    aria-selected=move || if active.get() == index { "true" } else { "false" }
                    on:pointermove=move |_| active.set(index)
                    on:click=move |_| take.run(index)
                >
                    <Glyph icon=line.icon />
                    <span class="palette__label">{reactive(move || line.label.get())}</span>
                    <small>{line.detail}</small>
                    {line.chord.map(|chord| view! { <Kbd chord /> })}
                </li>
            }
        })
        .collect_view()
        .into_any()
}
