//! A client made of bytes, for tests of everything that is built on WebSockets.

use bytes::Bytes;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::{Options, Reader, Writer};
use crate::wire::frame;

/// The two ends of a connection after its handshake.
pub(in crate::server) async fn pair(options: Options) -> (TcpStream, Reader, Writer) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap());
    let (client, server) = tokio::join!(client, listener.accept());
    let (reader, writer) = super::split(server.unwrap().0, Bytes::new(), options);
    (client.unwrap(), reader, writer)
}

/// The same with as little room in between as the kernel can do with, some kilobytes.
pub(in crate::server) async fn narrow_pair(options: Options) -> (TcpStream, Reader, Writer) {
    let (listener, client) = (TcpSocket::new_v4().unwrap(), TcpSocket::new_v4().unwrap());
    listener.set_send_buffer_size(1).unwrap();
    client.set_recv_buffer_size(1).unwrap();
    listener.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = listener.listen(1).unwrap();
    let client = client.connect(listener.local_addr().unwrap());
    let (client, server) = tokio::join!(client, listener.accept());
    let (reader, writer) = super::split(server.unwrap().0, Bytes::new(), options);
    (client.unwrap(), reader, writer)
}

/// A frame as a client sends it; `first` is its first byte.
pub(in crate::server) fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [0x5a, 0, 0xff, 0x81];
    let mut frame = unmasked(first, payload);
    let head = frame.len() - payload.len();
    frame[1] |= 0x80;
    frame.splice(head..head, mask);
    for (byte, mask) in frame[head + 4..].iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
    frame
}

/// A frame without a mask.
pub(in crate::server) fn unmasked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = frame::text(payload).to_vec();
    frame[0] = first;
    frame
}
