//! What an author waits for: checking, with all advice, and the time from a save to the result of `rubric watch` on the real binary.

use divan::Bencher;
use divan::counter::ItemsCount;
use rubric::analysis::{Possible, findings, guarantee};
use rubric::driver::{Depth, Memory, advise, load};
use rubric::lint::{Lens, Levels};
use rubric::program::Program;
use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// Leads that are decided after each save.
const LEADS: usize = 1_000;
/// Criteria of the large policy, half of them in each score.
const CRITERIA: usize = 1_000;

fn main() {
    divan::main();
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("policies")
}

/// The shipped policies and their library, in memory.
fn shipped() -> Memory {
    let mut memory = Memory::default();
    for entry in std::fs::read_dir(folder()).expect("the policies are there").flatten() {
        if entry.path().extension().is_some_and(|e| e == "rubric") {
            let name = entry.file_name().to_string_lossy().into_owned();
            memory.insert(name, std::fs::read_to_string(entry.path()).expect("policies are text"));
        }
    }
    memory
}

/// Findings and advice of one file, without what all possible leads show.
fn check(memory: &Memory, file: &str) -> usize {
    let loaded = load(memory, file, &[]);
    let advised = advise(&[&loaded], &[Levels::default()], Depth::Quick);
    loaded.diagnostics.len() + advised[0].findings.len()
}

#[divan::bench(args = SHIPPED, sample_count = 20)]
fn check_shipped(bencher: Bencher, name: &str) {
    let memory = shipped();
    let file = format!("{name}.rubric");
    assert!(load(&memory, &file, &[]).policy.is_some(), "{name} has errors");
    bencher.counter(ItemsCount::new(1_usize)).bench(|| check(&memory, &file));
}

const SHIPPED: [&str; 4] = ["care_management", "clinician_workflow", "interoperability", "privacy_services"];

/// What all possible leads of a policy show: guarantees, what no lead gets to, the ends of the scores.
#[divan::bench(args = SHIPPED, sample_count = 10)]
fn all_leads(bencher: Bencher, name: &str) {
    let loaded = load(&shipped(), &format!("{name}.rubric"), &[]);
    let policy = loaded.policy.as_ref().expect("it has no errors");
    bencher.bench_local(|| findings::find(&Lens::new(policy, &loaded.sources, &loaded.trees), false).asked);
}

/// Of that, writing the policy as clauses.
#[divan::bench(args = SHIPPED, sample_count = 10)]
fn all_leads_encoded(bencher: Bencher, name: &str) {
    let loaded = load(&shipped(), &format!("{name}.rubric"), &[]);
    let policy = loaded.policy.as_ref().expect("it has no errors");
    bencher.bench_local(|| {
        let program = Program::lower(policy);
        Possible::new(policy, &program, 1).is_complete()
    });
}

/// Of that, the guarantees with an encoding of their own.
#[divan::bench(args = SHIPPED, sample_count = 10)]
fn all_leads_guarantees(bencher: Bencher, name: &str) {
    let loaded = load(&shipped(), &format!("{name}.rubric"), &[]);
    let policy = loaded.policy.as_ref().expect("it has no errors");
    bencher.bench_local(|| guarantee::verdicts(policy, guarantee::CONFLICTS).len());
}

#[divan::bench(sample_count = 20)]
fn check_a_thousand_criteria(bencher: Bencher) {
    let mut memory = Memory::default();
    memory.insert("large.rubric", large());
    let loaded = load(&memory, "large.rubric", &[]);
    assert!(loaded.policy.is_some(), "{:?}", loaded.diagnostics.first());
    bencher.counter(ItemsCount::new(CRITERIA)).bench(|| check(&memory, "large.rubric"));
}

