//! How a port is set, as its termios tells.

use rustix::termios::{InputModes, LocalModes, OutputModes};

use super::*;

/// What a pseudo-terminal shows of a line's settings. It has 8 data bits and no `PARENB`
/// whatever it is told; the other traces of parity stay.
fn check(line: Line, control: ControlModes, input: InputModes) {
    let pty = Pty::new();
    let _stream = open(&pty.path, &line, Reset::Once).unwrap();
    let settings = tcgetattr(File::open(&pty.path).unwrap()).unwrap();
    let controls = ControlModes::CSTOPB | ControlModes::CRTSCTS | ControlModes::PARODD;
    let inputs = InputModes::IXON | InputModes::IXOFF | InputModes::INPCK;
    let shown = (
        settings.control_modes & controls,
        settings.input_modes & inputs,
    );
    assert_eq!(shown, (control, input), "{line:?}");
    assert_eq!(settings.input_speed(), line.baud);
    assert_eq!(settings.output_speed(), line.baud);
}

#[tokio::test]
async fn the_line_is_set_as_configured() {
    let (no_control, no_input) = (ControlModes::empty(), InputModes::empty());
    let xon = InputModes::IXON | InputModes::IXOFF;
    check(LINE, no_control, no_input);
    // Neither is a speed that termios has a name for.
    check(
        Line {
            baud: 250_000,
            ..LINE
        },
        no_control,
        no_input,
    );
    check(
        Line {
            baud: 74_880,
            ..LINE
        },
        no_control,
        no_input,
    );
    check(
        Line {
            stop_bits: 2,
            ..LINE
        },
        ControlModes::CSTOPB,
        no_input,
    );
    check(
        Line {
            flow: Flow::Software,
            ..LINE
        },
        no_control,
        xon,
    );
    check(
        Line {
            flow: Flow::Hardware,
            ..LINE
        },
        ControlModes::CRTSCTS,
        no_input,
    );
    check(
        Line {
            parity: Parity::Even,
            ..LINE
        },
        no_control,
        InputModes::INPCK,
    );
    check(
        Line {
            parity: Parity::Odd,
            ..LINE
        },
        ControlModes::PARODD,
        InputModes::INPCK,
    );
}

#[tokio::test]
async fn a_port_is_raw_and_a_close_does_not_hang_up() {
    for (reset, hangs_up) in [
        (Reset::Never, false),
        (Reset::Once, false),
        (Reset::Always, true),
    ] {
        let pty = Pty::new();
        let _stream = open(&pty.path, &LINE, reset).unwrap();
        let other = File::open(&pty.path).unwrap();
        let settings = tcgetattr(&other).unwrap();
        let cooked = LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        assert!(!settings.local_modes.intersects(cooked));
        assert!(!settings.output_modes.contains(OutputModes::OPOST));
        assert_eq!(
            settings.control_modes.contains(ControlModes::HUPCL),
            hangs_up,
            "{reset:?}"
        );
        assert_eq!(settings.input_speed(), 115_200);
    }
}
