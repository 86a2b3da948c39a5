//! Finds the file and reads it.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::{Config, ConfigError, file};

/// Where the file is looked for when none is named, in this order.
const USUAL_PLACES: [&str; 2] = ["config.toml", "/etc/boardcast/config.toml"];

/// A thousand boards fit into it; a device or a log named by mistake does not.
const MAX_FILE: u64 = 1024 * 1024;

impl Config {
    /// Reads the configuration: the given file; else `./config.toml`; else
    /// `/etc/boardcast/config.toml`; else the default.
    ///
    /// # Errors
    /// A given file that is missing, a file that cannot be read or is above 1 MiB, and
    /// every mistake in it.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        if let Some(path) = path {
            return Self::read(path).map_err(|why| unreadable(path, &why))?;
        }
        for path in USUAL_PLACES.map(Path::new) {
            match Self::read(path) {
                Ok(result) => return result,
                Err(why) if why.kind() == io::ErrorKind::NotFound => {}
                Err(why) => return Err(unreadable(path, &why)),
            }
        }
        Ok(Self::default())
    }

    /// Reads a configuration from its text; the name is for messages.
    ///
    /// # Errors
    /// Every mistake in it, in the order of the text.
    pub fn parse(text: &str, name: &str) -> Result<Self, ConfigError> {
        file::read(text, name)
    }

    /// The outer error is the file's, the inner one its text's.
    fn read(path: &Path) -> io::Result<Result<Self, ConfigError>> {
        let mut bytes = Vec::new();
        File::open(path)?
            .take(MAX_FILE + 1)
            .read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(io::Error::other(
                "larger than 1 MiB, so not a configuration",
            ));
        }
        let text = String::from_utf8(bytes).map_err(|error| not_text(&error))?;
        let config = Self::parse(&text, &path.display().to_string());
        Ok(config.map(|config| Self {
            file: Some(path.to_owned()),
            ..config
        }))
    }
}

fn not_text(error: &std::string::FromUtf8Error) -> io::Error {
    let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
    let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
    io::Error::other(format!("line {line} is not UTF-8: save it as UTF-8"))
}

fn unreadable(path: &Path, why: &io::Error) -> ConfigError {
    let cure = match why.kind() {
        io::ErrorKind::NotFound => " (is the path after --config right?)",
        io::ErrorKind::PermissionDenied => " (may this user read it?)",
        _ => "",
    };
    // The system's own text in this program's style: no capital, no number.
    let mut why = why.to_string();
    why.truncate(why.find(" (os error").unwrap_or(why.len()));
    why[..1].make_ascii_lowercase();
    let message = format!("cannot be read: {why}{cure}");
    ConfigError::whole(&path.display().to_string(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], wanted: &str) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, bytes).unwrap();
        let error = Config::load(Some(&path)).unwrap_err().to_string();
        assert_eq!(error.replace(&path.display().to_string(), "FILE"), wanted);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_with_the_reason() {
        let missing = Config::load(Some(Path::new("/nowhere/my.toml"))).unwrap_err();
        let wanted = "/nowhere/my.toml: cannot be read: no such file or directory (is the path after --config right?)";
        assert_eq!(missing.to_string(), wanted);
        let folder = Config::load(Some(Path::new("/"))).unwrap_err();
        assert_eq!(folder.to_string(), "/: cannot be read: is a directory");
        check(
            &vec![b'#'; MAX_FILE as usize + 1],
            "FILE: cannot be read: larger than 1 MiB, so not a configuration",
        );
        check(
            b"# ok\n# \xff\n",
            "FILE: cannot be read: line 2 is not UTF-8: save it as UTF-8",
        );
    }

    #[test]
    fn a_file_is_remembered_by_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.toml");
        std::fs::write(&path, "[limits]\nmax_boards = 3\n").unwrap();
        let config = Config::load(Some(&path)).unwrap();
        assert_eq!(config.limits.max_boards, 3);
        assert_eq!(config.file, Some(path));
    }
}
