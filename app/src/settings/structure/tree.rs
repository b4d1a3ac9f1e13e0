//! A flat list of units as a tree: each below its parent, siblings by name.

use muster_shared::{fold::fold, identity::Unit};
use uuid::Uuid;

/// A unit with its place in the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub unit: Unit,
    /// 0 at the top.
    pub depth: usize,
    /// How many units are directly below.
    pub children: usize,
}

/// The tree in reading order. A unit whose parent is not in the list stands at the top.
pub fn flatten(units: &[Unit]) -> Vec<Branch> {
    let is_known = |id: Uuid| units.iter().any(|unit| unit.id == id);
    let mut out = Vec::with_capacity(units.len());
    add(units, &|unit| unit.parent_id.is_none_or(|parent| !is_known(parent)), 0, &mut out);
    out
}

fn add(units: &[Unit], belongs: &dyn Fn(&Unit) -> bool, depth: usize, out: &mut Vec<Branch>) {
    // A circle could only come from broken data; it ends here rather than never.
    if depth > units.len() {
        return;
    }
    let mut level: Vec<&Unit> = units.iter().filter(|unit| belongs(unit)).collect();
    level.sort_by_cached_key(|unit| fold(&unit.name));
    for unit in level {
        let below = |other: &Unit| other.parent_id == Some(unit.id);
        out.push(Branch { unit: unit.clone(), depth, children: units.iter().filter(|other| below(other)).count() });
        add(units, &below, depth + 1, out);
    }
}

/// Where a unit of the tree may be moved: anywhere but below itself.
pub fn possible_parents(tree: &[Branch], moved: Option<Uuid>) -> impl Iterator<Item = &Branch> {
    let mut own_depth = None;
    tree.iter().filter(move |branch| {
        if Some(branch.unit.id) == moved {
            own_depth = Some(branch.depth);
            return false;
        }
        if own_depth.is_some_and(|depth| branch.depth > depth) {
            return false;
        }
        own_depth = None;
        true
    })
}

#[cfg(test)]
mod tests {
    use muster_shared::id::DealerId;

    use super::*;

    fn unit(id: u128, parent: Option<u128>, name: &str) -> Unit {
        Unit {
            id: Uuid::from_u128(id),
            version: 1,
            dealer_id: DealerId(Uuid::nil()),
            name: name.into(),
            parent_id: parent.map(Uuid::from_u128),
        }
    }

    #[track_caller]
    fn check<'a>(branches: impl IntoIterator<Item = &'a Branch>, expected: &[(&str, usize)]) {
        let found: Vec<(&str, usize)> = branches.into_iter().map(|b| (b.unit.name.as_str(), b.depth)).collect();
        assert_eq!(found, expected);
    }

    fn units() -> Vec<Unit> {
        vec![
            unit(3, Some(1), "Quận 7"),
            unit(1, None, "South"),
            unit(2, None, "North"),
            unit(4, Some(3), "Fleet"),
            unit(5, Some(1), "Đà Lạt"),
            unit(6, Some(99), "Stray"),
        ]
    }

    #[test]
    fn units_stand_below_their_parents_by_name() {
        check(&flatten(&units()), &[("North", 0), ("South", 0), ("Đà Lạt", 1), ("Quận 7", 1), ("Fleet", 2), ("Stray", 0)]);
        assert_eq!(flatten(&units())[1].children, 2);
    }

    #[test]
    fn nothing_moves_below_itself() {
        let tree = flatten(&units());
        check(possible_parents(&tree, Some(Uuid::from_u128(3))), &[("North", 0), ("South", 0), ("Đà Lạt", 1), ("Stray", 0)]);
        check(possible_parents(&tree, Some(Uuid::from_u128(1))), &[("North", 0), ("Stray", 0)]);
        assert_eq!(possible_parents(&tree, None).count(), 6);
    }

    #[test]
    fn a_circle_ends() {
        assert_eq!(flatten(&[unit(1, Some(2), "a"), unit(2, Some(1), "b")]), []);
    }
}
