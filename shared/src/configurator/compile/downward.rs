//! All conditions at once, from the first variable to the last: quick where one variable decides most of the others.

use std::collections::HashMap;

use crate::configurator::store::{FALSE, Node, Store, TRUE, TooLarge};

/// What conditions that were begun still ask for: nodes in ascending order, each once.
type Rest = Vec<Node>;

/// The states of one level, and where the values of the level before lead to among them.
#[derive(Default)]
struct States {
    rests: Vec<Rest>,
    known: HashMap<Rest, u32>,
}

impl States {
    fn place(&mut self, rest: Rest) -> u32 {
        *self.known.entry(rest).or_insert_with_key(|rest| {
            self.rests.push(rest.clone());
            self.rests.len() as u32 - 1
        })
    }
}

/// Nothing can follow.
const DEAD: u32 = u32::MAX;

/// The conjunction of the parts. Goes through the levels with all parts side by side and keeps apart only what differs in what it
/// still asks for; nodes are made on the way back, so that what is the same in the end is one.
///
/// # Errors
/// When there are more than `cap` states on the way, which may be more than there are nodes in the end.
pub(super) fn conjoin(store: &mut Store, parts: &[Node], cap: usize) -> Result<Node, TooLarge> {
    let levels = store.sizes().len();
    let mut beginning: Vec<Rest> = vec![Vec::new(); levels];
    for part in parts {
        match *part {
            FALSE => return Ok(FALSE),
            TRUE => {}
            part => beginning[store.level(part)].push(part),
        }
    }
    let mut here = States::default();
    here.place(Vec::new());
    let mut count = 0;
    // For each level the next states by state and value.
    let mut ways: Vec<Vec<u32>> = Vec::with_capacity(levels);
    for (level, begun) in beginning.iter().enumerate() {
        let size = store.sizes()[level];
        let mut next = States::default();
        let mut to = Vec::with_capacity(here.rests.len() * size as usize);
        count += here.rests.len();
        if count > cap {
            return Err(TooLarge);
        }
        for rest in &here.rests {
            let (asked, kept): (Rest, Rest) = rest.iter().chain(begun).partition(|node| store.level(**node) == level);
            if asked.is_empty() {
                let place = next.place(kept);
                to.extend((0..size).map(|_| place));
                continue;
            }
            for value in 0..size as usize {
                let mut after = kept.clone();
                let mut is_dead = false;
                for node in &asked {
                    match store.kids(*node)[value] {
                        FALSE => {
                            is_dead = true;
                            break;
                        }
                        TRUE => {}
                        kid => after.push(kid),
                    }
                }
                let is_dead = is_dead || !tidy(store, &mut after);
                to.push(if is_dead { DEAD } else { next.place(after) });
            }
        }
        ways.push(to);
        here = next;
    }
    // Whatever is left at the end has been asked for.
    let mut nodes: Vec<Node> = vec![TRUE; here.rests.len()];
    for (level, to) in ways.iter().enumerate().rev() {
        let size = store.sizes()[level] as usize;
        let mut above = Vec::with_capacity(to.len() / size);
        let mut kids = Vec::with_capacity(size);
        for state in to.chunks_exact(size) {
            kids.clear();
            kids.extend(state.iter().map(|place| if *place == DEAD { FALSE } else { nodes[*place as usize] }));
            let node = store.make(level, &kids);
            above.push(store.checked(node)?);
        }
        nodes = above;
    }
    Ok(nodes[0])
}

/// Puts a rest in order and joins what asks for one and the same variable only; false where nothing is left of that.
fn tidy(store: &mut Store, rest: &mut Rest) -> bool {
    rest.sort_unstable_by_key(|node| (store.level(*node), *node));
    rest.dedup();
    let mut at = 0;
    while at + 1 < rest.len() {
        let (one, other) = (rest[at], rest[at + 1]);
        if store.level(one) == store.level(other) && is_single(store, one) && is_single(store, other) {
            let both = store.and(one, other);
            if both == FALSE {
                return false;
            }
            rest.remove(at + 1);
            rest[at] = both;
        } else {
            at += 1;
        }
    }
    true
}

/// Whether a node asks for its own variable and nothing else.
fn is_single(store: &Store, node: Node) -> bool {
    store.kids(node).iter().all(|kid| Store::is_end(*kid))
}
