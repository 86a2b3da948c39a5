//! WebSocket frames made by hand, to send what no library would.

/// A WebSocket frame, to be made or as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The first byte: FIN, reserved bits and the opcode.
    pub first: u8,
    pub opcode: u8,
    pub mask: Option<[u8; 4]>,
    pub payload: Vec<u8>,
    form: Form,
}

/// How the length is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Shortest,
    /// Eight bytes, and this number whatever the payload is.
    Claimed(u64),
}

impl Frame {
    pub const CONTINUATION: u8 = 0;
    pub const TEXT: u8 = 1;
    pub const BINARY: u8 = 2;
    pub const CLOSE: u8 = 8;
    pub const PING: u8 = 9;
    pub const PONG: u8 = 10;
    const FIN: u8 = 0x80;

    /// A masked frame with FIN, as a client sends it.
    pub fn new(opcode: u8, payload: impl AsRef<[u8]>) -> Self {
        Self {
            first: Self::FIN | opcode,
            opcode,
            mask: Some([0x37, 0xfa, 0x21, 0x3d]),
            payload: payload.as_ref().to_vec(),
            form: Form::Shortest,
        }
    }

    pub fn text(payload: &str) -> Self {
        Self::new(Self::TEXT, payload)
    }

    /// More of the message follows.
    pub fn unfinished(mut self) -> Self {
        self.first &= !Self::FIN;
        self
    }

    pub fn unmasked(mut self) -> Self {
        self.mask = None;
        self
    }

    pub fn masked_with(mut self, mask: [u8; 4]) -> Self {
        self.mask = Some(mask);
        self
    }

    /// Sets reserved bits: 0x40, 0x20, 0x10.
    pub fn reserved(mut self, bits: u8) -> Self {
        self.first |= bits;
        self
    }

    /// Writes the length in eight bytes, needed or not.
    pub fn long_form(self) -> Self {
        let length = self.payload.len() as u64;
        self.claiming(length)
    }

    /// Claims a length that the payload need not have.
    pub fn claiming(mut self, length: u64) -> Self {
        self.form = Form::Claimed(length);
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let masked = if self.mask.is_some() { 0x80 } else { 0 };
        let mut bytes = vec![self.first];
        match (self.form, self.payload.len()) {
            (Form::Claimed(length), _) => {
                bytes.push(masked | 127);
                bytes.extend_from_slice(&length.to_be_bytes());
            }
            (Form::Shortest, length @ 0..126) => bytes.push(masked | length as u8),
            (Form::Shortest, length @ 126..65536) => {
                bytes.push(masked | 126);
                bytes.extend_from_slice(&(length as u16).to_be_bytes());
            }
            (Form::Shortest, length) => {
                bytes.push(masked | 127);
                bytes.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        bytes.extend_from_slice(self.mask.as_ref().map_or(&[][..], |mask| mask));
        let mask = self.mask.unwrap_or_default();
        bytes.extend(
            self.payload
                .iter()
                .zip(mask.iter().cycle())
                .map(|(byte, mask)| byte ^ mask),
        );
        bytes
    }

    /// A frame as servers send it, and how many bytes it took; `None` if there is not all of it.
    pub fn parse(bytes: &[u8]) -> Option<(Self, usize)> {
        let (&first, &second) = (bytes.first()?, bytes.get(1)?);
        assert_eq!(second & 0x80, 0, "a server must not mask");
        let (length, start) = match second {
            126 => (
                u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?) as usize,
                4,
            ),
            127 => (
                u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?) as usize,
                10,
            ),
            short => (short as usize, 2),
        };
        let payload = bytes.get(start..start + length)?.to_vec();
        let opcode = first & 0x0f;
        let frame = Self {
            first,
            opcode,
            mask: None,
            payload,
            form: Form::Shortest,
        };
        Some((frame, start + length))
    }
}
