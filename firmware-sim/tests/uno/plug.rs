//! The plug is pulled and put in again, while a real sketch is printing.

use firmware_sim::uno::Sketch;

use super::Bench;
use crate::support::uno::told;

const TIMES: u32 = 5;

#[tokio::test]
async fn nothing_is_lost_after_each_of_several_replugs() {
    let mut bench = Bench::online(Sketch::SERIAL_JSON, "").await;
    for _ in 0..TIMES {
        bench.no_hole_in(10).await;
        let before = bench.board.uno.board().device;
        told(bench.board.uno.unplug().await);
        let offline = bench.subscriber.state("serial-json", "offline").await;
        assert_eq!(offline["reason"], "unplugged");
        told(bench.board.uno.plug().await);
        assert_ne!(bench.board.uno.board().device, before);
        bench.subscriber.state("serial-json", "online").await;
        assert_eq!(bench.reading().await["n"], 0);
    }
    let stat = told(bench.board.uno.stat().await);
    assert!(stat.cycles > 0 && stat.sent > 0, "{stat:?}");
}
