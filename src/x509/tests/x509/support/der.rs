//! A tree of DER elements, so that a test can change one thing and encode the rest as it was.

#[derive(Clone, Debug)]
pub enum Node {
    Leaf(u8, Vec<u8>),
    Inner(u8, Vec<Node>),
}

impl Node {
    pub fn parse(bytes: &[u8]) -> Node {
        let (node, rest) = take(bytes);
        assert!(rest.is_empty());
        node
    }

    pub fn encode(&self) -> Vec<u8> {
        match self {
            Node::Leaf(tag, content) => tlv(*tag, content),
            Node::Inner(tag, children) => tlv(*tag, &children.iter().flat_map(Node::encode).collect::<Vec<_>>()),
        }
    }

    /// The element at this path of child indices.
    pub fn at(&mut self, path: &[usize]) -> &mut Node {
        match path {
            [] => self,
            [first, rest @ ..] => self.children()[*first].at(rest),
        }
    }

    pub fn children(&mut self) -> &mut Vec<Node> {
        match self {
            Node::Inner(_, children) => children,
            Node::Leaf(tag, _) => panic!("{tag:#x} has no children"),
        }
    }
}

/// `bytes` with one change in its tree.
pub fn changed(bytes: &[u8], change: impl FnOnce(&mut Node)) -> Vec<u8> {
    let mut tree = Node::parse(bytes);
    assert_eq!(tree.encode(), bytes);
    change(&mut tree);
    tree.encode()
}

pub fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = match content.len() {
        short @ 0..0x80 => vec![short as u8],
        long @ 0x80..0x100 => vec![0x81, long as u8],
        long => vec![0x82, (long >> 8) as u8, long as u8],
    };
    [&[tag], length.as_slice(), content].concat()
}

fn take(bytes: &[u8]) -> (Node, &[u8]) {
    let (tag, first) = (bytes[0], bytes[1] as usize);
    let octets = first.saturating_sub(0x80);
    let length = if octets == 0 {
        first
    } else {
        bytes[2..2 + octets]
            .iter()
            .fold(0, |sum, byte| sum << 8 | *byte as usize)
    };
    let (content, rest) = bytes[2 + octets..].split_at(length);
    if tag & 0x20 == 0 {
        return (Node::Leaf(tag, content.to_vec()), rest);
    }
    let (mut children, mut left) = (Vec::new(), content);
    while !left.is_empty() {
        let (child, next) = take(left);
        children.push(child);
        left = next;
    }
    (Node::Inner(tag, children), rest)
}
