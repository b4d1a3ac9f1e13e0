//! A diagram without what leaves no choice: where one version decides most of a product, a walk over it is a fraction as long.

use std::ops::Range;

use super::{Choice, Edge};

/// Junctions, where ways part or meet, and strands between them: choices that follow each other without an alternative. The root is
/// the first junction and the end the last; strands lead to later junctions only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::configurator) struct Strands {
    /// The first strand of each junction but the end, and the number of strands.
    junctions: Vec<u32>,
    /// Where each strand leads to.
    to: Vec<u32>,
    /// The first step of each strand, and the number of steps.
    first_step: Vec<u32>,
    steps: Vec<Choice>,
    /// The first holder of each choice, and the number of holders.
    first_holder: Vec<u32>,
    holders: Vec<u32>,
}

impl Strands {
    /// From the first edge of each node and the edges themselves; the end is the last node and has none.
    pub(super) fn new(nodes: &[u32], edges: &[Edge], choices: usize) -> Self {
        let end = nodes.len() - 2;
        let edges_of = |node: usize| &edges[nodes[node] as usize..nodes[node + 1] as usize];
        let mut meet = vec![0_u8; end + 1];
        for edge in edges {
            let count = &mut meet[edge.to as usize];
            *count = count.saturating_add(1);
        }
        let is_junction = |node: usize| node == 0 || node == end || meet[node] > 1 || edges_of(node).len() > 1;
        let mut number = vec![0_u32; end + 1];
        let mut count = 0;
        for (node, number) in number.iter_mut().enumerate() {
            *number = count;
            count += u32::from(is_junction(node));
        }
        let mut strands = Self::default();
        for node in (0..end).filter(|node| is_junction(*node)) {
            strands.junctions.push(strands.to.len() as u32);
            for edge in edges_of(node) {
                strands.first_step.push(strands.steps.len() as u32);
                strands.steps.push(edge.choice);
                let mut to = edge.to as usize;
                while !is_junction(to) {
                    let only = edges_of(to)[0];
                    strands.steps.push(only.choice);
                    to = only.to as usize;
                }
                strands.to.push(number[to]);
            }
        }
        strands.junctions.push(strands.to.len() as u32);
        strands.first_step.push(strands.steps.len() as u32);
        strands.hold(choices);
        strands
    }

    /// Notes which strands hold each choice.
    fn hold(&mut self, choices: usize) {
        let mut count = vec![0_u32; choices + 1];
        for choice in &self.steps {
            count[*choice as usize + 1] += 1;
        }
        for choice in 0..choices {
            count[choice + 1] += count[choice];
        }
        self.first_holder.clone_from(&count);
        self.holders = vec![0; self.steps.len()];
        for strand in 0..self.len() {
            for step in self.first_step[strand]..self.first_step[strand + 1] {
                let place = &mut count[self.steps[step as usize] as usize];
                self.holders[*place as usize] = strand as u32;
                *place += 1;
            }
        }
    }

    /// Number of strands.
    pub(in crate::configurator) const fn len(&self) -> usize {
        self.to.len()
    }

    /// The number of the last junction, where all strands end.
    pub(in crate::configurator) const fn end(&self) -> usize {
        self.junctions.len() - 1
    }

    /// The strands that begin at a junction before the end.
    pub(in crate::configurator) fn from(&self, junction: usize) -> Range<usize> {
        self.junctions[junction] as usize..self.junctions[junction + 1] as usize
    }

    /// The junction that a strand leads to.
    pub(in crate::configurator) fn to(&self, strand: usize) -> usize {
        self.to[strand] as usize
    }

    /// The choices of a strand, in the diagram's order.
    pub(in crate::configurator) fn steps(&self, strand: usize) -> &[Choice] {
        &self.steps[self.first_step[strand] as usize..self.first_step[strand + 1] as usize]
    }

    /// The strands that have a choice among theirs.
    pub(in crate::configurator) fn holders(&self, choice: Choice) -> &[u32] {
        &self.holders[self.first_holder[choice as usize] as usize..self.first_holder[choice as usize + 1] as usize]
    }
}
