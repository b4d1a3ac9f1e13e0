//! All keys that work: everywhere, and on the page that is open.

use leptos::{prelude::*, wasm_split::SplitLoaderError};
use leptos_router::hooks::use_location;

use crate::{
    area::Loading,
    t,
    ui::{KeyRow, key_rows, keys_dialog, use_shortcuts},
};

/// The lists of keys, which `?` opens.
pub fn listed() -> Loading {
    Box::pin(load_keys())
}

#[leptos::wasm_split::wasm_split(extra, wasm_split_path = ::leptos::wasm_split, fallible)]
fn load_keys() -> Result<AnyView, SplitLoaderError> {
    Ok(keys_dialog(keys))
}

fn keys() -> AnyView {
    let path = use_location().pathname.get_untracked();
    // What the page itself does by a key comes first, and in its own words.
    let own = untrack(|| use_shortcuts().all());
    let mut here: Vec<KeyRow> = own.into_iter().map(|shortcut| (shortcut.chord, shortcut.label)).collect();
    here.extend(match place(&path) {
        Place::Board => board(),
        Place::List => list(),
        Place::Other => Vec::new(),
    });
    let everywhere = everywhere().into_iter().filter(|(chord, _)| !here.iter().any(|(own, _)| own == chord)).collect();
    view! {
        {(!here.is_empty()).then(|| key_rows(t!(shell.keys_here), here))}
        {key_rows(t!(shell.keys_everywhere), everywhere)}
    }
    .into_any()
}

#[derive(Debug, PartialEq, Eq)]
enum Place {
    Board,
    List,
    Other,
}

fn place(path: &str) -> Place {
    match path.trim_end_matches('/') {
        "/desk/board" => Place::Board,
        "/desk/opportunities" | "/desk/accounts" | "/desk/contacts" => Place::List,
        _ => Place::Other,
    }
}

fn everywhere() -> Vec<KeyRow> {
    vec![
        ("mod+k", t!(ui.palette).into()),
        ("?", t!(ui.shortcuts).into()),
        ("z", t!(shell.keys_undo).into()),
        ("escape", t!(shell.keys_close).into()),
    ]
}

fn board() -> Vec<KeyRow> {
    vec![
        ("arrowup+arrowdown+arrowleft+arrowright", t!(shell.keys_cards).into()),
        (" ", t!(shell.keys_pick_up).into()),
        ("1–9", t!(shell.keys_move_to).into()),
        ("shift+arrowleft+arrowright", t!(shell.keys_move_beside).into()),
        ("m", t!(shell.keys_stages).into()),
        ("s", t!(shell.keys_next_step).into()),
        ("enter", t!(shell.keys_open).into()),
        ("escape", t!(shell.keys_put_back).into()),
    ]
}

fn list() -> Vec<KeyRow> {
    vec![
        ("arrowup+arrowdown", t!(shell.keys_rows).into()),
        ("arrowleft+arrowright", t!(shell.keys_cells).into()),
        ("home+end", t!(shell.keys_ends).into()),
        ("enter", t!(shell.keys_open_row).into()),
        (" ", t!(shell.keys_tick).into()),
        ("shift+click", t!(shell.keys_sort).into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: Place) {
        assert_eq!(place(path), expected, "{path}");
    }

    #[test]
    fn pages_list_their_own_keys() {
        check("/desk/board", Place::Board);
        check("/desk/board/", Place::Board);
        check("/desk/accounts", Place::List);
        check("/desk/accounts/1", Place::Other);
        check("/desk/settings", Place::Other);
    }
}
