//! Reading, evaluating, writing, and all three, each beside the hand-written program for the same policy in the same run. Numbers are ratios:
//! machines are noisy, and differ.

mod by_hand;
mod leads;

use divan::Bencher;
use divan::counter::ItemsCount;
use rubric::data::reader::{Found, Reader, Sides};
use rubric::data::side::Side;
use rubric::data::source::{Chunk, Source};
use rubric::driver::{Memory, load};
use rubric::engine::facts::Batch;
use rubric::engine::{Decider, Engine, Evaluation};
use rubric::policy::Policy;
use rubric::policy::import::Settings;
use rubric::policy::time::Instant;
use rubric::program::Program;
use rubric::report::leads::{Briefs, Format};
use std::sync::LazyLock;

/// Leads of a run.
const LEADS: usize = 20_000;
/// Leads of a batch, as `rubric run` cuts them.
const CHUNK: usize = 1024;

static LINES: LazyLock<String> = LazyLock::new(|| leads::ndjson(LEADS));
static SIDES: Sides = Sides { events: Side::NotSupplied, contacts: Side::NotSupplied };

fn main() {
    assert!(decided_by_hand() == decided_by_rubric(), "the two programs do not write the same");
    divan::main();
}

fn decided_by_hand() -> Vec<u8> {
    let words = words();
    let mut out = Vec::new();
    for line in LINES.lines() {
        let lead = by_hand::read(line);
        by_hand::write(&mut out, &words, &by_hand::decide(&lead, as_of().0));
    }
    out
}

fn decided_by_rubric() -> Vec<u8> {
    let policy = policy();
    let program = Program::lower(&policy);
    let decider = Decider::new(Engine::new(&policy, &program, as_of()));
    let (mut out, mut briefs) = (Vec::new(), Briefs::new(Format::Ndjson));
    for batch in batches(&policy) {
        write_all(&decider, &decider.engine().evaluate(&batch), &batch, &mut briefs, &mut out);
    }
    out
}

/// What the hand-written program says in every line.
fn words() -> by_hand::Words {
    by_hand::Words::new(&policy().hash, as_of().0)
}

fn policy() -> Policy {
    let mut memory = Memory::default();
    memory.insert("forty.rubric", include_str!("forty.rubric"));
    load(&memory, "forty.rubric", &[]).policy.expect("the policy of the benches checks clean")
}

fn as_of() -> Instant {
    Instant::parse("2026-03-31T12:00Z", rubric::policy::time::Offset(0)).expect("an instant")
}

fn chunks() -> Vec<Chunk> {
    let bytes = Box::new(LINES.as_bytes());
    let mut source = Source::open(bytes, "leads.ndjson", &Settings::default()).expect("leads");
    let mut all = Vec::new();
    while let Some(chunk) = source.next_chunk(CHUNK).expect("leads") {
        all.push(chunk);
    }
    all
}

fn reader(policy: &Policy) -> Reader<'_> {
    Reader::new(policy, None, as_of(), &"leads.ndjson".into(), None, &SIDES, false).expect("a reader")
}

fn fill(reader: &Reader<'_>, chunk: &Chunk, batch: &mut Batch, scratch: &mut rubric::data::reader::Scratch) {
    let mut found = Found::default();
    reader.read(&chunk.rows, &mut (0..chunk.rows.len()), &[], batch, scratch, &mut found);
    assert!(found.rejects.is_empty() && found.findings.is_empty(), "the leads of the benches are clean");
}

fn batches(policy: &Policy) -> Vec<Batch> {
    let reader = reader(policy);
    let mut scratch = reader.scratch();
    chunks()
        .iter()
        .map(|chunk| {
            let mut batch = Batch::new(policy);
            fill(&reader, chunk, &mut batch, &mut scratch);
            batch
        })
        .collect()
}

#[divan::bench_group(sample_count = 20, sample_size = 1)]
mod read {
    use super::*;

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        LazyLock::force(&LINES);
        bencher.counter(ItemsCount::new(LEADS)).bench(|| {
            LINES.lines().for_each(|line| {
                divan::black_box(by_hand::read(line));
            });
        });
    }

    #[divan::bench]
    fn rubric(bencher: Bencher) {
        LazyLock::force(&LINES);
        let policy = policy();
        let reader = reader(&policy);
        bencher.counter(ItemsCount::new(LEADS)).bench(|| {
            let mut source =
                Source::open(Box::new(LINES.as_bytes()), "leads.ndjson", &Settings::default()).expect("leads");
            let (mut batch, mut scratch) = (Batch::new(&policy), reader.scratch());
            while let Some(chunk) = source.next_chunk(CHUNK).expect("leads") {
                fill(&reader, &chunk, &mut batch, &mut scratch);
                divan::black_box(&batch);
            }
        });
    }
}

