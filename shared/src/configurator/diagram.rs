//! The diagram of all configurations as flat arrays: what the server publishes and the browser walks after each click.

mod strands;

pub(super) use strands::Strands;

use super::{
    natural::Natural,
    problem::{Value, Var},
    store::{FALSE, Node, Store},
};

/// A value of a variable, numbered over all variables.
pub type Choice = u32;

/// One value that is possible at a node, and the node of the next level that it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    pub choice: Choice,
    pub to: u32,
}

/// An ordered multi-valued decision diagram in which each path from the root to the end is a configuration and asks for every
/// variable once. Nodes are numbered level by level, the root first and the end last; a model without a configuration has only the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagram {
    domains: Vec<u32>,
    /// The first choice of each variable, and the number of all choices.
    first_choice: Vec<Choice>,
    var_of: Vec<u32>,
    order: Vec<u32>,
    /// The first node of each level, and the end.
    levels: Vec<u32>,
    /// The first edge of each node, and the number of edges twice: the end has none.
    nodes: Vec<u32>,
    edges: Vec<Edge>,
    strands: Strands,
}

impl Diagram {
    /// Fills in the levels that do not matter, so that a walk need not count what it skips.
    pub(super) fn flatten(domains: &[u32], order: &[Var], store: &Store, root: Node) -> Self {
        let mut flat = Self::empty(domains.to_vec(), order.iter().map(|var| *var as u32).collect());
        if root == FALSE {
            return flat;
        }
        let mut here = vec![root];
        let mut place = vec![u32::MAX; store.len()];
        flat.levels.clear();
        flat.nodes.clear();
        let mut number = 0;
        for (level, var) in order.iter().enumerate() {
            flat.levels.push(number);
            let next_number = number + here.len() as u32;
            let mut next: Vec<Node> = Vec::new();
            for node in &here {
                flat.nodes.push(flat.edges.len() as u32);
                for value in 0..domains[*var] {
                    let kid = if store.level(*node) == level { store.kids(*node)[value as usize] } else { *node };
                    if kid == FALSE {
                        continue;
                    }
                    if place[kid as usize] == u32::MAX {
                        place[kid as usize] = next_number + next.len() as u32;
                        next.push(kid);
                    }
                    flat.edges.push(Edge { choice: flat.first_choice[*var] + value, to: place[kid as usize] });
                }
            }
            for kid in &next {
                place[*kid as usize] = u32::MAX;
            }
            number = next_number;
            here = next;
        }
        flat.levels.push(number);
        flat.finished()
    }

    /// With what follows from the edges, once they are all there.
    fn finished(mut self) -> Self {
        self.nodes.extend([self.edges.len() as u32; 2]);
        self.strands = Strands::new(&self.nodes, &self.edges, self.choices());
        self
    }

    fn empty(domains: Vec<u32>, order: Vec<u32>) -> Self {
        let mut first_choice = Vec::with_capacity(domains.len() + 1);
        let mut var_of = Vec::new();
        let mut count = 0;
        for (var, size) in domains.iter().enumerate() {
            first_choice.push(count);
            var_of.resize((count + size) as usize, var as u32);
            count += size;
        }
        first_choice.push(count);
        let levels = vec![0; order.len() + 1];
        let strands = Strands::new(&[0, 0], &[], var_of.len());
        Self { domains, first_choice, var_of, order, levels, nodes: vec![0, 0], edges: Vec::new(), strands }
    }

    /// Number of values of each variable.
    #[must_use]
    pub fn domains(&self) -> &[u32] {
        &self.domains
    }

    /// Number of values of all variables together.
    #[must_use]
    pub fn choices(&self) -> usize {
        self.var_of.len()
    }

    #[must_use]
    pub fn choice(&self, var: Var, value: Value) -> Choice {
        self.first_choice[var] + value
    }

    #[must_use]
    pub fn var_of(&self, choice: Choice) -> Var {
        self.var_of[choice as usize] as Var
    }

