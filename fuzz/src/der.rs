//! Mutations of DER that keep every length right: what a strict reader reads on from.

use libfuzzer_sys::fuzzer_mutate;

use crate::change::Choices;

/// A mutator for `fuzz_mutator!`: the first byte says what the rest is, and stays or not; the rest is changed as DER
/// three times of four.
pub fn mutate_after_first(data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    let mut choices = Choices::from(seed);
    let rest = data.get(1..size).filter(|_| choices.below(4) > 0);
    match rest.and_then(|rest| changed(rest, &mut choices)) {
        Some(bytes) if bytes.len() < most => {
            data[1..=bytes.len()].copy_from_slice(&bytes);
            1 + bytes.len()
        }
        _ => fuzzer_mutate(data, size, most),
    }
}

/// One element: a tag, and content or elements. A string that holds elements counts as if it were made of them.
#[derive(Clone)]
struct Element {
    tag: u8,
    /// What stands before the elements in a BIT STRING: the number of unused bits.
    unused: bool,
    content: Vec<u8>,
    elements: Vec<Element>,
}

fn changed(data: &[u8], choices: &mut Choices) -> Option<Vec<u8>> {
    let mut root = Element {
        tag: 0,
        unused: false,
        content: Vec::new(),
        elements: read(data, DEPTH)?,
    };
    let donor = {
        let at = 1 + choices.below(count(&root) - 1);
        nth(&mut root, at).clone()
    };
    let at = choices.below(count(&root));
    change(nth(&mut root, at), donor, choices);
    let mut bytes = Vec::new();
    root.elements.iter().for_each(|element| write(element, &mut bytes));
    Some(bytes)
}

/// The elements that these bytes are made of, to the last byte; at least one.
fn read(mut bytes: &[u8], depth: usize) -> Option<Vec<Element>> {
    let mut elements = Vec::new();
    while let [tag, rest @ ..] = bytes {
        let (content, rest) = split(rest)?;
        elements.push(element(*tag, content, depth));
        bytes = rest;
    }
    (!elements.is_empty()).then_some(elements)
}

/// A length of up to two octets beyond the first, the content, and what follows.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = match bytes {
        [length @ 0..=0x7f, rest @ ..] => (usize::from(*length), rest),
        [0x81, length, rest @ ..] => (usize::from(*length), rest),
        [0x82, high, low, rest @ ..] => (usize::from(*high) << 8 | usize::from(*low), rest),
        _ => return None,
    };
    rest.split_at_checked(length)
}

fn element(tag: u8, content: &[u8], depth: usize) -> Element {
    let (unused, inner) = match (tag, content) {
        (BIT_STRING, [0, inner @ ..]) => (true, inner),
        _ => (false, content),
    };
    let may_hold = depth > 0 && (tag & CONSTRUCTED != 0 || tag == OCTET_STRING || unused);
    match may_hold.then(|| read(inner, depth - 1)).flatten() {
        Some(elements) => Element {
            tag,
            unused,
            content: Vec::new(),
            elements,
        },
        None => Element {
            tag,
            unused: false,
            content: content.to_vec(),
            elements: Vec::new(),
        },
    }
}

fn count(element: &Element) -> usize {
    1 + element.elements.iter().map(count).sum::<usize>()
}

fn nth(element: &mut Element, at: usize) -> &mut Element {
    if at == 0 {
        return element;
    }
    let mut left = at - 1;
    for child in &mut element.elements {
        match count(child) {
            size if left < size => return nth(child, left),
            size => left -= size,
        }
    }
    unreachable!("`at` is below the count")
}

fn change(element: &mut Element, donor: Element, choices: &mut Choices) {
    let at = choices.below(element.elements.len() + 1);
    match (choices.below(8), element.elements.is_empty()) {
        (0, _) => *element = donor,
        (1, _) => element.tag = *choices.one(&TAGS),
        (2 | 3, false) if at < element.elements.len() => drop(element.elements.remove(at)),
        (4, false) => element.elements.reverse(),
        (_, false) => element.elements.insert(at, donor),
        (_, true) => mutate_content(&mut element.content, choices),
    }
}

fn mutate_content(content: &mut Vec<u8>, choices: &mut Choices) {
    let (size, most) = (content.len(), content.len() + 1 + choices.below(8));
    content.resize(most, 0);
    let size = fuzzer_mutate(content, size, most);
    content.truncate(size);
}

fn write(element: &Element, to: &mut Vec<u8>) {
    let mut content = element.content.clone();
    if element.unused {
        content.push(0);
    }
    element.elements.iter().for_each(|inner| write(inner, &mut content));
    let length = content.len();
    to.push(element.tag);
    match length {
        0..=0x7f => to.push(length as u8),
        0x80..=0xff => to.extend([0x81, length as u8]),
        _ => to.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    to.extend(content);
}

const CONSTRUCTED: u8 = 0x20;
const OCTET_STRING: u8 = 0x04;
const BIT_STRING: u8 = 0x03;
/// What X.509 is made of.
const TAGS: [u8; 16] = [
    0x01,
    0x02,
    BIT_STRING,
    OCTET_STRING,
    0x05,
    0x06,
    0x0a,
    0x0c,
    0x13,
    0x17,
    0x18,
    0x30,
    0x31,
    0x80,
    0x86,
    0xa0,
];
/// No certificate of ours is deeper.
const DEPTH: usize = 16;
