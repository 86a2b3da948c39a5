//! What a board prints while it is unplugged and plugged in: every line can be checked,
//! and none can be made of two.

/// A line of the opening with this number. Its first letter differs from one opening to
/// the next, and its checksum covers it all: the beginning of a line and the end of one
/// from the next opening never fit.
pub fn line(opening: u32, number: u64) -> String {
    let word = if opening.is_multiple_of(2) {
        "even"
    } else {
        "odd"
    };
    let text = format!("{word} {number:08}");
    let sum = checksum(&text);
    format!("{text} {sum:08x}")
}

/// The number of a line that checks out.
pub fn check(line: &str) -> Option<u64> {
    let (text, sum) = line.rsplit_once(' ')?;
    let (_, number) = text.split_once(' ')?;
    let fits = u32::from_str_radix(sum, 16) == Ok(checksum(text)) && sum.len() == 8;
    number.parse().ok().filter(|_| fits)
}

/// FNV-1a, 32 bits.
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |sum, byte| {
        (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