    #[must_use]
    pub fn value_of(&self, choice: Choice) -> Value {
        choice - self.first_choice[self.var_of(choice)]
    }

    /// All choices of a variable.
    #[must_use]
    pub fn choices_of(&self, var: Var) -> std::ops::Range<Choice> {
        self.first_choice[var]..self.first_choice[var + 1]
    }

    /// The variable of each level.
    #[must_use]
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// Number of nodes, the end not counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len() - 2
    }

    /// Whether the model has no configuration.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0 && !self.order.is_empty()
    }

    /// The number of the end.
    #[must_use]
    pub fn end(&self) -> usize {
        self.nodes.len() - 2
    }

    #[must_use]
    pub fn edges(&self, node: usize) -> &[Edge] {
        &self.edges[self.nodes[node] as usize..self.nodes[node + 1] as usize]
    }

    #[must_use]
    pub fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// The same diagram without what leaves no choice, for walks over everything.
    pub(super) const fn strands(&self) -> &Strands {
        &self.strands
    }

    /// Whether a whole configuration, a value for each variable, may be built. Takes a step a variable.
    #[must_use]
    pub fn contains(&self, configuration: &[Value]) -> bool {
        configuration.len() == self.domains.len() && !self.is_empty() && self.walk(configuration).is_some()
    }

    fn walk(&self, configuration: &[Value]) -> Option<usize> {
        self.order.iter().try_fold(0, |node, var| {
            let value = configuration[*var as usize];
            (value < self.domains[*var as usize]).then_some(())?;
            Some(self.find(node, self.first_choice[*var as usize] + value)?.to as usize)
        })
    }

    fn find(&self, node: usize, choice: Choice) -> Option<&Edge> {
        let edges = self.edges(node);
        edges.binary_search_by_key(&choice, |edge| edge.choice).ok().map(|at| &edges[at])
    }

    /// How many ways lead from each node to the end; exact.
    #[must_use]
    pub fn counts(&self) -> Vec<Natural> {
        let mut counts = vec![Natural::ZERO; self.end() + 1];
        counts[self.end()] = Natural::from(1);
        for node in (0..self.end()).rev() {
            let mut sum = Natural::ZERO;
            for edge in self.edges(node) {
                sum += &counts[edge.to as usize];
            }
            counts[node] = sum;
        }
        counts
    }

    /// Number of configurations; exact.
    #[must_use]
    pub fn count(&self) -> Natural {
        if self.is_empty() { Natural::ZERO } else { self.counts().swap_remove(0) }
    }

    /// The place of a configuration among all of them, from 0, in the diagram's order; `None` where it may not be built.
    #[must_use]
    pub fn rank(&self, configuration: &[Value], counts: &[Natural]) -> Option<Natural> {
        if !self.contains(configuration) {
            return None;
        }
        let mut rank = Natural::ZERO;
        let mut node = 0;
        for var in &self.order {
            let choice = self.first_choice[*var as usize] + configuration[*var as usize];
            for edge in self.edges(node).iter().take_while(|edge| edge.choice < choice) {
                rank += &counts[edge.to as usize];
            }
            node = self.find(node, choice)?.to as usize;
        }
        Some(rank)
    }

    /// The configuration at a place; `None` beyond the last.
    #[must_use]
    pub fn at_rank(&self, mut rank: Natural, counts: &[Natural]) -> Option<Vec<Value>> {
        if self.is_empty() || rank >= counts[0] {
            return None;
        }
        let mut configuration = vec![0; self.domains.len()];
        let mut node = 0;
        for var in &self.order {
            for edge in self.edges(node) {
                match rank.clone().less(&counts[edge.to as usize]) {
                    Some(left) => rank = left,
                    None => {
                        configuration[*var as usize] = self.value_of(edge.choice);
                        node = edge.to as usize;
                        break;
                    }
                }
            }
        }
        Some(configuration)
    }
}

