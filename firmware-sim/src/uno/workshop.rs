//! Builds sketches and the emulator with the system's compilers, each once, into a folder
//! that may be shared by threads and programs.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::fs::{FlockOperation, flock};

use super::{Sketch, UnoError};

/// Where what was built lies.
#[derive(Clone, Debug)]
pub struct Workshop {
    folder: PathBuf,
}

/// Arduino's core for AVR, as Debian installs it.
const ARDUINO: &str = "/usr/share/arduino/hardware/arduino/avr";

/// What the Arduino IDE gives for an Uno. avr-libc's float.h lacks `DECIMAL_DIG`.
const BOARD: [&str; 7] = [
    "-mmcu=atmega328p",
    "-DF_CPU=16000000L",
    "-DARDUINO=10819",
    "-DARDUINO_AVR_UNO",
    "-DARDUINO_ARCH_AVR",
    "-DDECIMAL_DIG=__DECIMAL_DIG__",
    "-Os",
];
const C: [&str; 4] = [
    "-std=gnu11",
    "-ffunction-sections",
    "-fdata-sections",
    "-flto",
];
const CPP: [&str; 7] = [
    "-std=gnu++11",
    "-fpermissive",
    "-fno-exceptions",
    "-fno-threadsafe-statics",
    "-ffunction-sections",
    "-fdata-sections",
    "-flto",
];
const LINK: [&str; 6] = [
    "-mmcu=atmega328p",
    "-Os",
    "-flto",
    "-fuse-linker-plugin",
    "-Wl,--gc-sections",
    "-w",
];

/// The emulator's parts.
const EMULATOR: [(&str, &str); 7] = [
    ("uno.h", include_str!("../../uno/uno.h")),
    ("main.c", include_str!("../../uno/main.c")),
    ("uno.c", include_str!("../../uno/uno.c")),
    ("mcu.c", include_str!("../../uno/mcu.c")),
    ("wire.c", include_str!("../../uno/wire.c")),
    ("port.c", include_str!("../../uno/port.c")),
    ("control.c", include_str!("../../uno/control.c")),
];

/// Each package, and a file that it brings.
const PACKAGES: &str = include_str!("../../uno/packages");

