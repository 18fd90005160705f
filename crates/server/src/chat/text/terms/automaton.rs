//! Many patterns at once in one pass (Aho and Corasick, 1975), over folded letters.

use std::collections::{HashMap, VecDeque};

/// The start, where nothing of any pattern has been seen.
const ROOT: usize = 0;

#[derive(Debug, Default)]
struct Node {
    next: HashMap<char, usize>,
    /// The longest other prefix that ends here too.
    fall: usize,
    /// The nearest node on the way of falling at which a pattern ends.
    shorter: Option<usize>,
    /// Patterns that end here.
    ends: Vec<usize>,
    depth: usize,
}

/// Patterns, ready to be looked for.
#[derive(Debug)]
pub(super) struct Automaton {
    nodes: Vec<Node>,
}

impl Automaton {
    pub(super) fn of<'p>(patterns: impl Iterator<Item = (usize, &'p [char])>) -> Self {
        let mut automaton = Self { nodes: vec![Node::default()] };
        for (id, pattern) in patterns {
            automaton.add(id, pattern);
        }
        automaton.link();
        automaton
    }

    /// The node after `node` when `letter` comes.
    pub(super) fn step(&self, node: usize, letter: char) -> usize {
        let mut at = node;
        loop {
            let here = self.nodes.get(at);
            match here.and_then(|here| here.next.get(&letter)) {
                Some(next) => return *next,
                None if at == ROOT => return ROOT,
                None => at = here.map_or(ROOT, |here| here.fall),
            }
        }
    }

    /// Patterns that end at a node, and how long each is.
    pub(super) fn ending(&self, node: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let first = self.nodes.get(node).filter(|_| node != ROOT);
        let chain = std::iter::successors(first, |node| self.nodes.get(node.shorter?));
        chain.flat_map(|node| node.ends.iter().map(|id| (*id, node.depth)))
    }

    fn add(&mut self, id: usize, pattern: &[char]) {
        let mut at = ROOT;
        for (depth, letter) in pattern.iter().enumerate() {
            let fresh = self.nodes.len();
            let Some(node) = self.nodes.get_mut(at) else { return };
            at = *node.next.entry(*letter).or_insert(fresh);
            if at == fresh {
                self.nodes.push(Node { depth: depth + 1, ..Node::default() });
            }
        }
        if let Some(node) = self.nodes.get_mut(at).filter(|_| at != ROOT) {
            node.ends.push(id);
        }
    }

    fn link(&mut self) {
        let children = |nodes: &[Node], at: usize| -> Vec<(char, usize)> {
            nodes
                .get(at)
                .map(|node| node.next.iter().map(|(c, to)| (*c, *to)).collect())
                .unwrap_or_default()
        };
        let mut queue: VecDeque<usize> =
            children(&self.nodes, ROOT).into_iter().map(|(_, node)| node).collect();
        while let Some(at) = queue.pop_front() {
            let fall = self.nodes.get(at).map_or(ROOT, |node| node.fall);
            for (letter, child) in children(&self.nodes, at) {
                let falls_to = self.step(fall, letter);
                let ends = self.nodes.get(falls_to).is_some_and(|node| !node.ends.is_empty());
                let shorter = self.nodes.get(falls_to).and_then(|node| node.shorter);
                if let Some(node) = self.nodes.get_mut(child) {
                    node.fall = falls_to;
                    node.shorter = if ends { Some(falls_to) } else { shorter };
                }
                queue.push_back(child);
            }
        }
    }
}
