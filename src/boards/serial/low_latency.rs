//! Asks a driver to hand over what a board sends at once: an FTDI adapter collects it for
//! up to 16 ms otherwise, and for 1 ms then. Does not open ports.
#![allow(
    unsafe_code,
    reason = "no safe library knows TIOCGSERIAL and TIOCSSERIAL, and the kernel has no other way"
)]

use std::ffi::{c_char, c_int, c_uchar, c_uint, c_ulong, c_ushort};
use std::mem::size_of;
use std::os::fd::AsFd;

use rustix::io;
use rustix::ioctl::{Getter, Opcode, Setter, ioctl};

/// From asm-generic/ioctls.h; also on powerpc and sparc, but not on mips.
const TIOCGSERIAL: Opcode = 0x541E;
const TIOCSSERIAL: Opcode = 0x541F;

/// Bit 13 of `flags`, from linux/tty_flags.h. Any user may set it.
const ASYNC_LOW_LATENCY: c_int = 1 << 13;

/// `struct serial_struct` of linux/serial.h.
#[repr(C)]
#[derive(Clone)]
struct SerialStruct {
    kind: c_int,
    line: c_int,
    port: c_uint,
    irq: c_int,
    flags: c_int,
    xmit_fifo_size: c_int,
    custom_divisor: c_int,
    baud_base: c_int,
    close_delay: c_ushort,
    io_type: c_char,
    reserved_char: c_char,
    hub6: c_int,
    closing_wait: c_ushort,
    closing_wait2: c_ushort,
    iomem_base: *mut c_uchar,
    iomem_reg_shift: c_ushort,
    port_high: c_uint,
    iomap_base: c_ulong,
}

// As a C compiler lays it out for 64 and 32 bits.
const _: () = assert!(size_of::<SerialStruct>() == if size_of::<usize>() == 8 { 72 } else { 60 });

/// Sets the flag and nothing else; does nothing where it is set.
///
/// # Errors
/// `ENOTTY` where the driver has no such flag (a pseudo-terminal), `EPERM` or `EINVAL` where
/// it does not let it be changed, `EIO` where the device is gone.
pub(super) fn ask(port: impl AsFd) -> io::Result<()> {
    if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
        return Err(io::Errno::NOTTY);
    }
    // SAFETY: the kernel writes one `serial_struct`, whose size is checked above, and every
    // pattern of bits is one.
    let mut settings = unsafe { ioctl(&port, Getter::<TIOCGSERIAL, SerialStruct>::new()) }?;
    if settings.flags & ASYNC_LOW_LATENCY != 0 {
        return Ok(());
    }
    settings.flags |= ASYNC_LOW_LATENCY;
    // SAFETY: the kernel reads one `serial_struct`, and follows none of its pointers.
    unsafe { ioctl(&port, Setter::<TIOCSSERIAL, SerialStruct>::new(settings)) }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;
    use crate::boards::serial::pty::Pty;

    fn check(path: &str) {
        let file = File::options().read(true).write(true).open(path).unwrap();
        assert_eq!(ask(&file), Err(io::Errno::NOTTY), "{path}");
    }

    #[test]
    fn what_has_no_such_flag_says_so() {
        check(Pty::new().path.to_str().unwrap());
        check("/dev/null");
    }
}