#[divan::bench_group(sample_count = 20, sample_size = 1)]
mod evaluate {
    use super::*;

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        let leads: Vec<_> = LINES.lines().map(by_hand::read).collect();
        bencher.counter(ItemsCount::new(LEADS)).bench_local(|| {
            leads.iter().for_each(|lead| {
                divan::black_box(by_hand::decide(lead, as_of().0));
            });
        });
    }

    #[divan::bench]
    fn rubric(bencher: Bencher) {
        let policy = policy();
        let program = Program::lower(&policy);
        let engine = Engine::new(&policy, &program, as_of());
        let batches = batches(&policy);
        bencher.counter(ItemsCount::new(LEADS)).bench_local(|| {
            batches.iter().for_each(|batch| {
                divan::black_box(engine.evaluate(batch));
            });
        });
    }
}

fn write_all(decider: &Decider<'_>, e: &Evaluation, batch: &Batch, briefs: &mut Briefs, out: &mut Vec<u8>) {
    for lead in 0..batch.len() {
        let brief = decider.brief(e, batch, lead, false);
        briefs.bytes(&brief, out).expect("memory takes what is written");
    }
}

#[divan::bench_group(sample_count = 20, sample_size = 1)]
mod write {
    use super::*;

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        let leads: Vec<_> = LINES.lines().map(by_hand::read).collect();
        let verdicts: Vec<_> = leads.iter().map(|l| by_hand::decide(l, as_of().0)).collect();
        let words = words();
        bencher.counter(ItemsCount::new(LEADS)).bench_local(|| {
            let mut out = Vec::new();
            verdicts.iter().for_each(|v| by_hand::write(&mut out, &words, v));
            out
        });
    }

    #[divan::bench]
    fn rubric(bencher: Bencher) {
        let policy = policy();
        let program = Program::lower(&policy);
        let decider = Decider::new(Engine::new(&policy, &program, as_of()));
        let batches = batches(&policy);
        let evaluated: Vec<Evaluation> = batches.iter().map(|b| decider.engine().evaluate(b)).collect();
        bencher.counter(ItemsCount::new(LEADS)).bench_local(|| {
            let (mut out, mut briefs) = (Vec::new(), Briefs::new(Format::Ndjson));
            batches.iter().zip(&evaluated).for_each(|(b, e)| write_all(&decider, e, b, &mut briefs, &mut out));
            out
        });
    }
}

#[divan::bench_group(sample_count = 20, sample_size = 1)]
mod end_to_end {
    use super::*;

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        LazyLock::force(&LINES);
        let words = words();
        bencher.counter(ItemsCount::new(LEADS)).bench(|| {
            let mut out = Vec::new();
            for line in LINES.lines() {
                let lead = by_hand::read(line);
                by_hand::write(&mut out, &words, &by_hand::decide(&lead, as_of().0));
            }
            out
        });
    }

    #[divan::bench]
    fn rubric(bencher: Bencher) {
        LazyLock::force(&LINES);
        let policy = policy();
        let program = Program::lower(&policy);
        let decider = Decider::new(Engine::new(&policy, &program, as_of()));
        let reader = reader(&policy);
        bencher.counter(ItemsCount::new(LEADS)).bench(|| {
            let mut source =
                Source::open(Box::new(LINES.as_bytes()), "leads.ndjson", &Settings::default()).expect("leads");
            let (mut batch, mut scratch) = (Batch::new(&policy), reader.scratch());
            let (mut out, mut briefs) = (Vec::new(), Briefs::new(Format::Ndjson));
            while let Some(chunk) = source.next_chunk(CHUNK).expect("leads") {
                fill(&reader, &chunk, &mut batch, &mut scratch);
                let e = decider.engine().evaluate(&batch);
                write_all(&decider, &e, &batch, &mut briefs, &mut out);
            }
            out
        });
    }
}
