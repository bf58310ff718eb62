//! The real binary watches real files: what it prints after each change on disk, and how it stops.
#![cfg(unix)]

mod support;

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use support::Folder;

/// Far more than a look takes on the slowest machine; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

const LIBRARY: &str = "library intake\n\nlead { staff: number }\n";
const POLICY: &str = r#"
policy desk "Desk" { version "1" owner "team@example.com" }
use intake
channels { form }
signals { demo_request: high from form }
score fit { size up to 10 { +10 when staff >= 100 } bands { some >= 5, none_yet } }
score intent { asked up to 10 { +10 per demo_request newest 1 } bands { high >= 10, low } }
outcomes {
  call { next "Call" owner sales due 2 days }
  write { next "Write" owner sales due 5 days }
}
route {
  to call when fit is some
  otherwise to write
}
test "a hundred are enough" {
  as of 2026-03-31T12:00Z
  given { staff: 100 }
  expect route is call
}
"#;
const LEADS: &str = "id,staff\n1,100\n2,50\n3,\n";

struct Watching {
    child: Child,
    printed: Arc<Mutex<String>>,
    /// What was printed up to here was looked at.
    seen: usize,
}

impl Watching {
    fn start(folder: &Folder, args: &[&str]) -> Watching {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rubric"))
            .arg("watch")
            .args(args)
            .current_dir(folder.path("."))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let printed = Arc::new(Mutex::new(String::new()));
        let mut out = child.stdout.take().expect("its output is a pipe");
        let all = printed.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(n @ 1..) = out.read(&mut bytes) {
                all.lock().expect("nobody panicked").push_str(&String::from_utf8_lossy(&bytes[..n]));
            }
        });
        Watching { child, printed, seen: 0 }
    }

    /// What is printed until the next summary, without the time it took.
    fn next(&mut self) -> String {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let printed = self.printed.lock().expect("nobody panicked").clone();
            if let Some(end) = printed[self.seen..].find(" ms)\n") {
                let text = &printed[self.seen..self.seen + end];
                self.seen += end + " ms)\n".len();
                let summary = text.rfind(" (").expect("a time in brackets");
                return text[..summary].trim_start().to_string();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("nothing was printed after:\n{}", self.printed.lock().expect("nobody panicked"));
    }

    /// The next look that says something; looks between that only saw half of a change are passed over.
    fn until(&mut self, wanted: &str) -> String {
        let begun = Instant::now();
        let mut all = String::new();
        while begun.elapsed() < PATIENCE {
            let text = self.next();
            if text.contains(wanted) {
                return text;
            }
            all.push_str(&text);
        }
        panic!("`{wanted}` was not printed, but:\n{all}");
    }

    /// Sends a signal, and gives the exit status with what was written to standard error.
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().expect("`kill` is there").success());
        let mut err = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("it is text");
        (self.child.wait().expect("it ends").code(), err)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // After a failed assertion nothing must go on running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn folder() -> Folder {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("policies")).expect("folders can be made");
    std::fs::create_dir_all(folder.path("shared")).expect("folders can be made");
    folder.file("policies/desk.rubric", POLICY).file("shared/intake.rubric", LIBRARY).file("leads.csv", LEADS)
}

fn watch(folder: &Folder) -> Watching {
    Watching::start(
        folder,
        &["policies", "--include", "shared", "--leads", "leads.csv", "--no-events", "--as-of", "2026-03-31T12:00Z"],
    )
}

#[test]
fn what_moved_is_shown_after_each_save() {
    let folder = folder();
    let mut watching = watch(&folder);
    assert_eq!(watching.next(), "1  call\n  2  write\n1 file, 1 test passed, 3 leads");

    // A threshold is lowered: one lead moves, the test still holds.
    folder.write("policies/desk.rubric", POLICY.replace("staff >= 100", "staff >= 50"));
    assert_eq!(
        watching.until("moved"),
        "policies/desk.rubric changed\n1 lead moved\n  2  write  →  call\n1 file, 1 test passed, 3 leads"
    );

    // It is raised: the test fails, and says why.
    folder.write("policies/desk.rubric", POLICY.replace("staff >= 100", "staff >= 150"));
    let text = watching.until("failed test");
    assert!(text.contains("a hundred are enough: expected route is call"), "{text}");
    assert!(text.contains("no:  fit is some — fit is 0 (none_yet)"), "{text}");
    assert!(
        text.ends_with("2 leads moved\n  1  call  →  write\n  2  call  →  write\n1 file, 1 of 1 test failed, 3 leads"),
        "{text}"
    );

    // A word is mistyped: nothing is decided, and nothing is forgotten.
    folder.write("policies/desk.rubric", POLICY.replace("fit is some", "fit is sum"));
    let text = watching.until("1 error");
    assert!(text.contains("policies/desk.rubric:") && text.ends_with("1 file, 1 error"), "{text}");
    folder.write("policies/desk.rubric", POLICY);
    let text = watching.until("3 leads");
    assert!(text.contains("1 lead moved\n  1  write  →  call\n"), "{text}");

    assert_eq!(watching.stop("-INT"), (Some(0), String::new()));
}

