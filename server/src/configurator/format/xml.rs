//! XML files: bounded, without entities of their own, and with the line of every element.

use roxmltree::{Document, Node, ParsingOptions};

use super::{Error, MOST_CELLS, Result, at};

/// A file with where its lines begin.
pub struct Xml<'a> {
    document: Document<'a>,
    lines: Vec<usize>,
}

impl<'a> Xml<'a> {
    pub fn parse(text: &'a str) -> Result<Self> {
        let lines: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(place, _)| place + 1)).collect();
        let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_CELLS as u32, ..ParsingOptions::default() };
        let document = Document::parse_with_options(text, options).map_err(|error| match error {
            roxmltree::Error::DtdDetected => {
                at(1, "the file declares a document type, which could hold anything; take the <!DOCTYPE ...> out")
            }
            roxmltree::Error::NodesLimitReached => Error::TooLarge { what: "elements", most: MOST_CELLS },
            other => at(other.pos().row, format!("this is not well-formed XML: {other}")),
        })?;
        Ok(Self { document, lines })
    }

    pub fn root(&self) -> Node<'_, 'a> {
        self.document.root_element()
    }

    pub fn line(&self, node: Node<'_, '_>) -> u32 {
        line_of(&self.lines, node.range().start)
    }

    /// A problem of an element.
    pub fn at(&self, node: Node<'_, '_>, problem: impl Into<String>) -> Error {
        at(self.line(node), format!("<{}>: {}", node.tag_name().name(), problem.into()))
    }

    /// What an attribute says.
    pub fn attribute<'n>(&self, node: Node<'n, 'a>, name: &str) -> Result<&'n str> {
        node.attribute(name).ok_or_else(|| self.at(node, format!("the attribute {name} is missing")))
    }
}

fn line_of(lines: &[usize], place: usize) -> u32 {
    u32::try_from(lines.partition_point(|start| *start <= place)).unwrap_or(u32::MAX)
}

/// All text of an element, also around comments.
pub fn text(node: Node<'_, '_>) -> String {
    node.children().filter(Node::is_text).filter_map(|text| text.text()).collect()
}
