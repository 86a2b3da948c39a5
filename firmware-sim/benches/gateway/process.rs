//! A program under measurement: where it listens, its processor time, its memory.

use std::io::{self, BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use crate::Outcome;

/// A running program; killed when dropped.
pub struct Process {
    child: Child,
    address: SocketAddr,
    /// Kept open, so that the program may go on printing.
    _stdout: Option<BufReader<ChildStdout>>,
}

/// What the program prints once it listens; the address follows.
pub const LISTENING: &str = "listening on http://";

/// How long a program may take until it listens.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two looks whether it does.
const PAUSE: Duration = Duration::from_millis(20);

impl Process {
    /// Starts a program and waits until it says where it listens. Fails if it ends instead.
    pub fn start(command: &mut Command) -> Outcome<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        while !line.starts_with(LISTENING) {
            line.clear();
            if stdout.read_line(&mut line)? == 0 {
                let status = child.wait()?;
                return Err(format!("the program did not start ({status})").into());
            }
        }
        let address = line.trim_start_matches(LISTENING).trim().parse()?;
        Ok(Self {
            child,
            address,
            _stdout: Some(stdout),
        })
    }

    /// Starts a program that does not say when it listens at this address, and waits until
    /// it does. Fails if it ends instead, or takes too long.
    pub fn start_at(command: &mut Command, address: SocketAddr) -> Outcome<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let mut process = Self {
            child,
            address,
            _stdout: None,
        };
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = process.child.try_wait()? {
                return Err(format!("the program did not start ({status})").into());
            }
            if began.elapsed() > PATIENCE {
                return Err(format!("the program does not listen on {address}").into());
            }
            std::thread::sleep(PAUSE);
        }
        Ok(process)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Kills it with SIGKILL and waits for its end.
    pub fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(|_| ())
    }

    /// Asks it to stop with SIGTERM and waits for its end. Fails if that was no success.
    pub fn stop(&mut self) -> Outcome {
        let pid = Pid::from_raw(self.child.id().cast_signed()).ok_or("no process")?;
        rustix::process::kill_process(pid, Signal::TERM)?;
        match self.child.wait()? {
            status if status.success() => Ok(()),
            status => Err(format!("the program stopped with {status}").into()),
        }
    }

    /// Processor time it used so far, of all threads; in steps of 10 ms.
    pub fn cpu(&self) -> Outcome<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The second field is a name, which may hold spaces; utime and stime are the
        // 14th and 15th.
        let (_, rest) = stat.rsplit_once(')').ok_or("/proc/PID/stat has no name")?;
        let ticks: u64 = rest
            .split_whitespace()
            .skip(11)
            .take(2)
            .map_while(|field| field.parse::<u64>().ok())
            .sum();
        let seconds = ticks as f64 / rustix::param::clock_ticks_per_second() as f64;
        Ok(Duration::from_secs_f64(seconds))
    }

    /// Processor time of those of its threads that still run, in nanoseconds where the kernel
    /// counts them, else as [`cpu`](Self::cpu).
    pub fn cpu_of_threads(&self) -> Outcome<Duration> {
        let mut sum = Duration::ZERO;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let Ok(stat) = std::fs::read_to_string(thread?.path().join("schedstat")) else {
                return self.cpu();
            };
            let nanos = stat.split(' ').next().unwrap_or_default();
            sum += Duration::from_nanos(nanos.parse()?);
        }
        Ok(sum)
    }

    /// Memory it holds, in kB.
    pub fn rss_kb(&self) -> Outcome<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        Ok(number.ok_or("/proc/PID/status has no VmRSS")?.parse()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Failing means that it has ended already.
        let _ = self.kill();
    }
}
