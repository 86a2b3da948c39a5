//! A network between a client and the gateway that can stop carrying anything, without a
//! word to either: as when a plug is pulled or a NAT forgets.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Forwards connections to the gateway until it is cut; ends when it is dropped.
pub struct Proxy {
    address: SocketAddr,
    cut: CancellationToken,
    _tasks: JoinSet<()>,
}

impl Proxy {
    pub async fn before(gateway: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let cut = CancellationToken::new();
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, gateway, cut.clone()));
        Self {
            address,
            cut,
            _tasks: tasks,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on nothing is carried, and no connection ends.
    pub fn cut(&self) {
        self.cut.cancel();
    }
}

async fn serve(listener: TcpListener, gateway: SocketAddr, cut: CancellationToken) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let cut = cut.clone();
        connections.spawn(async move {
            if let Ok(server) = TcpStream::connect(gateway).await {
                carry(client, server, &cut).await;
            }
        });
    }
}

async fn carry(mut client: TcpStream, mut server: TcpStream, cut: &CancellationToken) {
    tokio::select! {
        biased;
        () = cut.cancelled() => {
            // Both stay open.
            std::future::pending::<()>().await;
        }
        _ = io::copy_bidirectional(&mut client, &mut server) => {}
    }
}
