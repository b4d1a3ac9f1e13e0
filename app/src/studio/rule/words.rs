//! What can be typed next in a rule.

use muster_shared::configurator::model::Model;

/// Most that are offered at once.
const MOST: usize = 12;

/// What can stand at a place of a rule's text, and what of the text it would replace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Byte offsets.
    pub from: usize,
    pub to: usize,
    /// What would be written, and what it is called.
    pub words: Vec<(String, String)>,
}

const KEYWORDS: [&str; 8] = ["and", "or", "not", "=>", "at most", "at least", "exactly", "total"];

/// What can be typed at `caret`.
pub fn offered(text: &str, caret: usize, model: &Model) -> Offered {
    let caret = caret.min(text.len());
    let Some(before) = text.get(..caret) else { return Offered::default() };
    let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let from = before.rfind(|c| !is_inside(c)).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let begun = before[from..].to_lowercase();
    let left = before[..from].trim_end();
    let words = match asked(left) {
        Asked::Option(group) => options(model, &group),
        Asked::Attribute => model.attributes.iter().map(|it| (it.code.clone(), super::super::wording::named(&it.name, &it.code))).collect(),
        Asked::Sign => ["=", "!=", "in ("].iter().map(|sign| ((*sign).to_owned(), String::new())).collect(),
        Asked::Group => {
            let groups = model.groups.iter().map(|it| (it.code.clone(), super::super::wording::named(&it.name, &it.code)));
            let market = std::iter::once(("market".to_owned(), String::new()));
            let words = KEYWORDS.iter().map(|word| ((*word).to_owned(), String::new()));
            groups.chain(market).chain(words).collect()
        }
    };
    let fits = |(word, name): &(String, String)| {
        let name = muster_shared::fold::fold(name);
        begun.is_empty() || word.starts_with(&begun) || name.split(' ').any(|part| part.starts_with(&begun))
    };
    let mut words: Vec<(String, String)> = words.into_iter().filter(fits).collect();
    // What is written out already needs no offer.
    words.retain(|(word, _)| *word != begun);
    words.truncate(MOST);
    Offered { from, to: caret, words }
}

enum Asked {
    Group,
    Option(String),
    Attribute,
    Sign,
}

/// What the text to the left of a word asks for.
fn asked(left: &str) -> Asked {
    let word =
        |text: &str| text.trim_end().rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).next().unwrap_or("").to_owned();
    if left.ends_with("=>") || left.ends_with("<=") || left.ends_with(">=") {
        return Asked::Group;
    }
    if let Some(before) = left.strip_suffix("!=").or_else(|| left.strip_suffix('=')) {
        return Asked::Option(word(before));
    }
    // Inside of `group in (a, b`.
    if let Some((before, inside)) = left.rsplit_once('(')
        && !inside.contains(')')
        && let Some(before) = before.trim_end().strip_suffix("in")
        && before.ends_with(' ')
        && (inside.is_empty() || left.ends_with(','))
    {
        return Asked::Option(word(before));
    }
    match word(left).as_str() {
        "total" => Asked::Attribute,
        "" | "and" | "or" | "not" | "of" | "most" | "least" | "exactly" => Asked::Group,
        _ if left.ends_with(|c: char| c.is_ascii_alphanumeric()) => Asked::Sign,
        _ => Asked::Group,
    }
}

fn options(model: &Model, group: &str) -> Vec<(String, String)> {
    if group == "market" {
        return model.markets.iter().map(|market| (market.clone(), String::new())).collect();
    }
    let found = model.groups.iter().find(|it| it.code == group);
    let named = |it: &muster_shared::configurator::model::GroupOption| (it.code.clone(), super::super::wording::named(&it.name, &it.code));
    found.into_iter().flat_map(|group| &group.options).map(named).collect()
}

#[cfg(test)]
mod tests {
    use muster_shared::{
        configurator::model::{Group, GroupKind, GroupOption, Importance},
        text::LocalText,
    };

    use super::*;

    fn model() -> Model {
        let option = |code: &str, name: &str| GroupOption { code: code.into(), name: LocalText::new(name, name), ..GroupOption::default() };
        let group = Group {
            code: "paint".into(),
            name: LocalText::new("Paint", "Màu sơn"),
            step: String::new(),
            kind: GroupKind::List,
            importance: Importance::Look,
            options: vec![option("red", "Crimson"), option("blue", "Deep blue")],
            default: None,
        };
        Model { groups: vec![group], ..Model::default() }
    }

    #[track_caller]
    fn check(text: &str, first: &str, place: (usize, usize)) {
        let found = offered(text, text.len(), &model());
        assert_eq!(found.words.first().map(|(word, _)| word.as_str()), Some(first), "{text}: {:?}", found.words);
        assert_eq!((found.from, found.to), place, "{text}");
    }

    #[test]
    fn what_fits_the_place_is_offered() {
        check("", "paint", (0, 0));
        check("pa", "paint", (0, 2));
        check("paint ", "=", (6, 6));
        check("paint = ", "red", (8, 8));
        check("paint = cri", "red", (8, 11));
        check("paint in (red, b", "blue", (15, 16));
        check("paint = red => ", "paint", (15, 15));
        check("paint = red a", "and", (12, 13));
    }
}
