//! What a reviewer waits for: every way in which a change moves any possible lead, with a small lead for each, or the proof that it moves none.

mod generate;

use divan::Bencher;
use generate::{Edit, generate};
use rubric::analysis::pair::{Moves, Pair, Respect};
use rubric::analysis::shared::same_names;
use rubric::driver::{Memory, load};
use rubric::policy::time::Instant;
use rubric::policy::{Policy, ScoreKind};
use rubric::program::Program;

const CONFLICTS: u64 = 20_000;
const RESPECTS: [Respect; 4] =
    [Respect::Route, Respect::Stage, Respect::Band(ScoreKind::Fit), Respect::Band(ScoreKind::Intent)];

fn main() {
    divan::main();
}

fn policy(text: String) -> Policy {
    let mut memory = Memory::default();
    memory.insert("made.rubric", text);
    let loaded = load(&memory, "made.rubric", &[]);
    loaded.policy.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics.first()))
}

/// Both versions of a policy of a size.
fn versions(atoms: usize, edit: Edit) -> [Policy; 2] {
    let old = generate(atoms);
    [policy(old.text()), policy(old.edited(edit).text())]
}

/// All moves of an edit, from the typed policies.
fn moves([old, new]: &[Policy; 2]) -> Vec<Moves> {
    let as_of = Instant::parse("2026-03-31T12:00Z", new.offset).expect("an instant");
    let programs = [Program::lower(old), Program::lower(new)];
    let mut pair = Pair::new((old, &programs[0]), (new, &programs[1]), as_of, &same_names(old, new));
    pair.moves(&RESPECTS, CONFLICTS)
}

fn measure(bencher: Bencher, atoms: usize, edit: Edit) {
    let versions = versions(atoms, edit);
    let all = moves(&versions);
    assert!(all.iter().all(|m| m.complete), "{edit:?} at {atoms} is not decided");
    let found: usize = all.iter().map(|m| m.found.len()).sum();
    assert!(!edit.is_harmless() || found == 0, "{edit:?} at {atoms} is harmless, and moves leads");
    println!("{atoms} atoms, {edit:?}: {found} moves");
    bencher.bench_local(|| moves(&versions));
}

#[divan::bench(args = &Edit::ALL, sample_count = 5)]
fn atoms_20(bencher: Bencher, edit: Edit) {
    measure(bencher, 20, edit);
}

#[divan::bench(args = &Edit::ALL, sample_count = 5)]
fn atoms_60(bencher: Bencher, edit: Edit) {
    measure(bencher, 60, edit);
}

#[divan::bench(args = &Edit::ALL, sample_count = 3)]
fn atoms_150(bencher: Bencher, edit: Edit) {
    measure(bencher, 150, edit);
}

/// One edit at a time: everything changed at once is not decided at this size.
#[divan::bench(args = &Edit::ALL[..6], sample_count = 2)]
fn atoms_400(bencher: Bencher, edit: Edit) {
    measure(bencher, 400, edit);
}
