//! Files that appear whole or not at all: written beside, then renamed. Devices and pipes are written to as they are.

use super::inputs::Stop;
use crate::report::sanitize::for_terminal;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Refuses to write over a file that is read, or over another that is written: the data would be gone.
pub fn apart(written: &[&Path], read: &[&Path]) -> Result<(), Stop> {
    let place = |path: &Path| {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    };
    for (i, path) in written.iter().enumerate().filter(|(_, p)| **p != Path::new("-")) {
        let mut others = read.iter().chain(&written[..i]);
        if others.any(|other| place(path).is_some_and(|p| Some(p) == place(other))) {
            let why = "would be written over; name another file for what is written";
            return Err(Stop::Unusable(format!("`{}` {why}", named(path))));
        }
    }
    Ok(())
}

/// A file being written, or a stream.
pub struct Replaced {
    to: Target,
}

enum Target {
    /// Standard output, a device, a pipe: nothing that could be put in its place.
    Stream(BufWriter<Box<dyn Write + Send>>),
    File {
        file: BufWriter<File>,
        beside: PathBuf,
        path: PathBuf,
        done: bool,
    },
}

impl Replaced {
    /// Begins a file; `-` is standard output.
    pub fn create(path: &Path) -> Result<Replaced, Stop> {
        if path == Path::new("-") {
            return Ok(Replaced { to: Target::Stream(BufWriter::new(Box::new(io::stdout()))) });
        }
        if path.metadata().is_ok_and(|m| !m.is_file() && !m.is_dir()) {
            let stream = File::options().write(true).open(path).map_err(|e| cannot(path, &e))?;
            return Ok(Replaced { to: Target::Stream(BufWriter::new(Box::new(stream))) });
        }
        let Some(name) = path.file_name().filter(|_| !path.is_dir()) else {
            return Err(Stop::Unusable(format!("`{}` is a folder; name a file to write", named(path))));
        };
        // A link leads to the file that is meant, and stays a link; people read the name they gave.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let beside = target.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
        let file = File::create(&beside).map_err(|e| cannot(path, &e))?;
        // Who may read the old file may read the new one; where that cannot be said, the new one is as any other.
        if let Ok(old) = target.metadata() {
            let _ = file.set_permissions(old.permissions());
        }
        let file = BufWriter::with_capacity(256 * 1024, file);
        Ok(Replaced { to: Target::File { file, beside, path: target, done: false } })
    }

    /// Puts the file in its place.
    pub fn finish(mut self) -> Result<(), Stop> {
        self.flush().map_err(|e| Stop::Unusable(format!("the output cannot be written: {e}")))?;
        if let Target::File { beside, path, done, .. } = &mut self.to {
            if let Ok(before) = path.metadata() {
                // A file that is written anew gets the usual permissions; those it had are given back where that is allowed.
                let _ = std::fs::set_permissions(&*beside, before.permissions());
            }
            std::fs::rename(&*beside, &*path).map_err(|e| cannot(path, &e))?;
            *done = true;
        }
        Ok(())
    }
}

impl Write for Replaced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            Target::Stream(out) => match out.write(bytes) {
                // A reader that has seen enough is no error; what it does not want is dropped.
                Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(bytes.len()),
                other => other,
            },
            Target::File { file, .. } => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            Target::Stream(out) => match out.flush() {
                Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                other => other,
            },
            Target::File { file, .. } => file.flush(),
        }
    }
}

impl Drop for Replaced {
    fn drop(&mut self) {
        if let Target::File { beside, done: false, .. } = &self.to {
            // Nothing half-written stays behind; there is nothing more to do if even that fails.
            let _ = std::fs::remove_file(beside);
        }
    }
}

/// Puts a text in the place of a file.
pub fn replace(path: &Path, text: &str) -> Result<(), Stop> {
    let mut file = Replaced::create(path)?;
    file.write_all(text.as_bytes()).map_err(|e| cannot(path, &e))?;
    file.finish()
}

fn named(path: &Path) -> String {
    for_terminal(&path.display().to_string())
}

fn cannot(path: &Path, error: &io::Error) -> Stop {
    Stop::Unusable(format!(
        "`{}` cannot be written: {error}; is the folder there, and may you write in it?",
        named(path)
    ))
}