#[test]
fn data_and_libraries_elsewhere_are_watched_too() {
    let folder = folder();
    let mut watching = watch(&folder);
    watching.next();
    folder.write("leads.csv", "id,staff\n1,1\n2,50\n4,100\n");
    assert_eq!(
        watching.until("moved"),
        "leads.csv changed\n3 leads moved\n  1  call       →  write\n  4  not there  →  call\n  3  write      →  not there\n\
         1 file, 1 test passed, 3 leads"
    );
    folder.write("shared/intake.rubric", LIBRARY.replace("staff", "size"));
    let text = watching.until("error");
    assert!(text.starts_with("shared/intake.rubric changed\n") && text.contains("`staff`"), "{text}");
    folder.write("leads.csv", [0xff, 0xfe, 0x00]);
    folder.write("shared/intake.rubric", LIBRARY);
    let text = watching.until("leads.csv:1:1:");
    assert!(text.ends_with("1 file, 1 test passed"), "{text}");
    folder.write("rubric.toml", "[lints]\nunused-feeld = \"off\"\n");
    let text = watching.until("did you mean");
    assert!(text.starts_with("rubric.toml changed\n") && text.contains("`unused-field`?"), "{text}");
    assert_eq!(watching.stop("-TERM"), (Some(0), String::new()));
}

#[test]
fn editors_that_replace_files_and_bursts_of_saves_are_one_change() {
    let folder = folder();
    let mut watching = watch(&folder);
    watching.next();
    // Written beside and renamed over, as many editors do.
    folder.write("policies/.desk.swp", POLICY.replace("staff >= 100", "staff >= 10"));
    std::fs::rename(folder.path("policies/.desk.swp"), folder.path("policies/desk.rubric")).expect("renamed");
    assert!(watching.until("moved").contains("  2  write  →  call\n"));
    // Moved away first and written anew, as others do.
    std::fs::rename(folder.path("policies/desk.rubric"), folder.path("policies/desk.rubric~")).expect("renamed");
    folder.write("policies/desk.rubric", POLICY);
    assert!(watching.until("moved").contains("  2  call  →  write\n"));
    for i in 0..200 {
        folder.write("policies/desk.rubric", POLICY.replace("staff >= 100", &format!("staff >= {}", 300 - i)));
    }
    folder.write("policies/desk.rubric", POLICY.replace("staff >= 100", "staff >= 49"));
    let begun = watching.seen;
    watching.until("2  write  →  call");
    let looks = watching.printed.lock().expect("nobody panicked")[begun..].matches(" ms)\n").count();
    assert!(looks < 50, "{looks} looks for one burst");
    assert_eq!(watching.stop("-INT"), (Some(0), String::new()));
}

#[test]
fn folders_that_go_and_come_back_are_found_again() {
    let folder = folder();
    let mut watching = watch(&folder);
    watching.next();
    std::fs::rename(folder.path("policies"), folder.path("away")).expect("renamed");
    let text = watching.until("0 files");
    assert!(text.contains("there is no file `policies`"), "{text}");
    std::fs::create_dir(folder.path("policies")).expect("folders can be made");
    folder.write("policies/desk.rubric", POLICY.replace("staff >= 100", "staff >= 50"));
    assert!(watching.until("3 leads").contains("  2  write  →  call\n"));
    // The folder that came back is watched as the first one was, and so is a folder that is new in it.
    std::fs::create_dir_all(folder.path("policies/more")).expect("folders can be made");
    folder.write("policies/more/other.rubric", POLICY.replace("policy desk", "policy other"));
    assert!(watching.until("2 files").contains("policies/more/other.rubric changed\n"));
    std::fs::remove_file(folder.path("policies/more/other.rubric")).expect("removed");
    folder.write("policies/desk.rubric", POLICY);
    assert!(watching.until("1 file, 1 test passed, 3 leads").contains("  2  call  →  write\n"));
    assert_eq!(watching.stop("-INT"), (Some(0), String::new()));
}

#[test]
fn what_is_not_there_to_begin_with_is_a_slip_of_the_hand() {
    let folder = folder();
    for (args, why) in [
        (vec!["nowhere"], "there is no file `nowhere`"),
        (vec!["policies", "--leads", "leeds.csv"], "there is no file `leeds.csv`"),
        (vec!["policies", "--events", "events.csv"], "--leads <FILE>"),
    ] {
        let ran = folder.rubric(&[&["watch"], args.as_slice()].concat());
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{}", ran.err);
        assert!(ran.err.contains(why), "{}", ran.err);
    }
}
