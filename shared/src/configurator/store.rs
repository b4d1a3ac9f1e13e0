//! Shared nodes of decision diagrams while they are built: each function of the variables has exactly one node.

/// A node's place in the store.
pub(super) type Node = u32;
/// Nothing is possible.
pub(super) const FALSE: Node = 0;
/// Everything is possible.
pub(super) const TRUE: Node = 1;
/// The level of the two ends, below all variables.
const END: u32 = u32::MAX;

/// Reduced, ordered, multi-valued decision diagrams. A level that does not matter has no node.
pub(super) struct Store {
    /// Number of values of each level's variable.
    sizes: Vec<u32>,
    nodes: Vec<(u32, u32)>,
    kids: Vec<Node>,
    /// Open addressing over nodes by their content; 0 is free.
    unique: Vec<Node>,
    /// The last results of operations, overwritten when two share a place.
    cache: Vec<(u64, Node)>,
    work: Vec<Node>,
    cap: usize,
    is_full: bool,
}

/// The diagram would have more nodes than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the diagram has more nodes than allowed")]
pub struct TooLarge;

#[derive(Clone, Copy)]
enum Operation {
    And = 0,
    Or = 1,
}

fn mixed(x: u64) -> u64 {
    // Fibonacci hashing with a fold: quick, and good enough for tables of a power of two.
    let x = (x ^ (x >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x ^ (x >> 29)
}

impl Store {
    pub(super) fn new(sizes: Vec<u32>, cap: usize) -> Self {
        Self {
            sizes,
            nodes: vec![(END, 0), (END, 0)],
            kids: Vec::new(),
            unique: vec![0; 1 << 12],
            cache: vec![(u64::MAX, 0); 1 << 12],
            work: Vec::new(),
            cap,
            is_full: false,
        }
    }

    pub(super) fn sizes(&self) -> &[u32] {
        &self.sizes
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The level of a node's variable; beyond all levels for the two ends.
    pub(super) fn level(&self, node: Node) -> usize {
        self.nodes[node as usize].0 as usize
    }

    pub(super) fn is_end(node: Node) -> bool {
        node <= TRUE
    }

    /// What follows each value of a node that is no end.
    pub(super) fn kids(&self, node: Node) -> &[Node] {
        let (level, first) = self.nodes[node as usize];
        &self.kids[first as usize..][..self.sizes[level as usize] as usize]
    }

    fn kid(&self, node: Node, level: u32, value: u32) -> Node {
        let (own, first) = self.nodes[node as usize];
        if own == level { self.kids[(first + value) as usize] } else { node }
    }

    /// # Errors
    /// Once more nodes were asked for than the cap.
    pub(super) fn checked(&self, node: Node) -> Result<Node, TooLarge> {
        if self.is_full { Err(TooLarge) } else { Ok(node) }
    }

    fn hash(level: u32, kids: &[Node]) -> u64 {
        kids.iter().fold(u64::from(level) + 1, |hash, &kid| mixed(hash.rotate_left(5) ^ u64::from(kid)))
    }

    /// The node with these followers, made if there is none.
    pub(super) fn make(&mut self, level: usize, kids: &[Node]) -> Node {
        if kids.iter().all(|kid| *kid == kids[0]) {
            return kids[0];
        }
        let level = level as u32;
        let mask = self.unique.len() - 1;
        let mut place = Self::hash(level, kids) as usize & mask;
        loop {
            let found = self.unique[place];
            if found == 0 {
                break;
            }
            if self.nodes[found as usize].0 == level && self.kids(found) == kids {
                return found;
            }
            place = (place + 1) & mask;
        }
        if self.nodes.len() >= self.cap {
            self.is_full = true;
            return FALSE;
        }
        let node = self.nodes.len() as Node;
        self.nodes.push((level, self.kids.len() as u32));
        self.kids.extend_from_slice(kids);
        self.unique[place] = node;
        if self.nodes.len() * 2 > self.unique.len() {
            self.grow();
        }
        node
    }

    fn grow(&mut self) {
        let size = self.unique.len() * 4;
        self.unique = vec![0; size];
        // Results of finished operations are forgotten with it: a slot of the larger table belongs to other keys.
        self.cache = vec![(u64::MAX, 0); size];
        for node in 2..self.nodes.len() as Node {
            let mut place = Self::hash(self.nodes[node as usize].0, self.kids(node)) as usize & (size - 1);
            while self.unique[place] != 0 {
                place = (place + 1) & (size - 1);
            }
            self.unique[place] = node;
        }
    }

    pub(super) fn and(&mut self, a: Node, b: Node) -> Node {
        self.apply(Operation::And, a, b)
    }

    pub(super) fn or(&mut self, a: Node, b: Node) -> Node {
        self.apply(Operation::Or, a, b)
    }

    fn apply(&mut self, operation: Operation, a: Node, b: Node) -> Node {
        let (stronger, weaker) = match operation {
            Operation::And => (FALSE, TRUE),
            Operation::Or => (TRUE, FALSE),
        };
        if a == b || b == weaker || a == stronger {
            return a;
        }
        if a == weaker || b == stronger {
            return b;
        }
        if self.is_full {
            return FALSE;
        }
        let (a, b) = (a.min(b), a.max(b));
        let key = (u64::from(a) << 33) | (u64::from(b) << 1) | operation as u64;
        let place = mixed(key) as usize & (self.cache.len() - 1);
        if self.cache[place].0 == key {
            return self.cache[place].1;
        }
        let level = self.nodes[a as usize].0.min(self.nodes[b as usize].0);
        let start = self.work.len();
        for value in 0..self.sizes[level as usize] {
            let (one, other) = (self.kid(a, level, value), self.kid(b, level, value));
            let node = self.apply(operation, one, other);
            self.work.push(node);
        }
        let node = self.make_worked(level, start);
        let place = mixed(key) as usize & (self.cache.len() - 1);
        self.cache[place] = (key, node);
        node
    }

    fn make_worked(&mut self, level: u32, start: usize) -> Node {
        let mut work = std::mem::take(&mut self.work);
        let node = self.make(level as usize, &work[start..]);
        work.truncate(start);
        self.work = work;
        node
    }

    pub(super) fn not(&mut self, node: Node) -> Node {
        let mut known = std::collections::HashMap::new();
        self.not_known(node, &mut known)
    }

    fn not_known(&mut self, node: Node, known: &mut std::collections::HashMap<Node, Node>) -> Node {
        if Self::is_end(node) {
            return TRUE - node;
        }
        if let Some(found) = known.get(&node) {
            return *found;
        }
        let kids: Vec<Node> = self.kids(node).to_vec().into_iter().map(|kid| self.not_known(kid, known)).collect();
        let negated = self.make(self.level(node), &kids);
        known.insert(node, negated);
        negated
    }

    /// Drops every node that none of the roots needs, and says where the roots are now.
    pub(super) fn collect(&mut self, roots: &mut [Node]) {
        let mut next = Self::new(std::mem::take(&mut self.sizes), self.cap);
        next.is_full = self.is_full;
        // Followers are made before what leads to them, so that places ascend.
        let mut moved = vec![Node::MAX; self.nodes.len()];
        moved[FALSE as usize] = FALSE;
        moved[TRUE as usize] = TRUE;
        let mut needed = vec![false; self.nodes.len()];
        for root in roots.iter() {
            needed[*root as usize] = true;
        }
        for node in (2..self.nodes.len()).rev() {
            if needed[node] {
                let (level, first) = self.nodes[node];
                for kid in &self.kids[first as usize..][..next.sizes[level as usize] as usize] {
                    needed[*kid as usize] = true;
                }
            }
        }
        let mut kids = Vec::new();
        for node in 2..self.nodes.len() {
            if needed[node] {
                let (level, first) = self.nodes[node];
                kids.clear();
                kids.extend(self.kids[first as usize..][..next.sizes[level as usize] as usize].iter().map(|kid| moved[*kid as usize]));
                moved[node] = next.make(level as usize, &kids);
            }
        }
        for root in roots {
            *root = moved[*root as usize];
        }
        *self = next;
    }
}
