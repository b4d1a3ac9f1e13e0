//! What can be typed next in a rule, with what people call it.

use muster_shared::{
    configurator::{
        expression::{CompletionKind, complete},
        model::{Layout, Model},
    },
    fold::fold,
};

use crate::studio::wording;

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

/// What can be typed at `caret`: found by its code, or by any word of its name.
pub fn offered(text: &str, caret: usize, model: &Model) -> Offered {
    let layout = Layout::new(model);
    let place = complete(text, caret, &layout);
    let typed = fold(text.get(place.from..caret).unwrap_or_default());
    let group = group_before(text.get(..place.from).unwrap_or_default());
    let all = complete(text, place.from, &layout).words.into_iter().map(|word| {
        let name = match word.kind {
            CompletionKind::Group => model.groups.iter().find(|it| it.code == word.text).map(|it| wording::named(&it.name, "")),
            CompletionKind::Attribute => model.attributes.iter().find(|it| it.code == word.text).map(|it| wording::named(&it.name, "")),
            CompletionKind::Option => option_name(model, group, &word.text),
            CompletionKind::Word => None,
        };
        (word.text, name.unwrap_or_default())
    });
    let fits =
        |(word, name): &(String, String)| word.starts_with(&typed) || fold(name).split_whitespace().any(|part| part.starts_with(&typed));
    // What is written out already needs no offer.
    let words = all.filter(|word| fits(word) && word.0 != typed).take(MOST).collect();
    Offered { from: place.from, to: place.to, words }
}

fn option_name(model: &Model, group: &str, option: &str) -> Option<String> {
    let group = model.groups.iter().find(|it| it.code == group)?;
    group.options.iter().find(|it| it.code == option).map(|it| wording::named(&it.name, ""))
}

/// The group that is compared last.
fn group_before(text: &str) -> &str {
    let before = match (text.rfind('='), text.rfind(" in ")) {
        (Some(sign), word) if word.is_none_or(|word| sign > word) => text[..sign].trim_end_matches('!'),
        (_, Some(word)) => &text[..word],
        _ => "",
    };
    before.trim_end().rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).next().unwrap_or_default()
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
    fn check(text: &str, first: (&str, &str), place: (usize, usize)) {
        let found = offered(text, text.len(), &model());
        let word = found.words.first().map(|(word, name)| (word.as_str(), name.as_str()));
        assert_eq!(word, Some(first), "{text}");
        assert_eq!((found.from, found.to), place, "{text}");
    }

    #[test]
    fn what_fits_the_place_is_offered_by_code_and_by_name() {
        check("pa", ("paint", "Paint"), (0, 2));
        check("paint = ", ("red", "Crimson"), (8, 8));
        check("paint = cri", ("red", "Crimson"), (8, 11));
        check("paint in (red, dee", ("blue", "Deep blue"), (15, 18));
        check("paint = red a", ("and", ""), (12, 13));
    }
}
