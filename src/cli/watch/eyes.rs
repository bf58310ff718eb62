//! When something changes: events of the file system, and a look at the clock twice a second for what they miss.
//!
//! Editors replace files instead of writing into them, tools delete a folder and make it anew, network file systems send no events at all. So
//! events only wake; whether anything changed is told by comparing what every file is now with what it was when it was last read.

use super::look::Places;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant, SystemTime};

/// How often files are looked at without an event.
const TICK: Duration = Duration::from_millis(500);
/// A burst is over when nothing has happened for so long.
const QUIET: Duration = Duration::from_millis(15);
/// A burst that does not end is answered all the same.
const PATIENCE: Duration = Duration::from_millis(200);

/// Why waiting ended.
#[derive(Debug)]
pub enum Woken {
    /// Files that are not what they were, by name, in order.
    Changed(Vec<String>),
    /// The user wants to stop.
    Stopped,
}

enum Message {
    Event,
    Stop,
}

/// What tells one state of a file from another. A file that is replaced has another number, whatever its time says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    number: u64,
}

/// Watches files and folders.
pub struct Eyes {
    /// None where the system gives no events; then only the clock wakes.
    watcher: Option<RecommendedWatcher>,
    messages: Receiver<Message>,
    /// Folders that are watched now, with their numbers: a folder that is made anew has another.
    watched: BTreeMap<PathBuf, (u64, bool)>,
    places: Places,
    stamps: BTreeMap<PathBuf, Option<Stamp>>,
}

impl Eyes {
    /// Opens them, and says in a sentence if they will be slow.
    pub fn open() -> Result<(Eyes, Option<String>), String> {
        let (send, messages) = channel();
        let stop: Sender<Message> = send.clone();
        ctrlc::set_handler(move || _ = stop.send(Message::Stop)).map_err(|e| format!("Ctrl-C cannot be heard: {e}"))?;
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Reading wakes nobody, or every look would wake the next.
            if event.map_or(true, |e| !e.kind.is_access()) {
                let _ = send.send(Message::Event);
            }
        });
        let note =
            watcher.as_ref().err().map(|e| format!("no events from the file system ({e}); looking twice a second"));
        let eyes = Eyes {
            watcher: watcher.ok(),
            messages,
            watched: BTreeMap::new(),
            places: Places::default(),
            stamps: BTreeMap::new(),
        };
        Ok((eyes, note))
    }

    /// Notes what everything is now, just before it is read.
    pub fn remember(&mut self, places: &Places) {
        self.places = places.clone();
        self.stamps = stamps(&self.places);
        self.renew();
    }

    /// Adds places that turned out to matter while reading.
    pub fn follow(&mut self, places: &Places) {
        self.places = places.clone();
        for (path, stamp) in stamps(&self.places) {
            self.stamps.entry(path).or_insert(stamp);
        }
        self.renew();
    }

    /// Waits until something is not what it was, and the burst of changes is over.
    pub fn wait(&mut self) -> Woken {
        loop {
            match self.messages.recv_timeout(TICK) {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return Woken::Stopped,
                Ok(Message::Event) => {
                    if self.settle() {
                        return Woken::Stopped;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.renew();
            let now = stamps(&self.places);
            let changed = differing(&self.stamps, &now);
            if !changed.is_empty() {
                self.stamps = now;
                return Woken::Changed(changed);
            }
        }
    }

    /// Waits for the end of a burst; true if the user wants to stop.
    fn settle(&self) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            match self.messages.recv_timeout(QUIET) {
                Ok(Message::Event) => {}
                Ok(Message::Stop) => return true,
                Err(_) => break,
            }
        }
        false
    }

    /// Watches what is to be watched and is not yet: folders that came back, and in place of one that is gone the nearest above it.
    fn renew(&mut self) {
        let Some(watcher) = &mut self.watcher else { return };
        let mut wanted: BTreeMap<PathBuf, (u64, bool)> = BTreeMap::new();
        for (folder, deep) in folders(&self.places) {
            let Some(there) = folder.ancestors().find(|f| f.is_dir()) else { continue };
            let deep = deep && there == folder;
            let number = stamp(there).map_or(0, |s| s.number);
            let entry = wanted.entry(there.to_path_buf()).or_insert((number, deep));
            entry.1 |= deep;
        }
        for folder in self.watched.keys().filter(|f| wanted.get(*f) != self.watched.get(*f)) {
            let _ = watcher.unwatch(folder);
        }
        for (folder, state) in &wanted {
            if self.watched.get(folder) == Some(state) {
                continue;
            }
            let mode = if state.1 { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            // A folder that cannot be watched is still looked at by the clock.
            let _ = watcher.watch(folder, mode);
        }
        self.watched = wanted;
    }
}

/// The folders in which something that matters can happen, whole paths, and whether in any depth.
fn folders(places: &Places) -> Vec<(PathBuf, bool)> {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut folders: Vec<(PathBuf, bool)> = places.folders.iter().map(|(f, deep)| (whole(f), *deep)).collect();
    for file in &places.files {
        // Where a link leads is where its file is written.
        let real = file.canonicalize().ok();
        for path in real.iter().chain([file]) {
            folders.extend(whole(path).parent().map(|f| (f.to_path_buf(), false)));
        }
    }
    folders
}

/// What every file that matters is now, and every policy in the folders that matter.
fn stamps(places: &Places) -> BTreeMap<PathBuf, Option<Stamp>> {
    let mut all: BTreeMap<PathBuf, Option<Stamp>> = places.files.iter().map(|f| (f.clone(), stamp(f))).collect();
    for (folder, deep) in &places.folders {
        let found = crate::cli::files::policies_in(folder, *deep);
        all.extend(found.into_iter().map(|file| (file.clone(), stamp(&file))));
    }
    all
}

fn stamp(path: &Path) -> Option<Stamp> {
    let meta = path.metadata().ok()?;
    Some(Stamp { modified: meta.modified().ok(), length: meta.len(), number: number(&meta) })
}

#[cfg(unix)]
fn number(meta: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(meta)
}

#[cfg(not(unix))]
fn number(_: &std::fs::Metadata) -> u64 {
    0
}

/// The names of files that came, went or changed.
fn differing(before: &BTreeMap<PathBuf, Option<Stamp>>, now: &BTreeMap<PathBuf, Option<Stamp>>) -> Vec<String> {
    let all = before.keys().chain(now.keys().filter(|k| !before.contains_key(*k)));
    let changed = all.filter(|path| {
        let state = |stamps: &BTreeMap<PathBuf, Option<Stamp>>| stamps.get(*path).copied().flatten();
        state(before) != state(now)
    });
    let mut names: Vec<String> =
        changed.map(|p| crate::report::sanitize::for_terminal(&p.display().to_string())).collect();
    names.sort();
    names
}