/// Bytes that are no diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no diagram")]
pub struct NotADiagram;

/// How a diagram is written; a reader refuses every other version.
const VERSION: u32 = 1;
/// More levels, values or nodes than any published model; keeps a hostile length from asking for memory.
const MOST: u32 = 1 << 24;

impl Diagram {
    /// The diagram as bytes that compress well: a node is told by its values and by how far back, among the nodes of the next
    /// level named so far, each of them leads; a node named for the first time is 0.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut put = |number: u32| {
            let mut number = number;
            while number >= 0x80 {
                out.push(number as u8 | 0x80);
                number >>= 7;
            }
            out.push(number as u8);
        };
        put(VERSION);
        put(self.order.len() as u32);
        self.order.iter().for_each(|var| put(*var));
        self.order.iter().for_each(|var| put(self.domains[*var as usize]));
        put(u32::from(!self.is_empty()));
        for (level, var) in self.order.iter().enumerate() {
            let mut named = self.levels[level + 1];
            for node in self.levels[level]..self.levels[level + 1] {
                let edges = self.edges(node as usize);
                put(edges.len() as u32 - 1);
                let mut value = self.first_choice[*var as usize];
                for edge in edges {
                    put(edge.choice - value);
                    value = edge.choice + 1;
                }
                for edge in edges {
                    put(named - edge.to);
                    named = named.max(edge.to + 1);
                }
            }
        }
        out
    }

    /// # Errors
    /// When the bytes were not written by [`Diagram::encode`]; whatever they are, reading them ends.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotADiagram> {
        let mut bytes = bytes.iter();
        let mut get = |below: u32| -> Result<u32, NotADiagram> {
            let mut number = 0_u32;
            for shift in (0..32).step_by(7) {
                let byte = *bytes.next().ok_or(NotADiagram)?;
                number |= u32::from(byte & 0x7F).checked_shl(shift).ok_or(NotADiagram)?;
                if byte < 0x80 {
                    return if number < below { Ok(number) } else { Err(NotADiagram) };
                }
            }
            Err(NotADiagram)
        };
        if get(u32::MAX)? != VERSION {
            return Err(NotADiagram);
        }
        let count = get(MOST)?;
        let order = (0..count).map(|_| get(count)).collect::<Result<Vec<_>, _>>()?;
        let mut domains = vec![0; count as usize];
        let mut total = 0;
        for var in &order {
            let size = get(MOST)?;
            if size == 0 || std::mem::replace(&mut domains[*var as usize], size) != 0 {
                return Err(NotADiagram);
            }
            total += size;
            if total > MOST {
                return Err(NotADiagram);
            }
        }
        let mut flat = Self::empty(domains, order);
        if get(2)? == 0 {
            return Ok(flat);
        }
        flat.levels.clear();
        flat.nodes.clear();
        let (mut number, mut here) = (0, 1);
        for at in 0..flat.order.len() {
            let var = flat.order[at] as usize;
            flat.levels.push(number);
            let first = number + here;
            let mut named = first;
            for _ in 0..here {
                flat.nodes.push(flat.edges.len() as u32);
                let start = flat.edges.len();
                let many = get(flat.domains[var])? + 1;
                let mut choice = flat.first_choice[var];
                for _ in 0..many {
                    choice += get(flat.first_choice[var + 1] - choice)?;
                    flat.edges.push(Edge { choice, to: 0 });
                    choice += 1;
                }
                for edge in start..flat.edges.len() {
                    let back = get(named - first + 1)?;
                    flat.edges[edge].to = named - back;
                    named += u32::from(back == 0);
                }
            }
            number = first;
            here = named - first;
            if number > MOST || flat.edges.len() > 8 * MOST as usize {
                return Err(NotADiagram);
            }
        }
        flat.levels.push(number);
        if here != 1 || bytes.next().is_some() {
            return Err(NotADiagram);
        }
        Ok(flat.finished())
    }
}