/// A policy that uses every field and signal it declares, and nothing twice.
fn large() -> String {
    let half = CRITERIA / 2;
    let mut text = String::from("policy large \"Large\" { version \"1\" owner \"team@example.com\" }\n\nlead {\n");
    (0..half / 5).for_each(|i| _ = writeln!(text, "  size_{i}: number\n  kind_{i}: one of {{ a, b, c }}"));
    text.push_str("}\n\nchannels { form, website }\n\nsignals {\n");
    (0..half).for_each(|i| _ = writeln!(text, "  signal_{i}: {} from form", ["high", "mid", "low"][i % 3]));
    text.push_str("}\n\nscore fit out of 10_000 {\n");
    for group in 0..half / 5 {
        let _ = writeln!(text, "  group_{group} up to 100 {{");
        for (i, kind) in ["a", "b"].iter().enumerate() {
            let _ = writeln!(text, "    +{} when kind_{group} is {kind} and size_{group} >= {}", 20 + i, 10 + i);
        }
        for step in 1..=3 {
            let _ =
                writeln!(text, "    +{} when size_{group} between {}00 and {}99", 10 + step, step * 2, step * 2 + 1);
        }
        text.push_str("  }\n");
    }
    text.push_str("  bands { strong >= 5_000, weak }\n}\n\nscore intent out of 20_000 {\n");
    for group in 0..half / 5 {
        let _ = writeln!(text, "  group_{group} up to 200 {{");
        for i in 0..5 {
            let _ = writeln!(text, "    +40 per signal_{} newest 1, halves every {} days", group * 5 + i, 30 + i);
        }
        text.push_str("  }\n");
    }
    text.push_str(
        "  bands { high >= 10_000, low }\n}\n\noutcomes {\n  call { next \"Call\" owner sales due 2 days }\n",
    );
    text.push_str("  write { next \"Write\" owner sales due 5 days }\n}\n\nroute {\n  to call when fit is strong and intent is high\n");
    text.push_str("  otherwise to write\n}\n");
    text
}

/// `rubric watch` on a copy of the shipped policies.
struct Watching {
    child: Child,
    out: ChildStdout,
    policy: PathBuf,
    text: String,
    saves: usize,
    _folder: tempfile::TempDir,
}

impl Watching {
    fn start() -> Watching {
        let folder = tempfile::tempdir().expect("a scratch folder");
        for entry in std::fs::read_dir(self::folder()).expect("the policies are there").flatten() {
            if entry.path().is_file() {
                std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("files can be copied");
            }
        }
        std::fs::write(folder.path().join("leads.ndjson"), leads()).expect("files can be written");
        let mut child = Command::new(env!("CARGO_BIN_EXE_rubric"))
            .args(["watch", ".", "--leads", "leads.ndjson", "--as-of", "2026-03-31T12:00Z"])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let out = child.stdout.take().expect("a pipe");
        let policy = folder.path().join("care_management.rubric");
        let text = std::fs::read_to_string(&policy).expect("policies are text");
        let mut watching = Watching { child, out, policy, text, saves: 0, _folder: folder };
        assert!(watching.read().contains(&format!("{LEADS} leads")), "the leads were not decided");
        watching
    }

    /// Saves the policy with another version, and waits for the result.
    fn save(&mut self) -> String {
        self.saves += 1;
        let text = self.text.replace("version \"", &format!("version \"{}.", self.saves));
        std::fs::write(&self.policy, text).expect("files can be written");
        self.read()
    }

    fn read(&mut self) -> String {
        let (mut text, mut bytes) = (String::new(), [0; 4096]);
        while !text.ends_with(" ms)\n") {
            let n = self.out.read(&mut bytes).expect("a pipe can be read");
            assert!(n > 0, "the binary ended: {text}");
            text.push_str(&String::from_utf8_lossy(&bytes[..n]));
        }
        text
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The sample leads again and again, each time with other ids.
fn leads() -> String {
    let sample = std::fs::read_to_string(folder().join("leads/leads.ndjson")).expect("the leads are there");
    let mut text = String::new();
    for (i, line) in sample.lines().filter(|l| l.starts_with("{\"id\": \"")).cycle().take(LEADS).enumerate() {
        let rest = &line["{\"id\": \"".len()..];
        let _ = writeln!(text, "{{\"id\": \"{i}-{rest}");
    }
    text
}

/// From the save to the result, with the pause in which a burst of saves would be waited for.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn watch_from_save_to_result(bencher: Bencher) {
    let mut watching = Watching::start();
    bencher.counter(ItemsCount::new(LEADS)).bench_local(|| watching.save());
}