impl Workshop {
    /// A workshop in a folder, which is made if it is not there.
    ///
    /// # Errors
    /// When packages are missing, or the folder cannot be made.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, UnoError> {
        let folder = folder.into();
        let packages = PACKAGES.lines().filter_map(|line| line.split_once(' '));
        let missing: Vec<_> = packages
            .filter(|(_, proof)| !Path::new(proof).exists())
            .map(|(package, _)| package)
            .collect();
        if !missing.is_empty() {
            return Err(UnoError::Packages(missing));
        }
        fs::create_dir_all(&folder).map_err(|error| io_error(&folder, error))?;
        Ok(Self { folder })
    }

    /// The emulator's program. Blocks while it is built: a second.
    ///
    /// # Errors
    /// When it cannot be built.
    pub fn emulator(&self) -> Result<PathBuf, UnoError> {
        self.made("emulator", &EMULATOR, |scratch, made| {
            for (name, text) in EMULATOR {
                let path = scratch.join(name);
                fs::write(&path, text).map_err(|error| io_error(&path, error))?;
            }
            let parts = EMULATOR.iter().map(|(name, _)| *name);
            let mut cc = Command::new("cc");
            cc.args(["-std=gnu11", "-O2", "-I/usr/include/simavr", "-o"])
                .arg(made)
                .args(parts.filter(|name| name.ends_with(".c")))
                .args(["-lsimavr", "-lelf", "-lutil", "-lm"])
                .current_dir(scratch);
            run("the emulator", &mut cc)
        })
    }

    /// A sketch's firmware, an ELF file. Blocks while it is built: a second, the first
    /// time two.
    ///
    /// # Errors
    /// When it cannot be built; with the compiler's words if it does not compile.
    pub fn firmware(&self, sketch: &Sketch) -> Result<PathBuf, UnoError> {
        let core = self.core()?;
        let key = (sketch.name(), sketch.text(), &core, BOARD, CPP, LINK);
        self.made(sketch.name(), &key, |scratch, made| {
            let source = scratch.join("sketch.cpp");
            let text = format!(
                "#include <Arduino.h>\n#line 1 \"{}.ino\"\n{}",
                sketch.name(),
                sketch.text()
            );
            fs::write(&source, text).map_err(|error| io_error(&source, error))?;
            let mut compiler = compiler("avr-g++", &CPP);
            run(
                sketch.name(),
                compiler.args(["-c", "sketch.cpp"]).current_dir(scratch),
            )?;
            let mut linker = Command::new("avr-gcc");
            linker.args(LINK).arg("-o").arg(made);
            linker.arg("sketch.o").arg(&core).arg("-lm");
            run(sketch.name(), linker.current_dir(scratch))
        })
    }

    /// Arduino's core as a library.
    fn core(&self) -> Result<PathBuf, UnoError> {
        self.made("core", &(BOARD, C, CPP), |scratch, made| {
            // A folder each, because a C file and an assembler file may have the same name.
            let assembler = ["-x", "assembler-with-cpp", "-flto"];
            let mut objects = compile_all(scratch, "c", compiler("avr-gcc", &C))?;
            objects.extend(compile_all(scratch, "cpp", compiler("avr-g++", &CPP))?);
            objects.extend(compile_all(scratch, "S", compiler("avr-gcc", &assembler))?);
            let mut archiver = Command::new("avr-gcc-ar");
            archiver.arg("rcs").arg(made).args(objects);
            run("Arduino's core", &mut archiver)
        })
    }

    /// What is made from this key, made now if it is not there. Other threads and programs
    /// that want the same wait for it.
    fn made(
        &self,
        name: &str,
        key: &impl Hash,
        make: impl FnOnce(&Path, &Path) -> Result<(), UnoError>,
    ) -> Result<PathBuf, UnoError> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let made = self.folder.join(format!("{name}-{:016x}", hasher.finish()));
        if made.exists() {
            return Ok(made);
        }
        let lock = made.with_extension("lock");
        // Unlocked when it is closed.
        let _turn = locked(&lock).map_err(|error| io_error(&lock, error))?;
        if made.exists() {
            return Ok(made);
        }
        let scratch = made.with_extension("scratch");
        let failed = |error| io_error(&scratch, error);
        if scratch.exists() {
            fs::remove_dir_all(&scratch).map_err(failed)?;
        }
        fs::create_dir_all(&scratch).map_err(failed)?;
        let result = scratch.join("made");
        make(&scratch, &result)?;
        fs::rename(&result, &made).map_err(failed)?;
        fs::remove_dir_all(&scratch).map_err(failed)?;
        Ok(made)
    }
}

fn locked(path: &Path) -> io::Result<File> {
    let file = File::create(path)?;
    flock(&file, FlockOperation::LockExclusive)?;
    Ok(file)
}

fn compiler(program: &str, flags: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(BOARD)
        .args(flags)
        .arg(format!("-I{ARDUINO}/cores/arduino"))
        .arg(format!("-I{ARDUINO}/variants/standard"));
    command
}

/// Compiles the core's files with this extension and gives the objects.
fn compile_all(
    scratch: &Path,
    extension: &str,
    mut compiler: Command,
) -> Result<Vec<PathBuf>, UnoError> {
    let folder = scratch.join(extension);
    fs::create_dir(&folder).map_err(|error| io_error(&folder, error))?;
    let sources = files(Path::new(&format!("{ARDUINO}/cores/arduino")), extension)?;
    compiler.arg("-c").args(sources).current_dir(&folder);
    run("Arduino's core", &mut compiler)?;
    files(&folder, "o")
}

/// The files of a folder with this extension, in order.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, UnoError> {
    let entries = fs::read_dir(folder).map_err(|error| io_error(folder, error))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut found: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    found.sort();
    Ok(found)
}

fn run(what: &str, command: &mut Command) -> Result<(), UnoError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .map_err(|error| UnoError::Io(program, error))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(UnoError::Compile {
            what: what.into(),
            said: String::from_utf8_lossy(&output.stderr).trim_end().into(),
        }),
    }
}

fn io_error(path: &Path, error: io::Error) -> UnoError {
    UnoError::Io(path.display().to_string(), error)
}
