//! The program `boardcast`: see the library's documentation.

use std::process::ExitCode;

fn main() -> ExitCode {
    boardcast::cli::main()
}
